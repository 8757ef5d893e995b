using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Transformers;

public sealed class GPTTests
{
    [Fact]
    [Trait("Rerun", "Simd")]
    public void Decoding_from_a_cache_equals_the_full_pass_bit_for_bit()
    {
        // Widths beyond one stretch of a sum, and below.
        foreach (int width in new[] { 64, 384 })
        {
            GPT model = new GPT(new GPTOptions(48, 65, 2, 4, width), new Generator(3)).Eval();
            foreach (int batch in new[] { 1, 2 })
            {
                Tensor tokens = Tensor.RandInt(0, 65, [batch, 48]);
                using GradMode.Region none = GradMode.NoGrad();
                using BatchInvariance.Region region = BatchInvariance.Enable();
                Tensor full = model.Forward(tokens);
                foreach (int[] pieces in new int[][] { [.. Enumerable.Repeat(1, 48)], [20, 1, 1, 26] })
                {
                    KeyValueCache cache = model.NewCache();
                    Tensor[] parts = [.. pieces.Select(piece => model.Forward(tokens.Narrow(1, cache.Length, piece), cache))];
                    Assert.True(full.Equal(Tensor.Cat(parts, 1)), $"width {width}, batch {batch}, {pieces.Length} pieces");
                }
            }
        }
    }

    [Fact]
    public void Text_goes_on_as_without_a_cache_also_beyond_the_block()
    {
        GPT model = new GPT(new GPTOptions(8, 11, 2, 2, 16), new Generator(5)).Eval();
        Tensor prompt = Tensor.From(new long[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        INextToken anew = NextToken.Of(tokens =>
        {
            int seen = Math.Min(8, tokens.Size(1));
            return model.Forward(tokens.Narrow(1, tokens.Size(1) - seen, seen)).Select(1, -1);
        });
        Tensor greedy = Decoding.Greedy(model.Decoder(), prompt, 12);
        Assert.Equal([2, 15], greedy.Shape.ToArray());
        Assert.True(greedy.Equal(Decoding.Greedy(anew, prompt, 12)));
        Tensor drawn = model.Generate(prompt, 12, 0.8, topK: 5, topP: 0.9, generator: new Generator(1));
        Assert.True(drawn.Equal(Decoding.Sample(anew, prompt, 12, 0.8, 5, 0.9, generator: new Generator(1))));
        var beams = Decoding.Beam(model.Decoder(), prompt, 4, 3);
        var others = Decoding.Beam(anew, prompt, 4, 3);
        Assert.Equal(others[1].Select(b => string.Join(' ', b.Tokens)), beams[1].Select(b => string.Join(' ', b.Tokens)));
    }

    [Fact]
    public void Decoding_is_refused_while_the_model_trains()
    {
        GPT model = new(new GPTOptions(8, 11, 1, 2, 16));
        Assert.Contains("Eval()", Assert.Throws<InvalidOperationException>(() => model.Decoder()).Message);
        Assert.Contains("cache", Assert.Throws<ArgumentException>(
            () => model.Forward(Tensor.Zeros([1, 2], DType.Int64), new KeyValueCache(3))).Message);
    }

    [Fact]
    public void The_head_is_the_table_of_tokens_and_the_keys_are_those_of_nanoGPT()
    {
        GPT model = new(new GPTOptions(8, 11, 1, 2, 4));
        Assert.Equal(
            [
                "transformer.wte.weight", "transformer.wpe.weight", "transformer.h.0.ln_1.weight", "transformer.h.0.ln_1.bias",
                "transformer.h.0.attn.c_attn.weight", "transformer.h.0.attn.c_attn.bias", "transformer.h.0.attn.c_proj.weight",
                "transformer.h.0.attn.c_proj.bias", "transformer.h.0.ln_2.weight", "transformer.h.0.ln_2.bias",
                "transformer.h.0.mlp.c_fc.weight", "transformer.h.0.mlp.c_fc.bias", "transformer.h.0.mlp.c_proj.weight",
                "transformer.h.0.mlp.c_proj.bias", "transformer.ln_f.weight", "transformer.ln_f.bias", "lm_head.weight",
            ],
            model.StateDict().Keys.Order(Comparer<string>.Create(static (a, b) => Place(a).CompareTo(Place(b)))));
        Assert.DoesNotContain("lm_head.weight", model.NamedParameters().Select(static p => p.Name));

        static int Place(string key) =>
            key.Contains("wte") ? 0 : key.Contains("wpe") ? 1 : key.Contains(".h.") ? 2 : key.Contains("ln_f") ? 3 : 4;
    }

    [Fact]
    public void The_defaults_are_GPT_2_of_124_million_parameters()
    {
        GPT model = new(new GPTOptions());
        // nanoGPT counts 123.69 million without the table of positions of its vocabulary of 50304.
        Assert.Equal(124_475_904, model.Parameters().Sum(p => p.Count));
        GPT small = new(new GPTOptions(8, 11, 1, 2, 16));
        Assert.Equal(1, small.NamedParameters().Count(p => p.Parameter.Count == 11 * 16));
    }

    [Fact]
    public void A_small_one_learns_to_repeat()
    {
        using Generator.DefaultRegion region = new Generator(7).AsDefault();
        GPT model = new(new GPTOptions(16, 8, 2, 4, 32));
        DeepLearning.Optimizers.AdamW optimizer = new(model.Parameters(), 3e-3);
        double loss = 0;
        for (int step = 0; step < 300; step++)
        {
            // Four tokens, again and again.
            Tensor tokens = Tensor.RandInt(0, 8, [16, 4]).Repeat(1, 4);
            Tensor logits = model.Forward(tokens.Narrow(1, 0, 15));
            Tensor error = DeepLearning.Losses.Loss.CrossEntropy(logits.Narrow(1, 4, 11).Flatten(0, 1), tokens.Narrow(1, 5, 11).Flatten());
            optimizer.ZeroGrad();
            error.Backward();
            optimizer.Step();
            loss = error.Item<float>();
        }

        Assert.InRange(loss, 0, 0.1);
        model.Eval();
        Tensor made = Decoding.Greedy(model.Decoder(), Tensor.From(new long[] { 3, 1, 4, 5, 3 }, 1, 5), 7);
        Assert.Equal([3L, 1, 4, 5, 3, 1, 4, 5, 3, 1, 4, 5], made.ToArray<long>());
    }
}
