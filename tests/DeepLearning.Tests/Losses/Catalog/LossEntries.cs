using DeepLearning.Losses;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Losses.Catalog;

internal static class LossEntries
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

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Loss("MSELoss", static reduction => new MSELoss(reduction), Apart, s_pair),
        CatalogEntry.Loss("L1Loss", static reduction => new L1Loss(reduction), Apart, s_pair),
        CatalogEntry.Loss("HuberLoss", static reduction => new HuberLoss(1.0, reduction), Apart, s_pair),
        CatalogEntry.Loss("HuberLoss, delta", static reduction => new HuberLoss(0.3, reduction), Apart, s_pair),
        CatalogEntry.Loss("SmoothL1Loss", static reduction => new SmoothL1Loss(1.0, reduction), Apart, s_pair),
        CatalogEntry.Loss("SmoothL1Loss, beta", static reduction => new SmoothL1Loss(0.3, reduction), Apart, s_pair),
        CatalogEntry.Loss(
            "BCELoss", static reduction => new BCELoss(null, reduction),
            static random => (random.Uniform(0.1, 0.9, 2, 3), random.Uniform(0.1, 0.9, 2, 3)), s_pair),
        CatalogEntry.Loss(
            "BCELoss, weight", static reduction => new BCELoss(Tensor.From([0.5f, 1, 2]), reduction),
            static random => (random.Uniform(0.1, 0.9, 2, 3), random.Uniform(0.1, 0.9, 2, 3)), s_pair),
        CatalogEntry.Loss(
            "BCEWithLogitsLoss", static reduction => new BCEWithLogitsLoss(null, null, reduction),
            static random => (random.Normal(2, 3), random.Uniform(0.1, 0.9, 2, 3)), s_pair),
        CatalogEntry.Loss(
            "BCEWithLogitsLoss, weights",
            static reduction => new BCEWithLogitsLoss(Tensor.From([0.5f, 1, 2]), Tensor.From([3f, 1, 0.25f]), reduction),
            static random => (random.Normal(2, 3), random.Uniform(0.1, 0.9, 2, 3)), s_pair),
        CatalogEntry.Loss("KLDivLoss", static reduction => new KLDivLoss(false, reduction), Logarithms, s_pair),
        CatalogEntry.Loss(
            "KLDivLoss, logarithms", static reduction => new KLDivLoss(true, reduction),
            static random => (random.Normal(2, 3).LogSoftmax(1), random.Normal(2, 3).LogSoftmax(1)), s_pair),
        Classes("CrossEntropyLoss", static reduction => new CrossEntropyLoss(reduction: reduction), 3),
        Classes(
            "CrossEntropyLoss, weight", static reduction => new CrossEntropyLoss(Tensor.From([0.5f, 1, 2, 4]), reduction: reduction),
            4 + 1 + 2),
        Classes(
            "CrossEntropyLoss, ignored and smoothed",
            static reduction => new CrossEntropyLoss(ignoreIndex: 1, labelSmoothing: 0.2, reduction: reduction), 2),
        CatalogEntry.Loss(
            "CrossEntropyLoss, further axes", static reduction => new CrossEntropyLoss(reduction: reduction),
            static random => (random.Normal(2, 3, 2), random.Integers(0, 3, 2, 2)),
            new LossCheckOptions { InputShapes = ["[N, C, L]", "[N, L]"], ElementShape = "[N, L]" }),
        CatalogEntry.Loss(
            "CrossEntropyLoss, probabilities", static reduction => new CrossEntropyLoss(labelSmoothing: 0.1, reduction: reduction),
            static random => (random.Normal(3, 4), random.Probabilities(1, 3, 4)),
            new LossCheckOptions { InputShapes = ["[N, C]", "[N, C]"], ElementShape = "[N]", Counted = 3 }),
        Classes("NLLLoss", static reduction => new NLLLoss(reduction: reduction), 3),
        Classes("NLLLoss, weight", static reduction => new NLLLoss(Tensor.From([0.5f, 1, 2, 4]), reduction: reduction), 4 + 1 + 2),
        Classes("NLLLoss, ignored", static reduction => new NLLLoss(ignoreIndex: 3, reduction: reduction), 2),
    ];

    /// <summary>Targets so far from the predictions that neither crosses a kink: differences of 0.1, 0.45, 0.8 … of both signs.</summary>
    private static (Tensor, Tensor) Apart(RandomInputs random)
    {
        Tensor input = random.Normal(2, 3);
        return (input, input + Tensor.From([0.1f, -0.45f, 0.8f, -1.15f, 1.5f, -1.85f], 2, 3));
    }

    private static (Tensor, Tensor) Logarithms(RandomInputs random) => (random.Normal(2, 3).LogSoftmax(1), random.Probabilities(1, 2, 3));

    /// <summary>Scores of three rows, of the classes 3, 1 and 2 of four.</summary>
    private static CatalogEntry Classes(
        string name, Func<LossReduction, DeepLearning.Layers.Module<Tensor, Tensor, Tensor>> make, double counted) =>
        CatalogEntry.Loss(name, make, static random => (random.Normal(3, 4), Tensor.From([3L, 1, 2])), new LossCheckOptions
        {
            InputShapes = ["[N, C]", "[N]"],
            ElementShape = "[N]",
            Counted = counted,
            Rejects =
            [
                new Rejection("a class that there is not", "4", null, Tensor.From([0L, 4, 1])),
                new Rejection("a negative class", "-1", null, Tensor.From([0L, -1, 1])),
                new Rejection("too many targets", "[3]", null, Tensor.From([0L, 1, 1, 2])),
            ],
        });
}
