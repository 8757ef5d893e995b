using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Where the library decides against PyTorch, or PyTorch's answer is no measure: each with the reason.</summary>
internal static class FuzzExceptions
{
    private const string Taken = "  taken;";

    /// <summary>The operation, how its differences begin (all of them where it is empty), which cases are meant, and why.</summary>
    private static readonly (string Op, string Kind, Func<GoldenCase, bool> Case, string Reason)[] s_all =
    [
        ("isclose", Taken, _ => true, "Operands of two types are promoted, as in all other arithmetic; PyTorch wants one type."),
        ("lerp_scalar", Taken, _ => true, "As above."),
        ("einsum", "", c => c.Inputs.Any(x => !x.IsFloatingPoint), "A sum of integers that PyTorch takes first becomes int64 there."),
        ("pad", Taken, _ => true, "An empty result, and an empty axis beside those that are padded, are no errors here."),
        .. Comparisons.Select(op => (
            op, "", (Func<GoldenCase, bool>)(c => c.Inputs[0].Type == "u8" && GoldenTensor.Number(c.Argument("other")) < 0),
            "PyTorch turns the negative number into a byte before it compares.")),
    ];

    private static string[] Comparisons => ["eq_scalar", "ne_scalar", "lt_scalar", "le_scalar", "gt_scalar", "ge_scalar"];

    public static bool Allow(GoldenCase golden, string differences) =>
        s_all.Any(e => e.Op == golden.Op && differences.StartsWith(e.Kind, StringComparison.Ordinal) && e.Case(golden));
}
