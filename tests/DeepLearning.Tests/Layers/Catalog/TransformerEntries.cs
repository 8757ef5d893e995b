using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Transformers and their parts; two samples, sources of three and targets of two, a width of four.</summary>
internal static class TransformerEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        One("TransformerEncoderLayer", static () => new TransformerEncoderLayer(4, 2, 3, 0), 1),
        One(
            "TransformerEncoderLayer, norm first, dropout",
            static () => new TransformerEncoderLayer(4, 2, 2, 0.2, batchFirst: true, normFirst: true), 0),
        One(
            "TransformerEncoderLayer, activation, no bias",
            static () => new TransformerEncoderLayer(4, 1, 2, 0, static x => x.Gelu(), bias: false), 1),
        One(
            "TransformerEncoderLayer, an activation with parameters",
            static () => new TransformerEncoderLayer(4, 2, 2, 0, new PReLU().Forward, batchFirst: true), 0),
        CatalogEntry.Layer(
            "TransformerEncoderLayer, masks",
            static () => new CalledModule3<TransformerEncoderLayer, Tensor>(
                new TransformerEncoderLayer(4, 2, 2, 0, batchFirst: true),
                static (layer, x, mask, padding) => layer.Forward(x, mask, padding)),
            static random => (random.Normal(2, 3, 4), Transformer.GenerateSquareSubsequentMask(3, DType.Bool), Padding()),
            new LayerCheckOptions { OutputShapes = ["[2, 3, 4]"], InputBatchAxes = [0, null, 0], Unbatched = true }),
        One(
            "TransformerEncoder",
            static () => new TransformerEncoder(static () => new TransformerEncoderLayer(4, 2, 2, 0, batchFirst: true), 2), 0),
        One(
            "TransformerEncoder, copies and a norm",
            static () => new TransformerEncoder(new TransformerEncoderLayer(4, 2, 2, 0, normFirst: true), 1, new LayerNorm(4)), 1),
        CatalogEntry.Layer(
            "TransformerEncoder, causal",
            static () => new CalledModule<TransformerEncoder, Tensor>(
                new TransformerEncoder(new TransformerEncoderLayer(4, 2, 2, 0, batchFirst: true), 1),
                static (encoder, x) => encoder.Forward(x, Transformer.GenerateSquareSubsequentMask(3))),
            static random => random.Normal(2, 3, 4), new LayerCheckOptions { OutputShapes = ["[2, 3, 4]"], Unbatched = true }),
        Two("TransformerDecoderLayer", static () => new TransformerDecoderLayer(4, 2, 2, 0), 1),
        Two(
            "TransformerDecoderLayer, norm first, dropout, no bias",
            static () => new TransformerDecoderLayer(4, 2, 2, 0.2, batchFirst: true, normFirst: true, bias: false), 0),
        CatalogEntry.Layer(
            "TransformerDecoderLayer, masks",
            static () => new CalledModule3<TransformerDecoderLayer, Tensor>(
                new TransformerDecoderLayer(4, 2, 2, 0, batchFirst: true),
                static (layer, x, memory, padding) => layer.Forward(
                    x, memory, Transformer.GenerateSquareSubsequentMask(2, DType.Bool), memoryKeyPaddingMask: padding)),
            static random => (random.Normal(2, 2, 4), random.Normal(2, 3, 4), Padding()),
            new LayerCheckOptions { OutputShapes = ["[2, 2, 4]"], Unbatched = true }),
        Two(
            "TransformerDecoder",
            static () => new TransformerDecoder(
                static () => new TransformerDecoderLayer(4, 2, 2, 0, batchFirst: true), 1, new LayerNorm(4)), 0),
        Two("TransformerDecoder, copies", static () => new TransformerDecoder(new TransformerDecoderLayer(4, 1, 1, 0, bias: false), 1), 1),
        Two("Transformer", static () => new Transformer(4, 2, 1, 1, 2, 0), 1, "src"),
        Two(
            "Transformer, norm first, batch first, no bias",
            static () => new Transformer(4, 1, 1, 1, 1, 0, static x => x.Silu(), batchFirst: true, normFirst: true, bias: false), 0, "src"),
    ];

    private static Tensor Padding() => Tensor.From(new[,] { { false, false, true }, { false, false, false } });

    private static CatalogEntry One(string name, Func<Module<Tensor, Tensor>> make, int batchAxis) => CatalogEntry.Layer(
        name, make, random => batchAxis == 0 ? random.Normal(2, 3, 4) : random.Normal(3, 2, 4),
        new LayerCheckOptions
        {
            InputShapes = ["[A, B, 4]"],
            OutputShapes = ["[A, B, 4]"],
            BatchAxis = batchAxis,
            Unbatched = true,
            BuffersChange = false,
            Rejects =
            [
                new Rejection("a wrong width", "4", Tensor.Zeros(3, 2, 5)),
                new Rejection("one axis", "4", Tensor.Zeros(4)),
            ],
        });

    private static CatalogEntry Two(string name, Func<Module<Tensor, Tensor, Tensor>> make, int batchAxis, string first = "tgt")
    {
        string output = (first == "src", batchAxis) switch
        {
            (true, 0) => "[2, 3, 4]",
            (true, _) => "[3, 2, 4]",
            _ => "[2, 2, 4]",
        };
        return CatalogEntry.Layer(
            name, make,
            random => (random.Normal(2, 2, 4), batchAxis == 0 ? random.Normal(2, 3, 4) : random.Normal(3, 2, 4)),
            new LayerCheckOptions
            {
                OutputShapes = [output],
                BatchAxis = batchAxis,
                Unbatched = true,
                BuffersChange = false,
                Rejects =
                [
                    new Rejection("a wrong width", "4", Tensor.Zeros(2, 2, 5), null),
                    new Rejection("a wrong width of the other", "4", null, Tensor.Zeros(2, 3, 5)),
                    new Rejection("another batch", "batch", null, Tensor.Zeros(5, 5, 4)),
                ],
            });
    }
}
