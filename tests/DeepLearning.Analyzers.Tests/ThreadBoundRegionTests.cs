using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Analyzers;

/// <summary>What holds for a thread cannot be carried over an await, after which another thread may go on.</summary>
public sealed class ThreadBoundRegionTests
{
    /// <summary>Every way to begin a stretch of code that holds for the thread it runs on.</summary>
    public static TheoryData<string> Regions() =>
    [
        "GradMode.NoGrad()", "GradMode.EnableGrad()", "GradMode.Inference()", "GradMode.Set(false)", "new TensorScope()",
        "TensorScope.Suspend()", "Autograd.DetectAnomaly()", "new Generator(1).AsDefault()", "BatchInvariance.Enable()",
        "BatchInvariance.Set(false)", "WinogradConvolution.Disable()", "WinogradConvolution.Set(true)", "Autocast.Enable()",
        "Autocast.Disable()",
    ];

    [Theory]
    [MemberData(nameof(Regions))]
    public void A_region_does_not_go_over_an_await(string region)
    {
        // CS4007: an instance of a ref struct cannot be preserved across await or yield.
        Assert.All(
            (string[])
            [
                $"using ({region}) {{ await Task.Yield(); }}",
                $"using var region = {region}; await Task.Yield();",
                $"var region = {region}; await Task.Yield(); region.Dispose();",
                $"static IEnumerable<int> Numbers() {{ using ({region}) {{ yield return 1; }} }} Numbers().First();",
            ],
            code => Assert.Contains(UserCode.Errors(true, code), static error => error.Contains("CS4007", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public void A_region_does_not_leave_its_method(string region)
    {
        Assert.NotEmpty(UserCode.Errors(true, $"var region = {region}; Task.Run(() => region.Dispose());"));
        Assert.NotEmpty(UserCode.Errors(true, $"object region = {region};"));
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public void A_region_between_awaits_compiles(string region) =>
        Assert.Empty(UserCode.Errors(true, $"await Task.Yield(); using ({region}) {{ Tensor.Ones(2).Sum(); }} await Task.Yield();"));

    [Fact]
    public void No_region_is_missing_here()
    {
        // A public type that ends something of a thread when it is disposed is a ref struct; those that are not hold files.
        Type[] disposables =
        [
            .. typeof(Tensor).Assembly.GetExportedTypes().Where(static type =>
                type.GetMethod("Dispose", Type.EmptyTypes) is not null && !typeof(IDisposable).IsAssignableFrom(type)),
        ];
        Assert.All(disposables, static type => Assert.True(type.IsByRefLike, type.FullName));
        Assert.Equal(
            ["AnomalyRegion", "DefaultRegion", "Region", "Region", "Region", "Region", "Suspension", "TensorScope"],
            disposables.Select(static type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["LabeledTexts", "RecordDataset", "RecordFile", "SafetensorsFile", "TextLines"],
            typeof(Tensor).Assembly.GetExportedTypes().Where(typeof(IDisposable).IsAssignableFrom).Select(static type => type.Name)
                .Order(StringComparer.Ordinal));
    }
}
