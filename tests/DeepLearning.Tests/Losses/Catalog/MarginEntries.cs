using DeepLearning.Losses;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Losses.Catalog;

internal static class MarginEntries
{
    private static readonly Tensor s_signs = Tensor.From([1f, -1, 1, -1, -1, 1], 2, 3);

    private static readonly Rejection s_otherShape = new("a target of another shape", "[2, 4]", null, Tensor.Ones(2, 4));

    private static readonly LossCheckOptions s_pair = new()
    {
        InputShapes = ["[A, B]", "[A, B]"],
        ElementShape = "[A, B]",
        Rejects = [s_otherShape],
    };

    private static readonly LossCheckOptions s_signed = s_pair with
    {
        WithoutGradient = [1],
        Rejects = [s_otherShape, new Rejection("a target of 0", "neither 1 nor -1", null, Tensor.Zeros(2, 3))],
    };

    private static readonly LossCheckOptions s_classes = new()
    {
        InputShapes = ["[N, C]", "[N]"],
        ElementShape = "[N]",
        Rejects =
        [
            new Rejection("a class that there is not", "4", null, Tensor.From([0L, 4, 1])),
            new Rejection("a negative class", "-1", null, Tensor.From([0L, -1, 1])),
            new Rejection("too many targets", "[3]", null, Tensor.From([0L, 1, 1, 2])),
        ],
    };

    private static readonly LossCheckOptions s_embeddings = new()
    {
        InputShapes = ["[N, D]", "[N, D]", "[N]"],
        ElementShape = "[N]",
        WithoutGradient = [2],
        Rejects =
        [
            new Rejection("vectors of another length", "[3, 5]", null, Tensor.Ones(3, 5), null),
            new Rejection("too few targets", "[2]", null, null, Tensor.Ones(2)),
        ],
    };

