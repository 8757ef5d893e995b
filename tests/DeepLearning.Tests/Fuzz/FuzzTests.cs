using System.Globalization;

namespace DeepLearning.Tests.Fuzz;

/// <summary>The recorded random cases, against PyTorch.</summary>
public sealed class FuzzTests
{
    private const int Shown = 10;

    [Theory]
    [InlineData("programs")]
    public void Recorded_cases_equal_PyTorch(string name)
    {
        using Stream file = typeof(FuzzTests).Assembly.GetManifestResourceStream($"Fuzz/{name}.json.gz")!;
        (int count, List<string> differences) = FuzzCases.Run(file);
        Assert.True(count > 0, "The file has no cases.");
        Assert.True(
            differences.Count == 0,
            string.Create(CultureInfo.InvariantCulture, $"{differences.Count} of {count} differ:\n\n{string.Join("\n", differences.Take(Shown))}"));
    }
}
