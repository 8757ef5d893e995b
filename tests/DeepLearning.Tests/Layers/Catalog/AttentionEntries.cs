using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Attention; two samples, two queries, three keys, a width of four.</summary>
internal static class AttentionEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Steps("MultiheadAttention", static () => new MultiheadAttention(4, 2), "[N, L, S]"),
        Steps(
            "MultiheadAttention, appended keys, no bias",
            static () => new MultiheadAttention(4, 2, bias: false, addBiasKv: true, addZeroAttn: true), "[N, L, 5]"),
        Steps("MultiheadAttention, dropout", static () => new MultiheadAttention(4, 1, dropout: 0.3), "[N, L, S]"),
        CatalogEntry.Layer(
            "MultiheadAttention, batch first, widths", static () => new MultiheadAttention(4, 2, kdim: 3, vdim: 2, batchFirst: true),
            static random => (random.Normal(2, 2, 4), random.Normal(2, 3, 3), random.Normal(2, 3, 2)),
            new LayerCheckOptions
            {
                InputShapes = ["[N, L, 4]", "[N, S, 3]", "[N, S, 2]"],
                OutputShapes = ["[N, L, 4]", "[N, L, S]"],
                Unbatched = true,
                Rejects =
                [
                    new Rejection("a wrong width", "4", Tensor.Zeros(2, 2, 3), null, null),
                    new Rejection("a wrong width of keys", "key", null, Tensor.Zeros(2, 3, 4), null),
                    new Rejection("fewer values than keys", "value", null, null, Tensor.Zeros(2, 2, 2)),
                    new Rejection("another batch", "key", null, Tensor.Zeros(3, 3, 3), null),
                ],
            }),
        CatalogEntry.Layer(
            "MultiheadAttention, no weights",
            static () => new CalledModule3<MultiheadAttention, Tensor>(
                new MultiheadAttention(4, 2), static (attention, q, k, v) => attention.Forward(q, k, v, needWeights: false).Output),
            static random => (random.Normal(2, 2, 4), random.Normal(3, 2, 4), random.Normal(3, 2, 4)),
            new LayerCheckOptions { OutputShapes = ["[2, 2, 4]"], BatchAxis = 1, Unbatched = true }),
        CatalogEntry.Layer(
            "MultiheadAttention, weights of each head",
            static () => new CalledModule<MultiheadAttention, Tensor, (Tensor, Tensor?)>(
                new MultiheadAttention(4, 2, batchFirst: true, addBiasKv: true),
                static (attention, q, k) => attention.Forward(q, k, k, averageAttnWeights: false)),
            static random => (random.Normal(2, 2, 4), random.Normal(2, 3, 4)),
            new LayerCheckOptions { OutputShapes = ["[2, 2, 4]", "[2, 2, 2, 4]"], Unbatched = true }),
        Masked("MultiheadAttention, masks", needWeights: true),
        Masked("MultiheadAttention, masks, no weights", needWeights: false),
        CatalogEntry.Layer(
            "MultiheadAttention, a mask that is added",
            static () => new CalledModule<MultiheadAttention, Tensor, Tensor>(
                new MultiheadAttention(4, 2, batchFirst: true),
                static (attention, x, mask) => attention.Forward(x, x, x, attnMask: mask).Output),
            static random => (random.Normal(2, 3, 4), random.Normal(4, 3, 3)),
            new LayerCheckOptions { OutputShapes = ["[2, 3, 4]"], BatchAxis = null }),
        CatalogEntry.Layer(
            "MultiheadAttention, causal",
            static () => new CalledModule<MultiheadAttention, Tensor>(
                new MultiheadAttention(4, 2, batchFirst: true),
                static (attention, x) => attention.Forward(
                    x, x, x, needWeights: false, attnMask: Transformer.GenerateSquareSubsequentMask(3), isCausal: true).Output),
            static random => random.Normal(2, 3, 4), new LayerCheckOptions { OutputShapes = ["[2, 3, 4]"], Unbatched = true }),
    ];

    private static CatalogEntry Steps(string name, Func<MultiheadAttention> make, string weights) => CatalogEntry.Layer(
        name, make, static random => (random.Normal(2, 2, 4), random.Normal(3, 2, 4), random.Normal(3, 2, 4)),
        new LayerCheckOptions
        {
            InputShapes = ["[L, N, 4]", "[S, N, 4]", "[S, N, 4]"],
            OutputShapes = ["[L, N, 4]", weights],
            BatchAxis = 1,
            OutputBatchAxes = [1, 0],
            Unbatched = true,
            Rejects =
            [
                new Rejection("a wrong width", "4", Tensor.Zeros(2, 2, 3), null, null),
                new Rejection("fewer values than keys", "value", null, null, Tensor.Zeros(2, 2, 4)),
            ],
        });

    private static CatalogEntry Masked(string name, bool needWeights) => CatalogEntry.Layer(
        name,
        () => new CalledModule3<MultiheadAttention, Tensor>(
            new MultiheadAttention(4, 2, batchFirst: true),
            (attention, x, padding, mask) => attention.Forward(x, x, x, padding, needWeights, mask).Output),
        static random => (
            random.Normal(2, 3, 4), Tensor.From(new[,] { { false, false, true }, { false, false, false } }),
            Tensor.From(new[,] { { false, true, false }, { false, false, false }, { true, false, false } })),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 3, 4]"],
            InputBatchAxes = [0, 0, null],
            Unbatched = true,
            Rejects =
            [
                new Rejection("a padding mask of numbers", "keyPaddingMask", null, Tensor.Zeros([2, 3], DType.Int64), null),
                new Rejection("a mask of another length", "attnMask", null, null, Tensor.Zeros([3, 4], DType.Bool)),
            ],
        });
}
