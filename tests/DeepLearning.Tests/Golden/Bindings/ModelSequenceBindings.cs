using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelSequenceBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["LinearChainCRF"] = c =>
        [
            c.Loaded(new LinearChainCRF(c.Int("tags"), Enum.Parse<LossReduction>(c.Text("reduction"), ignoreCase: true)))
                .Forward(c.Input("emissions"), c.Input("tags"), c.InputOrNull("mask")),
        ],
        ["LinearChainCRF.Decode"] = c =>
        {
            (Tensor tags, Tensor scores) = c.Loaded(new LinearChainCRF(c.Int("tags"))).Decode(c.Input("emissions"), c.InputOrNull("mask"));
            return [tags, scores];
        },
        ["ConvLSTM"] = ConvLSTM,
        ["TemporalConvNet"] = c =>
            [c.Loaded(new TemporalConvNet(c.Int("in_channels"), c.Ints("channels"), c.Int("kernel"), 0)).Forward(c.Input("input"))],
        ["OutputRecurrentRNN"] = c =>
        [
            c.Loaded(new OutputRecurrentRNN(3, 5, 2, c.Bool("softmax") ? static o => o.Softmax(-1) : null))
                .Forward(c.Input("input"), c.InputOrNull("targets")),
        ],
        ["AttentionSeq2Seq"] = c =>
        [
            c.Loaded(new AttentionSeq2Seq(new AttentionSeq2SeqOptions(
                6, 5, 3, 2, c.Int("hidden"),
                c.Text("score") switch
                {
                    "additive" => AttentionScore.Additive,
                    "bilinear" => AttentionScore.Bilinear,
                    _ => AttentionScore.DotProduct,
                },
                PadToken: c.IntOrNull("pad")))).Forward(c.Input("source"), c.Input("target"), c.Bool("greedy") ? 0 : 1),
        ],
    };

    private static Tensor[] ConvLSTM(GoldenCall c)
    {
        ConvLSTM layer = c.Loaded(new ConvLSTM(
            c.Int("in_channels"), c.Ints("hidden"), c.Int("kernel"), c.Bool("bias"), c.Bool("peepholes") ? (3, 2) : null));
        LSTMState[]? states = c.InputOrNull("hidden") is { } hidden ? [new LSTMState(hidden, c.Input("cell"))] : null;
        (Tensor output, IReadOnlyList<LSTMState> last) = layer.Forward(c.Input("input"), states);
        return [output, .. last.SelectMany(static s => new[] { s.Hidden, s.Cell })];
    }
}
