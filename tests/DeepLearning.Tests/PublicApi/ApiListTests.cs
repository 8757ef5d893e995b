namespace DeepLearning.Tests.PublicApi;

public sealed class ApiListTests
{
    [Fact]
    public void The_list_writes_signatures_as_CSharp_does()
    {
        string[] lines = [.. ApiList.Of(typeof(Sample<>))];
        string[] expected =
        [
            "class DeepLearning.Tests.PublicApi.Sample<T> : IDisposable where T : unmanaged, IComparable<T>",
            "DeepLearning.Tests.PublicApi.Sample<T>.Sample(int[,] table = null, params string[] names)",
            "DeepLearning.Tests.PublicApi.Sample<T>.this[Index index] { get; }: T",
            "DeepLearning.Tests.PublicApi.Sample<T>.Count { get; protected set; }: int",
            "DeepLearning.Tests.PublicApi.Sample<T>.Dispose(): void",
            "DeepLearning.Tests.PublicApi.Sample<T>.Scale { get; init; }: double?",
            "const DeepLearning.Tests.PublicApi.Sample<T>.Limit = 3: int",
            "static DeepLearning.Tests.PublicApi.Sample<T>.Convert<U>(in T value, out U result, DayOfWeek day = DayOfWeek.Friday, "
                + "double rate = 0.1): bool where U : class, new()",
            "static DeepLearning.Tests.PublicApi.Sample<T>.operator +(Sample<T> a, Sample<T> b): Sample<T>",
            "virtual protected DeepLearning.Tests.PublicApi.Sample<T>.Update(ReadOnlySpan<T> values, (int, string) pair): "
                + "IReadOnlyList<T>",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }
}
