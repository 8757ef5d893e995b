using DeepLearning.Losses;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Losses.Catalog;

internal static class ClassEntries
{
    private static readonly Rejection[] s_noClasses =
    [
        new Rejection("a class that there is not", "6", null, Tensor.From([0L, 6, 1])),
        new Rejection("a negative class", "-1", null, Tensor.From([0L, -1, 1])),
        new Rejection("too many targets", "[4]", null, Tensor.From([0L, 1, 1, 2])),
    ];

    private static readonly LossCheckOptions s_regions = new()
    {
        InputShapes = ["[N, C, D]", "[N, C, D]"],
        ElementShape = "[N, C]",
        Rejects = [new Rejection("a target of another shape", "[2, 3, 5]", null, Tensor.Ones(2, 3, 5))],
    };

    private static readonly LossCheckOptions s_pair = new()
    {
        InputShapes = ["[A, B]", "[A, B]"],
        ElementShape = "[A, B]",
        Rejects = [new Rejection("a target that would broadcast", "[3]", null, Tensor.Full([3], 0.5))],
    };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        Focal("FocalLoss", static reduction => new FocalLoss(reduction: reduction), 3),
        Focal("FocalLoss, weight, gamma 1", static reduction => new FocalLoss(Weights(), 1, reduction: reduction), 4 + 1 + 2),
        Focal("FocalLoss, gamma below 1, ignored", static reduction => new FocalLoss(null, 0.5, 1, reduction), 2),
        CatalogEntry.Loss("SigmoidFocalLoss", static reduction => new SigmoidFocalLoss(reduction: reduction), Logits, s_pair),
        CatalogEntry.Loss(
            "SigmoidFocalLoss, unweighted, gamma 1.5", static reduction => new SigmoidFocalLoss(null, 1.5, reduction), Logits, s_pair),
        CatalogEntry.Loss("DiceLoss", static reduction => new DiceLoss(reduction: reduction), Regions, s_regions),
        CatalogEntry.Loss("DiceLoss, squares", static reduction => new DiceLoss(0.1, true, reduction), Regions, s_regions),
        CatalogEntry.Loss("TverskyLoss", static reduction => new TverskyLoss(reduction: reduction), Regions, s_regions),
        CatalogEntry.Loss("TverskyLoss, weights", static reduction => new TverskyLoss(0.3, 0.7, 0.1, reduction), Regions, s_regions),
        CatalogEntry.Loss(
            "DistillationLoss", static reduction => new DistillationLoss(reduction: reduction),
            static random => (random.Normal(3, 4), random.Normal(3, 4), Tensor.From([3L, 1, 2])),
            new LossCheckOptions
            {
                InputShapes = ["[N, C]", "[N, C]", "[N]"],
                ElementShape = "[N]",
                WithoutGradient = [1],
                Rejects =
                [
                    new Rejection("a teacher of fewer classes", "[3, 3]", null, Tensor.Ones(3, 3), null),
                    new Rejection("a class that there is not", "4", null, null, Tensor.From([0L, 4, 1])),
                    new Rejection("a class to pass over", "-100", null, null, Tensor.From([0L, -100, 1])),
                ],
            }),
        CatalogEntry.Loss(
            "DistillationLoss, probabilities", static reduction => new DistillationLoss(3, 0.2, reduction),
            static random => (random.Normal(3, 4), random.Normal(3, 4), random.Probabilities(1, 3, 4)),
            new LossCheckOptions { InputShapes = ["[N, C]", "[N, C]", "[N, C]"], ElementShape = "[N]", WithoutGradient = [1] }),
        CatalogEntry.Loss(
            "InfoNCELoss", static reduction => new InfoNCELoss(0.5, reduction), static random => (random.Normal(3, 4), random.Normal(3, 4)),
            new LossCheckOptions
            {
                InputShapes = ["[N, D]", "[N, D]"],
                ElementShape = "[N]",
                Rejects = [new Rejection("positives of another length", "[3, 5]", null, Tensor.Ones(3, 5))],
            }),
        CatalogEntry.Loss(
            "NegativeSamplingLoss", static reduction => new NegativeSamplingLoss(reduction),
            static random => (random.Normal(3), random.Normal(3, 2)),
            new LossCheckOptions
            {
                InputShapes = ["[N]", "[N, K]"],
                ElementShape = "[N]",
                Rejects = [new Rejection("negatives of other pairs", "[4, 2]", null, Tensor.Ones(4, 2))],
            }),
        Hierarchical("HierarchicalSoftmax", static reduction => new HierarchicalSoftmax(4, 6, reduction: reduction)),
        Hierarchical(
            "HierarchicalSoftmax, frequencies, no bias",
            static reduction => new HierarchicalSoftmax(4, 6, [8, 1, 1, 3, 0, 2], false, reduction)),
        Adaptive("AdaptiveLogSoftmaxWithLoss", static () => new AdaptiveLogSoftmaxWithLoss(4, 6, [2, 4], 2)),
        Adaptive("AdaptiveLogSoftmaxWithLoss, head's bias", static () => new AdaptiveLogSoftmaxWithLoss(4, 6, [1, 3], 1.5, true)),
        CatalogEntry.Loss("CTCLoss", static reduction => new Ctc(new CTCLoss(reduction: reduction)), Sequences, Alignments()),
        CatalogEntry.Loss(
            "CTCLoss, last class as blank", static reduction => new Ctc(new CTCLoss(4, true, reduction)),
            static random =>
            {
                (Tensor input, Tensor targets, Tensor steps, Tensor labels) = Sequences(random);
                return (input, targets - 1, steps, labels);
            },
            Alignments()),
    ];

    private static Tensor Weights() => Tensor.From([0.5f, 1, 2, 4]);

    private static (Tensor, Tensor) Logits(RandomInputs random) => (random.Normal(2, 3), random.Uniform(0.1, 0.9, 2, 3));

    private static (Tensor, Tensor) Regions(RandomInputs random) =>
        (random.Uniform(0.1, 0.9, 2, 3, 4), random.Uniform(0.1, 0.9, 2, 3, 4));

    /// <summary>Scores of three rows, of the classes 3, 1 and 2 of four.</summary>
    private static CatalogEntry Focal(string name, Func<LossReduction, FocalLoss> make, double counted) =>
        CatalogEntry.Loss(name, make, static random => (random.Normal(3, 4), Tensor.From([3L, 1, 2])), new LossCheckOptions
        {
            InputShapes = ["[N, C]", "[N]"],
            ElementShape = "[N]",
            Counted = counted,
            Rejects = s_noClasses,
        });

    private static CatalogEntry Hierarchical(string name, Func<LossReduction, HierarchicalSoftmax> make) =>
        CatalogEntry.Loss(name, make, static random => (random.Normal(3, 4), Tensor.From([5L, 0, 2])), new LossCheckOptions
        {
            InputShapes = ["[N, D]", "[N]"],
            ElementShape = "[N]",
            Rejects = s_noClasses,
        });

    /// <summary>Classes of the head and of both clusters, so that every parameter is used.</summary>
    private static CatalogEntry Adaptive(string name, Func<AdaptiveLogSoftmaxWithLoss> make) =>
        CatalogEntry.Layer(name, make, static random => (random.Normal(3, 4), Tensor.From([5L, 0, 2])), new LayerCheckOptions
        {
            InputShapes = ["[N, D]", "[N]"],
            OutputShapes = ["[N]", "[]"],
            OutputBatchAxes = [0, null],
            Rejects = s_noClasses,
        });

    /// <summary>Two sequences of five steps and of four, of two labels each, one of them twice the same.</summary>
    private static (Tensor Input, Tensor Targets, Tensor Steps, Tensor Labels) Sequences(RandomInputs random) =>
        (random.Normal(5, 2, 5).LogSoftmax(2), Tensor.From([1L, 2, 3, 3], 2, 2), Tensor.From([5L, 4]), Tensor.From([2L, 2]));

    private static LossCheckOptions Alignments() => new()
    {
        InputShapes = ["[T, N, C]", "[N, S]", "[N]", "[N]"],
        ElementShape = "[N]",
        Counted = 4,
        Rejects =
        [
            new Rejection("a label that is no class", "9", null, Tensor.From([1L, 9, 3, 3], 2, 2), null, null),
            new Rejection("more steps than there are", "6", null, null, Tensor.From([6L, 4]), null),
            new Rejection("more labels than there are", "3", null, null, null, Tensor.From([3L, 2])),
        ],
    };

    /// <summary>The loss of four tensors as one of a tuple, which can be checked.</summary>
    private sealed class Ctc(CTCLoss loss) : DeepLearning.Layers.Module<(Tensor Input, Tensor Targets, Tensor Steps, Tensor Labels), Tensor>
    {
        private readonly CTCLoss _loss = loss;

        public override Tensor Forward((Tensor Input, Tensor Targets, Tensor Steps, Tensor Labels) input) =>
            _loss.Forward(input.Input, input.Targets, input.Steps, input.Labels);
    }
}
