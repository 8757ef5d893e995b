using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>Where the library decides against PyTorch, or PyTorch's answer is no measure: each with the reason.</summary>
internal static class FuzzExceptions
{
    private const string Taken = "  taken;", Refused = "  refused";

    /// <summary>The operation, how its differences begin (all of them where it is empty), which cases are meant, and why.</summary>
    private static readonly (string Op, string Kind, Func<GoldenCase, bool> Case, string Reason)[] s_all =
    [
        ("isclose", Taken, _ => true, "Operands of two types are promoted, as in all other arithmetic; PyTorch wants one type."),
        ("lerp_scalar", Taken, _ => true, "As above."),
        ("einsum", "", c => c.Inputs.Any(x => !x.IsFloatingPoint), "A sum of integers that PyTorch takes first becomes int64 there."),
        ("pad", Taken, _ => true, "An empty result, and an empty axis beside those that are padded, are no errors here."),
        ("AvgPool3d", Taken, IsSmall, "An image smaller than the window may have room, as in one and two axes."),
        ("LPPool3d", Taken, IsSmall, "As above."),
        ("FractionalMaxPool3d", Taken, IsFilled, "Windows may just fill an axis."),
        .. ConstantPads.Select(static op => (
            op, Taken, (Func<GoldenCase, bool>)(static c => c.Refused!.Contains("negative output", StringComparison.Ordinal)),
            "As pad: an empty result is no error.")),
        ("interpolate", Refused, c => c.Argument("mode").GetString() == "area", "Nothing is left of an axis: an error in every mode."),
        .. BatchNorms.Select(static op => (
            op, Refused, (Func<GoldenCase, bool>)(static c => c.Inputs[0].Count == 0), "Nothing to take a mean of, in training.")),
        .. Losses.Select(static op => (
            op, Refused, (Func<GoldenCase, bool>)(static c => c.Inputs[0].Count == 0), "The mean of nothing is an error, not NaN.")),
        .. CircularPads.Select(op => (
            op, Refused, (Func<GoldenCase, bool>)(c => c.Argument("padding").GetRawText().Contains('-', StringComparison.Ordinal)),
            "PyTorch goes round more than once, or leaves numbers unset, where a negative padding has left too little.")),
        .. Comparisons.Select(op => (
            op, "", (Func<GoldenCase, bool>)(c => c.Inputs[0].Type == "u8" && GoldenTensor.Number(c.Argument("other")) < 0),
            "PyTorch turns the negative number into a byte before it compares.")),
    ];

    private static string[] BatchNorms => ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d"];

    private static string[] Losses =>
    [
        "mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "soft_margin_loss", "hinge_embedding_loss", "mse_loss_weight",
        "l1_loss_weight", "huber_loss_weight", "poisson_nll_loss", "gaussian_nll_loss", "binary_cross_entropy",
        "binary_cross_entropy_weight",
        "bce_with_logits", "bce_with_logits_weight", "bce_with_logits_pos_weight", "bce_with_logits_both", "cross_entropy",
        "cross_entropy_weight", "nll_loss", "nll_loss_weight", "kl_div", "margin_ranking_loss", "triplet_margin_loss",
        "triplet_margin_with_distance_loss", "cosine_embedding_loss", "multi_margin_loss", "multilabel_margin_loss",
        "multilabel_soft_margin_loss",
    ];

    private static string[] ConstantPads =>
        [.. Enumerable.Range(1, 3).SelectMany(static axes => new[] { $"ZeroPad{axes}d", $"ConstantPad{axes}d" })];

    private static string[] CircularPads => ["CircularPad1d", "CircularPad2d", "CircularPad3d"];

    private static string[] Comparisons => ["eq_scalar", "ne_scalar", "lt_scalar", "le_scalar", "gt_scalar", "ge_scalar"];

    private static bool IsSmall(GoldenCase c) => c.Refused!.Contains("smaller than kernel size", StringComparison.Ordinal);

    private static bool IsFilled(GoldenCase c) => c.Refused!.Contains("too large relative", StringComparison.Ordinal);

    public static bool Allow(GoldenCase golden, string differences) =>
        s_all.Any(e => e.Op == golden.Op && differences.StartsWith(e.Kind, StringComparison.Ordinal) && e.Case(golden));
}
