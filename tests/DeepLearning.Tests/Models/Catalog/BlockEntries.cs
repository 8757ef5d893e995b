using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;
using DeepLearning.Tests.Layers.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Attentions and positions; two samples, two queries, three keys, a width of four.</summary>
internal static class BlockEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Scored("DotProductAttention", static () => new DotProductAttention(), 4),
        Scored("DotProductAttention, as it is", static () => new DotProductAttention(scaled: false), 4),
        Scored("BilinearAttention", static () => new BilinearAttention(4, 3), 3),
        Scored("AdditiveAttention", static () => new AdditiveAttention(4, 3, 2), 3),
        CatalogEntry.Layer(
            "AdditiveAttention, a mask",
            static () => new CalledModule3<AdditiveAttention, Tensor>(
                new AdditiveAttention(4, 3, 2), static (attention, q, k, mask) => attention.Forward(q, k, k, mask).Output),
            static random => (random.Normal(2, 2, 4), random.Normal(2, 3, 3), Mask()),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 2, 3]"],
                Rejects =
                [
                    new Rejection("a mask of another length", "mask", null, null, Tensor.Ones([2, 1, 4], DType.Bool)),
                    new Rejection("a mask of numbers", "bool", null, null, Tensor.Ones(2, 1, 3)),
                ],
            }),
        Self("GroupedQueryAttention", static () => new GroupedQueryAttention(4, 2)),
        Self("GroupedQueryAttention, one head of keys, biases", static () => new GroupedQueryAttention(4, 2, 1, bias: true)),
        Self("GroupedQueryAttention, not causal, dropout", static () => new GroupedQueryAttention(4, 2, dropout: 0.3, isCausal: false)),
        Self("GroupedQueryAttention, window", static () => new GroupedQueryAttention(4, 2, window: 2)),
        Self(
            "GroupedQueryAttention, rotary and relative",
            static () => new GroupedQueryAttention(
                4, 2, rotary: new RotaryPositions(2), isCausal: false, positionBias: new RelativePositionBias(2, 4, 3))),
        Self(
            "GroupedQueryAttention, vectors of distances",
            static () => new GroupedQueryAttention(4, 2, 1, positionVectors: new RelativePositionVectors(2, 1))),
        Self(
            "GroupedQueryAttention, vectors of distances of keys, dropout, a window both ways",
            static () => new GroupedQueryAttention(
                4, 2, dropout: 0.3, isCausal: false, window: 2, positionVectors: new RelativePositionVectors(2, 3, forValues: false))),
        CatalogEntry.Layer(
            "GroupedQueryAttention, a mask",
            static () => new CalledModule<GroupedQueryAttention, Tensor, Tensor>(
                new GroupedQueryAttention(4, 2, positionBias: new AlibiBias(2)), static (attention, x, mask) => attention.Forward(x, mask)),
            static random => (random.Normal(2, 3, 4), Mask().Unsqueeze(1)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3, 4]"],
                Rejects = [new Rejection("a mask of another length", "mask", null, Tensor.Ones([2, 1, 1, 4], DType.Bool))],
            }),
        CatalogEntry.Layer(
            "CrossAttention", static () => new CrossAttention(4, 3, 2), static random => (random.Normal(2, 2, 4), random.Normal(2, 3, 3)),
            new LayerCheckOptions
            {
                InputShapes = ["[N, L, 4]", "[N, S, 3]"],
                OutputShapes = ["[N, L, 4]"],
                Rejects =
                [
                    new Rejection("a wrong width", "input", Tensor.Zeros(2, 2, 3), null),
                    new Rejection("a wrong width of the context", "context", null, Tensor.Zeros(2, 3, 4)),
                    new Rejection("another batch", "context", null, Tensor.Zeros(3, 3, 3)),
                ],
            }),
        Self("LinearAttention", static () => new LinearAttention(4, 2)),
        Self("LinearAttention, causal, no bias", static () => new LinearAttention(4, 1, isCausal: true, bias: false)),
        CatalogEntry.Layer(
            "LinearAttention, a mask",
            static () => new CalledModule<LinearAttention, Tensor, Tensor>(
                new LinearAttention(4, 2, isCausal: true), static (attention, x, mask) => attention.Forward(x, mask)),
            static random => (random.Normal(2, 3, 4), Mask().Squeeze(1)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3, 4]"],
                Rejects = [new Rejection("a mask of another length", "mask", null, Tensor.Ones([2, 4], DType.Bool))],
            }),
        Positions("SinusoidalPositions", static () => new SinusoidalPositions(4)),
        Positions(
            "LearnedPositions", static () => new LearnedPositions(3, 4),
            new Rejection("a position past the table", "0 to 2", Tensor.Zeros(4, 4))),
        Positions("RotaryPositions", static () => new RotaryPositions(4)),
        Positions("RotaryPositions, interleaved", static () => new RotaryPositions(4, 100, RotaryLayout.Interleaved)),
        Bias("AlibiBias", static () => new AlibiBias(2)),
        Bias("RelativePositionBias", static () => new RelativePositionBias(2, 4, 3)),
        Bias("RelativePositionBias, one direction", static () => new RelativePositionBias(2, 2, 3, isBidirectional: false)),
    ];

    private static Tensor Mask() => Tensor.From(new[] { true, false, true, true, true, true }, 2, 1, 3);

    private static CatalogEntry Scored(string name, Func<ScoredAttention> make, int keyWidth) => CatalogEntry.Layer(
        name, make, random => (random.Normal(2, 2, 4), random.Normal(2, 3, keyWidth), random.Normal(2, 3, 2)),
        new LayerCheckOptions
        {
            InputShapes = ["[.., L, 4]", "[.., S, E]", "[.., S, V]"],
            OutputShapes = ["[.., L, V]", "[.., L, S]"],
            Unbatched = true,
            Rejects =
            [
                new Rejection("a wrong width", keyWidth == 4 ? "key" : "query", Tensor.Zeros(2, 2, 5), null, null),
                new Rejection("a wrong width of keys", "key", null, Tensor.Zeros(2, 3, 6), null),
                new Rejection("fewer values than keys", "value", null, null, Tensor.Zeros(2, 2, 2)),
            ],
        });

    private static CatalogEntry Self(string name, Func<Module<Tensor, Tensor>> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3, 4),
        new LayerCheckOptions
        {
            InputShapes = ["[N, L, 4]"],
            OutputShapes = ["[N, L, 4]"],
            Unbatched = true,
            Rejects =
            [
                new Rejection("a wrong width", "4", Tensor.Zeros(2, 3, 5)),
                new Rejection("four axes", "[length, 4]", Tensor.Zeros(1, 2, 3, 4)),
            ],
        });

    private static CatalogEntry Positions(string name, Func<Layer> make, params Rejection[] more) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3, 4),
        new LayerCheckOptions
        {
            InputShapes = ["[.., L, 4]"],
            OutputShapes = ["[.., L, 4]"],
            Unbatched = true,
            Rejects = [new Rejection("a wrong width", "4", Tensor.Zeros(3, 6)), .. more],
        });

    private static CatalogEntry Bias(string name, Func<PositionBias> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 2, 3, 3),
        new LayerCheckOptions
        {
            InputShapes = ["[.., 2, L, S]"],
            OutputShapes = ["[.., 2, L, S]"],
            Unbatched = true,
            Rejects =
            [
                new Rejection("other heads", "2", Tensor.Zeros(3, 2, 2)),
                new Rejection("fewer keys", "keys", Tensor.Zeros(2, 3, 2)),
            ],
        });
}
