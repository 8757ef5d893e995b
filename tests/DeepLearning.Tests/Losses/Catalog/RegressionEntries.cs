using DeepLearning.Losses;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Losses.Catalog;

internal static class RegressionEntries
{
    private static readonly LossCheckOptions s_pair = new()
    {
        InputShapes = ["[A, B]", "[A, B]"],
        ElementShape = "[A, B]",
        Rejects =
        [
            new Rejection("a target of another shape", "[2, 4]", null, Tensor.Full([2, 4], 0.5)),
            new Rejection("a target that would broadcast", "[3]", null, Tensor.Full([3], 0.5)),
        ],
    };

    private static readonly LossCheckOptions s_normal = new()
    {
        InputShapes = ["[A, B]", "[A, B]", "[A, B]"],
        ElementShape = "[A, B]",
        Rejects =
        [
            new Rejection("a target of another shape", "[2, 4]", null, Tensor.Full([2, 4], 0.5), null),
            new Rejection("variances of another shape", "[3, 1]", null, null, Tensor.Ones(3, 1)),
            new Rejection("a negative variance", "negative", null, null, Tensor.Full([2, 3], -0.5)),
        ],
    };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Loss("LogCoshLoss", static reduction => new LogCoshLoss(reduction), Apart, s_pair),
        CatalogEntry.Loss("MAPELoss", static reduction => new MAPELoss(reduction: reduction), Apart, s_pair),
        CatalogEntry.Loss("MAPELoss, eps", static reduction => new MAPELoss(0.7, reduction), Apart, s_pair),
        CatalogEntry.Loss(
            "MSLELoss", static reduction => new MSLELoss(reduction),
            static random => (random.Uniform(-0.5, 3, 2, 3), random.Uniform(-0.5, 3, 2, 3)),
            s_pair with
            {
                Rejects =
                [
                    .. s_pair.Rejects,
                    new Rejection("a prediction of -1", "-1", Tensor.Full([2, 3], -1.0), null),
                    new Rejection("a target below -1", "-1", null, Tensor.Full([2, 3], -2.0)),
                ],
            }),
        CatalogEntry.Loss("PoissonNLLLoss", static reduction => new PoissonNLLLoss(reduction: reduction), Counts, s_pair),
        CatalogEntry.Loss("PoissonNLLLoss, full", static reduction => new PoissonNLLLoss(full: true, reduction: reduction), Counts, s_pair),
        CatalogEntry.Loss(
            "PoissonNLLLoss, counts", static reduction => new PoissonNLLLoss(logInput: false, eps: 0.01, reduction: reduction),
            static random => (random.Uniform(0.5, 2, 2, 3), random.Uniform(1.5, 4, 2, 3)), s_pair),
        CatalogEntry.Loss("GaussianNLLLoss", static reduction => new GaussianNLLLoss(reduction: reduction), Normal, s_normal),
        CatalogEntry.Loss(
            "GaussianNLLLoss, full, a variance for each row", static reduction => new GaussianNLLLoss(full: true, reduction: reduction),
            static random => (random.Normal(2, 3), random.Normal(2, 3), random.Uniform(0.5, 2, 2, 1)),
            s_normal with { InputShapes = ["[A, B]", "[A, B]", "[A, 1]"] }),
        CatalogEntry.Loss(
            "MaskedLoss", static reduction => new MaskedLoss(reduction: reduction), WithGaps,
            s_pair with { Counted = 4, WithoutGradient = [1] }),
        CatalogEntry.Loss(
            "MaskedLoss, Huber, weights",
            static reduction => new MaskedLoss(
                static (x, y) => Loss.Huber(x, y, 0.5, LossReduction.None), Tensor.From([0.5f, 1, 2]), reduction),
            WithGaps, s_pair with { Counted = 0.5 + 2 + 0.5 + 1, WithoutGradient = [1] }),
        CatalogEntry.Loss(
            "TotalVariationLoss", static reduction => new TotalVariationLoss(reduction), static random => random.Distinct(0.1, 2, 2, 3, 3),
            new LossCheckOptions
            {
                InputShapes = ["[N, C, H, W]"],
                ElementShape = "[N]",
                Rejects =
                [
                    new Rejection("a vector", "[N, C, H, W]", Tensor.Ones(3)),
                    new Rejection("five axes", "[H, W]", Tensor.Ones(1, 1, 1, 2, 2)),
                ],
            }),
    ];

    /// <summary>Targets so far from the predictions that neither crosses a kink: differences of 0.1, 0.45, 0.8 … of both signs.</summary>
    private static (Tensor, Tensor) Apart(RandomInputs random)
    {
        Tensor input = random.Normal(2, 3);
        return (input, input + Tensor.From([0.1f, -0.45f, 0.8f, -1.15f, 1.5f, -1.85f], 2, 3));
    }

    /// <summary>Counts above 1, where Stirling's approximation begins.</summary>
    private static (Tensor, Tensor) Counts(RandomInputs random) => (random.Normal(2, 3), random.Uniform(1.5, 4, 2, 3));

    private static (Tensor, Tensor, Tensor) Normal(RandomInputs random) =>
        (random.Normal(2, 3), random.Normal(2, 3), random.Uniform(0.5, 2, 2, 3));

    /// <summary>Two of six targets are missing.</summary>
    private static (Tensor, Tensor) WithGaps(RandomInputs random) =>
        (random.Normal(2, 3), Tensor.From([0.3f, float.NaN, -0.8f, 1.5f, -0.2f, float.NaN], 2, 3));
}
