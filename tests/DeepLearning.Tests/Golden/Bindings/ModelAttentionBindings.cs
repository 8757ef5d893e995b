using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelAttentionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["DotProductAttention"] = c => Scored(c, new DotProductAttention(c.Bool("scaled"))),
        ["BilinearAttention"] = c => Scored(c, new BilinearAttention(c.Int("query_width"), c.Int("key_width"))),
        ["AdditiveAttention"] = c => Scored(c, new AdditiveAttention(c.Int("query_width"), c.Int("key_width"), c.Int("hidden"))),
        ["SinusoidalPositions"] = c => [new SinusoidalPositions(c.Int("width")).Forward(c[0], c.Int("offset"))],
        ["RotaryPositions"] = c =>
        [
            new RotaryPositions(
                c.Int("width"), c.Double("base"), c.Bool("interleaved") ? RotaryLayout.Interleaved : RotaryLayout.Halves)
                .Forward(c[0], c.Int("offset")),
        ],
        ["LearnedPositions"] = c =>
            [c.Loaded(new LearnedPositions(c.Int("max_length"), c.Int("width"))).Forward(c.Input("input"), c.Int("offset"))],
        ["AlibiBias"] = c => [new AlibiBias(c.Int("heads")).Forward(c[0])],
        ["RelativePositionBias"] = c =>
        [
            c.Loaded(new RelativePositionBias(2, c.Int("buckets"), c.Int("max_distance"), c.Bool("bidirectional")))
                .Forward(c.Input("scores")),
        ],
        ["GroupedQueryAttention"] = Grouped,
        ["GroupedQueryAttention, distances"] = c =>
        {
            int heads = c.Int("heads"), width = 4 / heads;
            return
            [
                c.Loaded(new GroupedQueryAttention(
                    4, heads, c.Int("kv_heads"), isCausal: c.Bool("causal"), window: c.IntOrNull("window"),
                    positionBias: c.Has("positions") ? new AlibiBias(heads) : null,
                    positionVectors: new RelativePositionVectors(width, c.Int("distance"), c.Bool("for_values"))))
                    .Forward(c.Input("input"), c.InputOrNull("mask")),
            ];
        },
        ["CrossAttention"] = c =>
        [
            c.Loaded(new CrossAttention(c.Int("embed_dim"), c.Int("context_dim"), c.Int("heads"), c.Bool("bias")))
                .Forward(c.Input("input"), c.Input("context"), c.InputOrNull("mask")),
        ],
        ["LinearAttention"] = c =>
        [
            c.Loaded(new LinearAttention(c.Int("embed_dim"), c.Int("heads"), c.Bool("causal"), c.Bool("bias")))
                .Forward(c.Input("input"), c.InputOrNull("mask")),
        ],
    };

    private static Tensor[] Scored(GoldenCall c, ScoredAttention attention)
    {
        (Tensor output, Tensor weights) =
            c.Loaded(attention).Forward(c.Input("query"), c.Input("key"), c.Input("value"), c.InputOrNull("mask"));
        return [output, weights];
    }

    private static Tensor[] Grouped(GoldenCall c)
    {
        int heads = c.Int("heads"), width = c.Int("embed_dim") / heads;
        RotaryPositions? rotary = c.Text("rotary", "") switch
        {
            "" => null,
            "halves" => new RotaryPositions(width),
            _ => new RotaryPositions(width, layout: RotaryLayout.Interleaved),
        };
        PositionBias? bias = c.Text("positions", "") switch
        {
            "" => null,
            "alibi" => new AlibiBias(heads),
            _ => new RelativePositionBias(heads, 8, 20, !c.Bool("causal")),
        };
        GroupedQueryAttention attention = c.Loaded(new GroupedQueryAttention(
            c.Int("embed_dim"), heads, c.Int("kv_heads"), c.Bool("bias"), isCausal: c.Bool("causal"), window: c.IntOrNull("window"),
            rotary: rotary, positionBias: bias));
        return [attention.Forward(c.Input("input"), c.InputOrNull("mask"))];
    }
}
