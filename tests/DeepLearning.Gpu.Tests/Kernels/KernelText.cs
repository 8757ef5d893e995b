using System.Text.RegularExpressions;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>What to look for in a kernel's text.</summary>
internal static partial class KernelText
{
    /// <summary>Approximations, claims about warps, arithmetic that the assembler may fuse: the words that no kernel holds.</summary>
    public static string Forbidden(string ptx) =>
        string.Join(' ', Word().Matches(ptx).Select(static match => match.Value).Distinct());

    /// <summary>Whether a kernel is straight: no call, no local memory, no doubles but of the formula's own numbers.</summary>
    public static bool IsStraight(string ptx) => !Call().IsMatch(ptx) && !Local().IsMatch(ptx) && !Wide().IsMatch(ptx);

    [GeneratedRegex(@"\bcall\b")]
    public static partial Regex Call();

    [GeneratedRegex(@"\.local\b")]
    public static partial Regex Local();

    /// <summary>A formula's own numbers are doubles: they are loaded, combined and narrowed, and that is all.</summary>
    [GeneratedRegex(@"\b(?:fma|div|sqrt|max|min|set)\.\S*f64")]
    public static partial Regex Wide();

    [GeneratedRegex(@"\b\S*\.approx\S*|\b\w+\.uni\b|\b(?:add|sub|mul|div)\.f(?:32|64)\b|\bmad\.f\S+")]
    private static partial Regex Word();
}
