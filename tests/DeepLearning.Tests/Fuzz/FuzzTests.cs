using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>The recorded random cases, against PyTorch.</summary>
[Trait("Category", "Slow")]
public sealed class FuzzTests
{
    private const int Shown = 10;

    [Theory]
    [InlineData("operations")]
    [InlineData("programs")]
    [InlineData("aliasing")]
    [InlineData("modules")]
    public void Recorded_cases_equal_PyTorch(string name)
    {
        using Stream file = typeof(FuzzTests).Assembly.GetManifestResourceStream($"Fuzz/{name}.json.gz")!;
        (int count, List<string> differences) = FuzzCases.Run(file);
        Assert.True(count > 0, "The file has no cases.");
        Assert.True(
            differences.Count == 0,
            FormattableString.Invariant($"{differences.Count} of {count} differ:\n\n{string.Join("\n", differences.Take(Shown))}"));
    }

    [Fact]
    public void Every_binding_is_used_by_a_recorded_case()
    {
        HashSet<string> used = [];
        IEnumerable<string> names = typeof(FuzzTests).Assembly.GetManifestResourceNames();
        foreach (string name in names.Where(n => n.StartsWith("Fuzz/", StringComparison.Ordinal)))
        {
            using Stream file = typeof(FuzzTests).Assembly.GetManifestResourceStream(name)!;
            used.UnionWith(FuzzCases.Operations(file));
        }

        Assert.Empty(BindingTables.Of(typeof(FuzzTests).Namespace!).Keys.Except(used).Order());
    }
}
