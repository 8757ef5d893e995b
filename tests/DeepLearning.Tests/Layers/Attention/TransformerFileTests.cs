using DeepLearning.Layers;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Layers.Attention;

/// <summary>State dicts that PyTorch wrote (generate.py), loaded by their own keys.</summary>
public class TransformerFileTests
{
    [Fact]
    public void An_encoder_of_PyTorch_gives_its_output()
    {
        TransformerEncoder model = new(
            new TransformerEncoderLayer(12, 3, 16, 0, static x => x.Gelu(), batchFirst: true), 2, new LayerNorm(12));
        Answers("encoder", model, (x, file) => model.Forward(x, srcKeyPaddingMask: file["padding"]));
    }

    [Fact]
    public void A_block_of_GPT_gives_its_output()
    {
        GptBlock model = new(12, 3);
        Answers("gpt-block", model, (x, _) => model.Forward(x));
    }

    private static void Answers(string name, Module model, Func<Tensor, IReadOnlyDictionary<string, Tensor>, Tensor> forward)
    {
        string path = RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Layers", "Attention", "data", name + ".safetensors");
        OrderedDictionary<string, Tensor> file = Safetensors.Load(path);
        Dictionary<string, Tensor> state = file.Where(static item => item.Key.StartsWith("model.", StringComparison.Ordinal))
            .ToDictionary(static item => item.Key["model.".Length..], static item => item.Value);
        model.LoadStateDict(state);
        Tensor output = forward(file["input"], file), difference = output - file["output"];
        Assert.InRange(difference.Norm().Item<float>(), 0, 1e-6 * file["output"].Norm().Item<float>());
        Assert.Equal(state.Keys.Order(StringComparer.Ordinal), model.StateDict().Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>The block of generate.py.</summary>
    private sealed class GptBlock(int width, int heads) : Module<Tensor, Tensor>
    {
        [Name("ln_1")]
        private readonly LayerNorm _before = new(width);
        private readonly ModuleDict<Linear> _attn = new()
        {
            { "c_attn", new Linear(width, 3 * width) },
            { "c_proj", new Linear(width, width) },
        };

        [Name("ln_2")]
        private readonly LayerNorm _after = new(width);
        private readonly ModuleDict<Linear> _mlp = new()
        {
            { "c_fc", new Linear(width, 4 * width) },
            { "c_proj", new Linear(4 * width, width) },
        };

        public override Tensor Forward(Tensor input)
        {
            Tensor[] parts = _attn["c_attn"].Forward(_before.Forward(input)).Split(width, 2);
            Tensor[] qkv = [.. parts.Select(part => part.Unflatten(-1, heads, width / heads).Transpose(1, 2))];
            Tensor y = Tensor.ScaledDotProductAttention(qkv[0], qkv[1], qkv[2], isCausal: true);
            Tensor x = input + _attn["c_proj"].Forward(y.Transpose(1, 2).Flatten(2));
            return x + _mlp["c_proj"].Forward(_mlp["c_fc"].Forward(_after.Forward(x)).Gelu(approximate: true));
        }
    }
}
