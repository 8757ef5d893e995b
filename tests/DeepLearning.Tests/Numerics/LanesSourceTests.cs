using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Numerics;

/// <summary>
/// The lanes of 128, 256 and 512 bits are three files, since a vector's width is a type of its own in .NET. What one of them is taught the
/// others must be taught: this compares their texts.
/// </summary>
public sealed partial class LanesSourceTests
{
    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    public void The_lanes_of_every_width_differ_in_nothing_but_the_width(int width)
    {
        string[] expected = Statements(512), actual = Statements(width);
        for (int i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            Assert.True(expected[i] == actual[i], $"Statement {i + 1} of Lanes512 and Lanes{width}:\n{expected[i]}\n{actual[i]}");
        }

        Assert.Equal(expected.Length, actual.Length);
        Assert.True(actual.Length > 100, $"Lanes{width} has {actual.Length} statements.");
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void A_width_does_not_name_another(int width) =>
        Assert.DoesNotContain(Lines(width), static line => AnyWidth().IsMatch(line));

    /// <summary>
    /// The statements, each on one line; without the choice of instructions that 128 bits make in a browser.
    /// </summary>
    private static string[] Statements(int width) =>
    [
        .. BrowserChoice().Replace(string.Join('\n', Lines(width)), "").Split(';', '{', '}')
            .Select(static statement => Spaces().Replace(statement, " ").Trim()),
    ];

    /// <summary>The file with its own width taken out; the instructions of AVX-512 have one name at 512 bits and one below.</summary>
    private static string[] Lines(int width) =>
    [
        .. File.ReadAllLines(RepositoryFiles.PathOf("src", "DeepLearning", "Numerics", $"Lanes{width}.cs"))
            .Select(line => Avx512().Replace(line, "Avx").Replace($"{width}", "Width", StringComparison.Ordinal)),
    ];

    [GeneratedRegex(@"\bAvx512F(\.VL)?\b")]
    private static partial Regex Avx512();

    [GeneratedRegex(
        @"WebVectors\.Has<T>\(\) \? WebVectors\.\w+\([^()]*\) : |if \(WebVectors\.Has<T>\(\)\)\s*\{[^}]*\}|"
        + @"/// Several of them have instructions of their own in a browser[^\n]*\n")]
    private static partial Regex BrowserChoice();

    [GeneratedRegex(@"\s+(///)?")]
    private static partial Regex Spaces();

    [GeneratedRegex("128|256|512")]
    private static partial Regex AnyWidth();
}
