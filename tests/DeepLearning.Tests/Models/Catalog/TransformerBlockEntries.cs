using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;
using DeepLearning.Tests.Layers.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Transformers; two texts of three tokens, a vocabulary of five, a width of four.</summary>
internal static class TransformerBlockEntries
{
    private static readonly BERTOptions s_bert = new(5, 4, 1, 2, 3, 4, Dropout: 0.1);

    public static IEnumerable<CatalogEntry> Entries =>
    [
        CatalogEntry.Layer(
            "GPTBlock", static () => new GPTBlock(new GPTOptions(4, 5, 1, 2, 4, 0.2)), static random => random.Normal(2, 3, 4),
            new LayerCheckOptions
            {
                InputShapes = ["[N, L, 4]"],
                OutputShapes = ["[N, L, 4]"],
                Rejects = [new Rejection("a wrong width", "4", Tensor.Zeros(2, 3, 5))],
            }),
        Text("GPT", static () => new GPT(new GPTOptions(4, 5, 1, 2, 4)), static () => Texts("[2, 3, 5]")),
        Text(
            "GPT, no bias, a tanh", static () => new GPT(new GPTOptions(4, 5, 2, 1, 4, 0.1, Bias: false, ApproximateGelu: true)),
            static () => Texts("[2, 3, 5]")),
        CatalogEntry.Layer(
            "BERTLayer", static () => new BERTLayer(s_bert), static random => random.Normal(2, 3, 4),
            new LayerCheckOptions
            {
                InputShapes = ["[N, L, 4]"],
                OutputShapes = ["[N, L, 4]"],
                Rejects = [new Rejection("a wrong width", "4", Tensor.Zeros(2, 3, 5))],
            }),
        Text("BERT", static () => new BERT(s_bert), static () => Texts("[2, 3, 4]", "[2, 4]")),
        CatalogEntry.Layer(
            "BERT, segments and a mask",
            static () => new CalledModule3<BERT, Tensor>(
                new BERT(s_bert), static (bert, tokens, segments, mask) => bert.Forward(tokens, segments, mask).Pooled),
            static random => (random.Integers(0, 5, 2, 3), random.Integers(0, 2, 2, 3), Mask()),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 4]"],
                Rejects =
                [
                    new Rejection("a segment that there is not", "2", null, Tensor.Full([2, 3], 2L), null),
                    new Rejection("segments of another length", "segments", null, Tensor.Zeros([2, 2], DType.Int64), null),
                    new Rejection("a mask of another length", "mask", null, null, Tensor.Ones([2, 4], DType.Bool)),
                    new Rejection("a mask of numbers", "mask", null, null, Tensor.Ones(2, 3)),
                ],
            }),
        Text("BERTForPreTraining", static () => new BERTForPreTraining(s_bert), static () => Texts("[2, 3, 5]", "[2, 2]")),
        Text("BERTForSequenceClassification", static () => new BERTForSequenceClassification(s_bert, 3), static () => Texts("[2, 3]")),
        Text(
            "BERTForTokenClassification", static () => new BERTForTokenClassification(s_bert, 3),
            static () => Texts("[2, 3, 3]") with { Unused = ["bert.pooler.dense.weight", "bert.pooler.dense.bias"] }),
        Text("ALBERT", static () => new ALBERT(new ALBERTOptions(5, 3, 4, 2, 2, 3, 4)), static () => Texts("[2, 3, 4]", "[2, 4]")),
        Text(
            "ALBERTForPreTraining", static () => new ALBERTForPreTraining(new ALBERTOptions(5, 4, 4, 1, 2, 3, 4)),
            static () => Texts("[2, 3, 5]", "[2, 2]")),
        CatalogEntry.Layer(
            "VisionTransformer", static () => new VisionTransformer(new VisionTransformerOptions(4, 2, 2, 3, 4, 1, 2, 3, 0.1, 0.1)),
            static random => random.Normal(2, 2, 4, 4),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3]"],
                Rejects =
                [
                    new Rejection("another size", "[batch, 2, 4, 4]", Tensor.Zeros(2, 2, 6, 6)),
                    new Rejection("other channels", "[batch, 2, 4, 4]", Tensor.Zeros(2, 3, 4, 4)),
                ],
            }),
        Translation(
            "TranslationTransformer", static () => new TranslationTransformer(new TranslationTransformerOptions(5, 6, 4, 2, 1, 1, 3, 0))),
        Translation(
            "TranslationTransformer, tied, norm first, dropout, padding",
            static () => new TranslationTransformer(
                new TranslationTransformerOptions(5, 6, 4, 2, 1, 1, 3, 0.1, PadToken: 0, TieTarget: true, NormFirst: true))),
        CatalogEntry.Layer(
            "XLNet", static () => new XLNet(new XLNetOptions(5, 4, 1, 2, 3, 0.1)),
            static random => (random.Integers(0, 5, 2, 3), Tensor.From(new[] { 2L, 0L, 1L, 0L, 1L, 2L }, 2, 3)),
            new LayerCheckOptions
            {
                OutputShapes = ["[2, 3, 5]"],
                Unused = ["transformer.layer.0.rel_attn.r_s_bias", "transformer.layer.0.rel_attn.seg_embed"],
                Rejects =
                [
                    new Rejection("an order of another length", "order", null, Tensor.Zeros([2, 2], DType.Int64)),
                    new Rejection("an order of numbers", "order", null, Tensor.Zeros(2, 3)),
                    new Rejection("a token that there is not", "5", Tensor.Full([2, 3], 5L), null),
                ],
            }),
        CatalogEntry.Layer(
            "XLNet, what it reads",
            static () => new CalledModule3<XLNet, Tensor>(
                new XLNet(new XLNetOptions(5, 4, 1, 2, 3, 0)),
                static (model, tokens, segments, mask) => model.Encode(tokens, segments, mask)),
            static random => (random.Integers(0, 5, 2, 3), random.Integers(0, 2, 2, 3), Mask()),
            new LayerCheckOptions { OutputShapes = ["[2, 3, 4]"], Unused = ["module.transformer.mask_emb", "module.lm_loss.bias"] }),
        Mixture("MixtureOfExperts", static () => new MixtureOfExperts(4, 3, 3)),
        Mixture("MixtureOfExperts, two of four, jitter, biases", static () => new MixtureOfExperts(4, 3, 4, 2, null, 0.1, bias: true)),
    ];

    private static Tensor Mask() => Tensor.From(new[] { true, false, true, true, true, true }, 2, 3);

    private static CatalogEntry Text<TOut>(string name, Func<Module<Tensor, TOut>> make, Func<LayerCheckOptions> options) =>
        CatalogEntry.Layer(name, make, static random => random.Integers(0, 5, 2, 3), options());

    private static LayerCheckOptions Texts(params string[] outputs) => new()
    {
        OutputShapes = outputs,
        Rejects =
        [
            new Rejection("a token that there is not", "5", Tensor.Full([2, 3], 5L)),
            new Rejection("a text that is too long", "4", Tensor.Zeros([2, 5], DType.Int64)),
            new Rejection("a text without a batch", "[batch, length]", Tensor.Zeros([3], DType.Int64)),
            new Rejection("tokens of numbers", "int64", Tensor.Zeros(2, 3)),
        ],
    };

    private static CatalogEntry Translation(string name, Func<TranslationTransformer> make) => CatalogEntry.Layer(
        name, make, static random => (random.Integers(1, 5, 2, 3), random.Integers(1, 6, 2, 2)),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 2, 6]"],
            Rejects =
            [
                new Rejection("a token of the source that there is not", "5", Tensor.Full([2, 3], 5L), null),
                new Rejection("a token of the target that there is not", "6", null, Tensor.Full([2, 2], 6L)),
                new Rejection("another batch", "batch", null, Tensor.Zeros([3, 2], DType.Int64)),
            ],
        });

    private static CatalogEntry Mixture(string name, Func<MixtureOfExperts> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3, 4),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 3, 4]", "[]", "[E]"],
            BatchAxis = null,
            Rejects =
            [
                new Rejection("a wrong width", "4", Tensor.Zeros(2, 3, 5)),
                new Rejection("no tokens", "no tokens", Tensor.Zeros(0, 4)),
            ],
        });
}
