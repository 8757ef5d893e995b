using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelTransformerBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["GPT"] = c =>
        [
            c.Loaded(new GPT(new GPTOptions(
                c.Int("block_size"), c.Int("vocab"), c.Int("layers"), c.Int("heads"), c.Int("width"), 0, c.Bool("bias"),
                c.Bool("approximate"))))
                .Forward(c.Input("tokens")),
        ],
        ["BERT"] = c =>
        {
            (Tensor hidden, Tensor pooled) =
                c.Loaded(new BERT(Options(c))).Forward(c.Input("tokens"), c.InputOrNull("segments"), c.InputOrNull("mask"));
            return [hidden, pooled];
        },
        ["BERTForPreTraining"] = c =>
        {
            (Tensor tokens, Tensor next) =
                c.Loaded(new BERTForPreTraining(Options(c))).Forward(c.Input("tokens"), c.InputOrNull("segments"), c.InputOrNull("mask"));
            return [tokens, next];
        },
        ["BERTForSequenceClassification"] = c =>
        [
            c.Loaded(new BERTForSequenceClassification(Options(c), 3))
                .Forward(c.Input("tokens"), c.InputOrNull("segments"), c.InputOrNull("mask")),
        ],
        ["BERTForTokenClassification"] = c =>
        [
            c.Loaded(new BERTForTokenClassification(Options(c), 3))
                .Forward(c.Input("tokens"), c.InputOrNull("segments"), c.InputOrNull("mask")),
        ],
        ["ALBERT"] = c =>
        {
            (Tensor hidden, Tensor pooled) = c.Loaded(new ALBERT(new ALBERTOptions(9, 3, 4, c.Int("layers"), c.Int("heads"), 6, 6)))
                .Forward(c.Input("tokens"), c.InputOrNull("segments"), c.InputOrNull("mask"));
            return [hidden, pooled];
        },
        ["ALBERTForPreTraining"] = c =>
        {
            (Tensor tokens, Tensor order) =
                c.Loaded(new ALBERTForPreTraining(new ALBERTOptions(9, 3, 4, c.Int("layers"), c.Int("heads"), 6, 6)))
                    .Forward(c.Input("tokens"), c.InputOrNull("segments"), c.InputOrNull("mask"));
            return [tokens, order];
        },
        ["VisionTransformer"] = c =>
        [
            c.Loaded(new VisionTransformer(new VisionTransformerOptions(
                c.Int("size"), c.Int("patch"), c.Int("channels"), c.Int("classes"), 4, c.Int("layers"), c.Int("heads"), 6)))
                .Forward(c.Input("images")),
        ],
        ["TranslationTransformer"] = c =>
        [
            c.Loaded(new TranslationTransformer(new TranslationTransformerOptions(
                6, 5, 4, c.Int("heads"), 1, 1, 5, 0, c.IntOrNull("pad"), c.Bool("tied"), c.Bool("norm_first"))))
                .Forward(c.Input("source"), c.Input("target")),
        ],
        ["XLNet"] = c =>
        [
            c.Loaded(new XLNet(new XLNetOptions(9, 4, c.Int("layers"), c.Int("heads"), 6)))
                .Forward(c.Input("tokens"), c.Input("order"), c.InputOrNull("segments"), c.InputOrNull("mask")),
        ],
        ["MixtureOfExperts"] = c =>
        {
            (Tensor output, Tensor loss, Tensor load) = c.Loaded(new MixtureOfExperts(
                4, 3, c.Int("experts"), c.Int("top_k"), c.Has("capacity") ? c.Double("capacity") : null, bias: c.Bool("bias")))
                .Forward(c.Input("input"));
            return [output, loss, load];
        },
    };

    private static BERTOptions Options(GoldenCall c) => new(9, 4, c.Int("layers"), c.Int("heads"), 6, 6);
}
