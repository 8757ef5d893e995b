using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.PublicApi;

/// <summary>The public API is a checked-in list, so that a change to it is seen in review.</summary>
public sealed class PublicApiTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_API";
    private const string Regenerate =
        UpdateSwitch + "=1 dotnet test tests/DeepLearning.Tests -c Release --filter FullyQualifiedName~PublicApiTests";

    private static readonly string ListPath = RepositoryFiles.PathOf("src", "DeepLearning", "PublicApi.txt");

    [Fact]
    public void The_public_API_is_the_checked_in_list()
    {
        string[] actual = [.. ApiList.Of(System.Reflection.Assembly.Load("DeepLearning"))];
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            File.WriteAllText(ListPath, string.Concat(actual.Select(line => line + "\n")));
        }

        // Compared as sets: a merge keeps both sides' lines, in any order.
        string[] recorded = File.Exists(ListPath) ? File.ReadAllLines(ListPath) : [];
        string[] differences =
        [
            .. recorded.Except(actual, StringComparer.Ordinal).Select(line => "- " + line),
            .. actual.Except(recorded, StringComparer.Ordinal).Select(line => "+ " + line),
        ];
        Assert.True(
            differences.Length == 0,
            $"The public API differs from src/DeepLearning/PublicApi.txt:\n{string.Join('\n', differences)}\n\n"
            + $"If that is intended, record it:\n{Regenerate}\n");
    }

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
