using DeepLearning.Losses;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;
using DeepLearning.Tests.Layers.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Models of sequences; two of them, three steps.</summary>
internal static class SequenceBlockEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Layer(
            "LinearChainCRF", static () => new LinearChainCRF(3), static random => (random.Normal(2, 3, 3), random.Integers(0, 3, 2, 3)),
            new LayerCheckOptions { OutputShapes = ["[]"], BatchAxis = null, Rejects = Crf() }),
        CatalogEntry.Layer(
            "LinearChainCRF, each loss", static () => new LinearChainCRF(3, LossReduction.None),
            static random => (random.Normal(2, 3, 3), random.Integers(0, 3, 2, 3)),
            new LayerCheckOptions { OutputShapes = ["[2]"], Rejects = Crf() }),
        CatalogEntry.Layer(
            "LinearChainCRF, a mask",
            static () => new CalledModule3<LinearChainCRF, Tensor>(
                new LinearChainCRF(3, LossReduction.Sum), static (crf, x, tags, mask) => crf.Forward(x, tags, mask)),
            static random => (
                random.Normal(2, 3, 3), random.Integers(0, 3, 2, 3),
                Tensor.From(new[] { true, false, false, true, true, true }, 2, 3)),
            new LayerCheckOptions
            {
                OutputShapes = ["[]"],
                BatchAxis = null,
                Rejects =
                [
                    new Rejection("a mask of another length", "mask", null, null, Tensor.Ones([2, 4], DType.Bool)),
                    new Rejection("a sequence without a step", "row 0", null, null, Tensor.Zeros([2, 3], DType.Bool)),
                    new Rejection(
                        "a hole", "row 1", null, null, Tensor.From(new[] { true, true, true, true, false, true }, 2, 3)),
                ],
            }),
        Cell("ConvLSTMCell", static () => new ConvLSTMCell(2, 1)),
        Cell("ConvLSTMCell, peepholes, no bias", static () => new ConvLSTMCell(2, 2, 1, bias: false, (3, 2))),
        CatalogEntry.Layer(
            "ConvLSTM", static () => new ConvLSTM(2, [1, 2]), static random => random.Normal(2, 2, 2, 3, 2),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 2, 2, 3, 2]", "[2, 1, 3, 2]", "[2, 1, 3, 2]", "[2, 2, 3, 2]", "[2, 2, 3, 2]"],
                Rejects =
                [
                    new Rejection("other channels", "[batch, steps, 2, height, width]", Tensor.Zeros(2, 2, 3, 3, 2)),
                    new Rejection("no step", "step", Tensor.Zeros(2, 0, 2, 3, 2)),
                ],
            }),
        CatalogEntry.Layer(
            "TemporalConvNet", static () => new TemporalConvNet(2, [3, 3], 2, 0.1), static random => random.Normal(2, 2, 4),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3, 4]"],
                Unbatched = true,
                Rejects = [new Rejection("other channels", "[batch, 2, steps]", Tensor.Zeros(2, 3, 4))],
            }),
        CatalogEntry.Layer(
            "OutputRecurrentRNN", static () => new OutputRecurrentRNN(3, 4, 2), static random => random.Normal(2, 3, 3),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3, 2]"],
                Rejects =
                [
                    new Rejection("a wrong width", "[batch, steps, 3]", Tensor.Zeros(2, 3, 4)),
                    new Rejection("no step", "steps", Tensor.Zeros(2, 0, 3)),
                ],
            }),
        CatalogEntry.Layer(
            "OutputRecurrentRNN, taught",
            static () => new CalledModule<OutputRecurrentRNN, Tensor, Tensor>(
                new OutputRecurrentRNN(3, 4, 2), static (network, x, targets) => network.Forward(x, targets)),
            static random => (random.Normal(2, 3, 3), random.Normal(2, 3, 2)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3, 2]"],
                Rejects = [new Rejection("targets of another width", "targets", null, Tensor.Zeros(2, 3, 3))],
            }),
        Seq2Seq("AttentionSeq2Seq", static () => new AttentionSeq2Seq(new AttentionSeq2SeqOptions(5, 6, 2, 2, 3))),
        Seq2Seq(
            "AttentionSeq2Seq, bilinear, padding, dropout",
            static () => new AttentionSeq2Seq(new AttentionSeq2SeqOptions(5, 6, 2, 2, 3, AttentionScore.Bilinear, 0.1, PadToken: 0))),
        Seq2Seq(
            "AttentionSeq2Seq, products",
            static () => new AttentionSeq2Seq(new AttentionSeq2SeqOptions(5, 6, 2, 2, 4, AttentionScore.DotProduct))),
    ];

    private static Rejection[] Crf() =>
    [
        new Rejection("other tags", "[batch, steps, 3]", Tensor.Zeros(2, 3, 4), null),
        new Rejection("a tag that there is not", "0 to 2", null, Tensor.Full([2, 3], 3L)),
        new Rejection("tags of another length", "tags", null, Tensor.Zeros([2, 4], DType.Int64)),
        new Rejection("tags of numbers", "tags", null, Tensor.Zeros(2, 3)),
    ];

    private static CatalogEntry Cell(string name, Func<ConvLSTMCell> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 2, 3, 2),
        new LayerCheckOptions
        {
            InputShapes = ["[N, 2, 3, 2]"],
            OutputShapes = ["[N, C, 3, 2]", "[N, C, 3, 2]"],
            Rejects = [new Rejection("other channels", "[batch, 2", Tensor.Zeros(2, 3, 3, 2))],
        });

    private static CatalogEntry Seq2Seq(string name, Func<AttentionSeq2Seq> make) => CatalogEntry.Layer(
        name, make, static random => (random.Integers(1, 5, 2, 3), random.Integers(0, 6, 2, 2)),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 2, 6]"],
            Rejects =
            [
                new Rejection("a token of the source that there is not", "5", Tensor.Full([2, 3], 5L), null),
                new Rejection("a token of the target that there is not", "6", null, Tensor.Full([2, 2], 6L)),
                new Rejection("another batch", "target", null, Tensor.Zeros([3, 2], DType.Int64)),
                new Rejection("an empty target", "target", null, Tensor.Zeros([2, 0], DType.Int64)),
            ],
        });
}
