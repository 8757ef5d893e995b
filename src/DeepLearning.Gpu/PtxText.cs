using System.Text.RegularExpressions;

namespace DeepLearning.Backends.Gpu;

/// <summary>What ILGPU's PTX needs before a driver sees it.</summary>
internal static partial class PtxText
{
    /// <summary>
    /// The same program without ILGPU's claims that a branch goes one way in all threads of a warp: it makes them of every value that a
    /// method gave, and so of our instructions' results, where they do not hold. Sums and products of a formula's own numbers, which ILGPU
    /// writes, are rounded by themselves: without the word the assembler may fuse them. An atomic operation names its memory before what it
    /// does, as the language is defined. Functions that nobody calls (what stood for our instructions) go, too. Shared memory begins at
    /// multiples of 16 bytes, so that four floats of it are loaded at once.
    /// </summary>
    public static string Correct(string ptx)
    {
        string text = Atomic().Replace(Rounded().Replace(Uniform().Replace(ptx, "$1"), "$1.rn.$2"), "$1.$3.$2");
        text = Shared().Replace(text, ".shared .align 16 ");
        HashSet<string> called = [.. Call().Matches(text).Select(static match => match.Groups[1].Value)];
        return Function().Replace(text, match => called.Contains(match.Groups[1].Value) ? match.Value : "");
    }

    [GeneratedRegex(@"\b(bra|brx\.idx|call)\.uni\b")]
    private static partial Regex Uniform();

    [GeneratedRegex(@"\b(add|sub|mul|div)\.(f32|f64)\b")]
    private static partial Regex Rounded();

    [GeneratedRegex(@"\b(atom|red)\.(\w+)\.(global|shared)\b")]
    private static partial Regex Atomic();

    [GeneratedRegex(@"\.shared \.align [1248] ")]
    private static partial Regex Shared();

    [GeneratedRegex(@"\bcall\s+(?:\([^)]*\)\s*,\s*)?(\w+)\s*,")]
    private static partial Regex Call();

    [GeneratedRegex(
        @"^\.visible \.func (?:\([^)]*\) )?(\w+)\([^)]*\)\s*(?:;|\{.*?^\})\n*", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Function();
}