    private static readonly LossCheckOptions s_triplets = new()
    {
        InputShapes = ["[N, D]", "[N, D]", "[N, D]"],
        ElementShape = "[N]",
        Rejects =
        [
            new Rejection("positives of another length", "[3, 5]", null, Tensor.Ones(3, 5), null),
            new Rejection("too few negatives", "[2, 4]", null, null, Tensor.Ones(2, 4)),
        ],
    };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Loss("HingeEmbeddingLoss", static reduction => new HingeEmbeddingLoss(reduction: reduction), Signed, s_signed),
        CatalogEntry.Loss("HingeEmbeddingLoss, margin", static reduction => new HingeEmbeddingLoss(0.3, reduction), Signed, s_signed),
        CatalogEntry.Loss("SquaredHingeLoss", static reduction => new SquaredHingeLoss(reduction), Signed, s_signed),
        CatalogEntry.Loss("SoftMarginLoss", static reduction => new SoftMarginLoss(reduction), Signed, s_pair),
        CatalogEntry.Loss("MultiMarginLoss", static reduction => new MultiMarginLoss(reduction: reduction), Scores, s_classes),
        CatalogEntry.Loss(
            "MultiMarginLoss, squared, weight",
            static reduction => new MultiMarginLoss(2, 0.6, Tensor.From([0.5f, 1, 2, 4]), reduction), Scores, s_classes),
        CatalogEntry.Loss("CategoricalHingeLoss", static reduction => new CategoricalHingeLoss(reduction), Scores, s_classes),
        CatalogEntry.Loss(
            "CategoricalHingeLoss, shares", static reduction => new CategoricalHingeLoss(reduction),
            static random => (random.Distinct(0.2, 3, 4), random.Probabilities(1, 3, 4)),
            new LossCheckOptions { InputShapes = ["[N, C]", "[N, C]"], ElementShape = "[N]" }),
        CatalogEntry.Loss(
            "MultiLabelMarginLoss", static reduction => new MultiLabelMarginLoss(reduction),
            static random => (random.Normal(3, 4), Tensor.From([3L, 0, -1, 2, 1, -1, 0, 0, -1, 0, 0, 0], 3, 4)),
            new LossCheckOptions
            {
                InputShapes = ["[N, C]", "[N, C]"],
                ElementShape = "[N]",
                Rejects = [new Rejection("a class that there is not", "4", null, Tensor.Full([3, 4], 4L))],
            }),
        CatalogEntry.Loss(
            "MultiLabelSoftMarginLoss", static reduction => new MultiLabelSoftMarginLoss(null, reduction), Labels,
            s_pair with { ElementShape = "[A]" }),
        CatalogEntry.Loss(
            "MultiLabelSoftMarginLoss, weight",
            static reduction => new MultiLabelSoftMarginLoss(Tensor.From([0.5f, 1, 2]), reduction), Labels,
            s_pair with { ElementShape = "[A]" }),
        CatalogEntry.Loss("MarginRankingLoss", static reduction => new MarginRankingLoss(reduction: reduction), Ranked, Ranking()),
        CatalogEntry.Loss("MarginRankingLoss, margin", static reduction => new MarginRankingLoss(0.3, reduction), Ranked, Ranking()),
        CatalogEntry.Loss(
            "CosineEmbeddingLoss", static reduction => new CosineEmbeddingLoss(reduction: reduction),
            static random => (random.Normal(3, 4), random.Normal(3, 4), Tensor.From([1f, -1, -1])),
            Signs(s_embeddings)),
        CatalogEntry.Loss(
            "CosineEmbeddingLoss, margin", static reduction => new CosineEmbeddingLoss(-0.5, reduction),
            static random => (random.Normal(3, 4), random.Normal(3, 4), Tensor.From([1f, -1, -1])),
            Signs(s_embeddings)),
        CatalogEntry.Loss(
            "ContrastiveLoss", static reduction => new ContrastiveLoss(reduction: reduction), Pairs, s_embeddings),
        CatalogEntry.Loss("ContrastiveLoss, margin", static reduction => new ContrastiveLoss(4, reduction), Pairs, s_embeddings),
        CatalogEntry.Loss("TripletMarginLoss", static reduction => new TripletMarginLoss(reduction: reduction), Triplets, s_triplets),
        CatalogEntry.Loss(
            "TripletMarginLoss, norm 1, swap", static reduction => new TripletMarginLoss(2, 1, swap: true, reduction: reduction), Triplets,
            s_triplets),
        CatalogEntry.Loss(
            "TripletMarginWithDistanceLoss", static reduction => new TripletMarginWithDistanceLoss(reduction: reduction), Triplets,
            s_triplets),
        CatalogEntry.Loss(
            "TripletMarginWithDistanceLoss, squares, swap",
            static reduction => new TripletMarginWithDistanceLoss(static (a, b) => (a - b).Square().Sum(-1), 3, true, reduction), Triplets,
            s_triplets),
    ];

    private static (Tensor, Tensor) Signed(RandomInputs random) => (random.Normal(2, 3), s_signs);

    private static (Tensor, Tensor) Labels(RandomInputs random) => (random.Normal(2, 3), random.Uniform(0.1, 0.9, 2, 3));

    /// <summary>Scores of three rows, of the classes 3, 1 and 2 of four, of which no two are close.</summary>
    private static (Tensor, Tensor) Scores(RandomInputs random) => (random.Distinct(0.17, 3, 4), Tensor.From([3L, 1, 2]));

    private static (Tensor, Tensor, Tensor) Ranked(RandomInputs random)
    {
        Tensor first = random.Normal(2, 3);
        return (first, first + Tensor.From([0.1f, -0.45f, 0.8f, -1.15f, 1.5f, -1.85f], 2, 3), s_signs);
    }

    private static (Tensor, Tensor, Tensor) Pairs(RandomInputs random) =>
        (random.Normal(3, 4), random.Normal(3, 4), Tensor.From([1f, 0, 0.25f]));

    private static (Tensor, Tensor, Tensor) Triplets(RandomInputs random) =>
        (random.Normal(3, 4), random.Normal(3, 4), random.Normal(3, 4));

    private static LossCheckOptions Ranking() => new()
    {
        InputShapes = ["[A, B]", "[A, B]", "[A, B]"],
        ElementShape = "[A, B]",
        Rejects = [new Rejection("a target that would broadcast", "[3]", null, null, Tensor.Ones(3))],
    };

    private static LossCheckOptions Signs(LossCheckOptions options) => options with
    {
        Rejects = [.. options.Rejects, new Rejection("a target of 0", "neither 1 nor -1", null, null, Tensor.Zeros(3))],
    };
}
