using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Layers.Attention;

public class TransformerTests
{
    [Fact]
    public void The_state_dictionaries_have_the_keys_of_PyTorch_in_its_order()
    {
        Assert.Equal(
            [
                "self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias",
                "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight",
                "norm2.bias",
            ],
            new TransformerEncoderLayer(4, 2, 5).StateDict().Keys);
        Assert.Equal(
            [
                "self_attn.in_proj_weight", "self_attn.out_proj.weight", "multihead_attn.in_proj_weight", "multihead_attn.out_proj.weight",
                "linear1.weight", "linear2.weight", "norm1.weight", "norm2.weight", "norm3.weight",
            ],
            new TransformerDecoderLayer(4, 2, 5, bias: false).StateDict().Keys);
        IEnumerable<string> keys = new Transformer(4, 2, 1, 1, 3).StateDict().Keys;
        Assert.Equal("encoder.layers.0.self_attn.in_proj_weight", keys.First());
        Assert.Contains("encoder.norm.weight", keys);
        Assert.Equal("decoder.norm.bias", keys.Last());
        Assert.Contains("activation.weight", new TransformerEncoderLayer(4, 2, 5, activation: new PReLU().Forward).StateDict().Keys);
    }

    [Fact]
    public void Layers_of_a_stack_start_equal_and_have_weights_of_their_own()
    {
        TransformerEncoderLayer layer = new(4, 2, 5, dtype: DType.Float64);
        layer.Linear1.RequiresGradInPlace(false);
        TransformerEncoder stack = new(layer.Eval(), 3);
        Assert.Equal(3 * 12, stack.Parameters().Count);
        foreach (TransformerEncoderLayer copy in stack.Layers)
        {
            Assert.False(copy.Training);
            Assert.False(copy.Linear1.Weight.RequiresGrad);
            Assert.True(copy.Linear2.Weight.RequiresGrad);
            Assert.All(layer.StateDict(), item => Assert.True(item.Value.Equal(copy.StateDict()[item.Key])));
            Assert.All(layer.Parameters().Zip(copy.Parameters()), static pair => Assert.NotSame(pair.First, pair.Second));
        }

        using (GradMode.NoGrad())
        {
            stack.Layers[0].Linear2.Weight.ZeroInPlace();
        }

        Assert.False(stack.Layers[1].Linear2.Weight.EqualTo(0).All().Item<bool>());
        Assert.False(layer.Linear2.Weight.EqualTo(0).All().Item<bool>());
        TransformerDecoder decoder = new(new TransformerDecoderLayer(4, 2, 5), 2);
        Assert.True(decoder.Layers[0].Linear1.Weight.Equal(decoder.Layers[1].Linear1.Weight));
        Generator random = new(1);
        TransformerDecoder different = new(() => new TransformerDecoderLayer(4, 2, 5, generator: random), 2);
        Assert.False(different.Layers[0].Linear1.Weight.Equal(different.Layers[1].Linear1.Weight));
    }

    [Fact]
    public void An_activation_with_parameters_is_never_shared_in_silence()
    {
        TransformerEncoderLayer layer = new(4, 2, 5, activation: new PReLU().Forward);
        Assert.Throws<ArgumentException>(() => new TransformerEncoder(layer, 2));
        Assert.Throws<ArgumentException>(() => new Transformer(4, 2, activation: new PReLU().Forward));
        TransformerEncoder stack = new(static () => new TransformerEncoderLayer(4, 2, 5, activation: new PReLU().Forward), 2);
        Assert.NotSame(((PReLU)stack.Layers[0].Activation!).Weight, ((PReLU)stack.Layers[1].Activation!).Weight);
        Assert.Equal(2 * 13, stack.Parameters().Count);
    }

    [Fact]
    public void All_matrices_of_a_transformer_start_Xavier_uniform()
    {
        Transformer model = new(32, 4, 1, 1, 64, generator: new Generator(2));
        double wide = Math.Sqrt(6.0 / (32 + 64)), square = Math.Sqrt(6.0 / 64);
        Assert.InRange(model.Encoder.Layers[0].Linear1.Weight.Abs().Max().Item<float>(), 0.98 * wide, wide);
        Assert.InRange(model.Decoder.Layers[0].MultiheadAttn.OutProj.Weight.Abs().Max().Item<float>(), 0.98 * square, square);
        Assert.InRange(model.Decoder.Layers[0].Linear2.Bias!.Abs().Max().Item<float>(), 0.01, 1.0 / 8);
    }

    [Fact]
    public void The_subsequent_mask_hides_what_comes_later()
    {
        Tensor mask = Transformer.GenerateSquareSubsequentMask(3);
        float hidden = float.NegativeInfinity;
        Assert.Equal([0f, hidden, hidden, 0f, 0f, hidden, 0f, 0f, 0f], mask.ToArray<float>());
        Assert.Equal([false, true, false, false], Transformer.GenerateSquareSubsequentMask(2, DType.Bool).ToArray<bool>());
        Assert.Equal(new Shape(0, 0), Transformer.GenerateSquareSubsequentMask(0).Shape);
        Assert.Throws<DTypeException>(() => Transformer.GenerateSquareSubsequentMask(2, DType.Int64));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_causal_mask_is_recognized_and_any_other_is_applied(bool normFirst)
    {
        Generator random = new(5);
        TransformerEncoder stack = new(new TransformerEncoderLayer(8, 2, 9, 0, normFirst: normFirst, dtype: DType.Float64), 2);
        Tensor x = Tensor.Randn([5, 2, 8], DType.Float64, random), causal = Transformer.GenerateSquareSubsequentMask(5, DType.Float64);
        Tensor expected = stack.Forward(x, causal, isCausal: false);
        foreach (Tensor mask in new[] { causal, causal.IsNegInf(), causal.To(DType.Float32) })
        {
            Assert.True(stack.Forward(x, mask).AllClose(expected, 1e-12, 1e-12));
        }

        Assert.True(stack.Forward(x, causal, isCausal: true).AllClose(expected, 1e-12, 1e-12));
        Tensor biased = causal.Clone(), open = causal.Clone();
        biased[4, 0] = 2;
        open[0, 4] = 0;
        Assert.False(stack.Forward(x, biased).AllClose(expected));
        Assert.False(stack.Forward(x, open).AllClose(expected));
    }

    [Fact]
    public void What_is_padded_changes_nothing_elsewhere()
    {
        Transformer model = new Transformer(8, 2, 2, 2, 9, dtype: DType.Float64, batchFirst: true).Eval();
        Tensor src = Tensor.Randn([2, 5, 8], DType.Float64), tgt = Tensor.Randn([2, 4, 8], DType.Float64);
        Tensor padding = Tensor.From(new bool[,] { { false, false, false, true, true }, { false, false, false, false, false } });
        Tensor other = src.Clone();
        other[0, 3..] = 7;
        Tensor Run(Tensor x) => model.Forward(x, tgt, srcKeyPaddingMask: padding, memoryKeyPaddingMask: padding);
        Assert.True(Run(src).AllClose(Run(other), 1e-12, 1e-12));
        Assert.False(model.Forward(src, tgt).AllClose(model.Forward(other, tgt)));
    }

    [Fact]
    public void A_transformer_learns()
    {
        Generator random = new(3);
        Transformer model = new(8, 2, 1, 1, 16, 0, batchFirst: true, generator: random);
        Adam optimizer = new(model.Parameters(), 1e-2);
        Tensor src = Tensor.Randn([4, 5, 8], generator: random), tgt = Tensor.Randn([4, 6, 8], generator: random);
        Tensor wanted = Tensor.Randn([4, 6, 8], generator: random).LayerNorm([8]), mask = Transformer.GenerateSquareSubsequentMask(6);
        double first = 0, last = 0;
        for (int step = 0; step < 40; step++)
        {
            optimizer.ZeroGrad();
            Tensor loss = (model.Forward(src, tgt, tgtMask: mask) - wanted).Square().Mean();
            loss.Backward();
            optimizer.Step();
            (first, last) = (step == 0 ? loss.Item<float>() : first, loss.Item<float>());
        }

        Assert.InRange(last, 0, 0.5 * first);
    }

    [Fact]
    public void A_model_prints_summarizes_saves_and_goes_into_a_chain()
    {
        Transformer model = new(4, 2, 1, 1, 3);
        Assert.Contains("(self_attn): MultiheadAttention", model.ToString(), StringComparison.Ordinal);
        string summary = model.Summary(Tensor.Zeros(3, 2, 4), Tensor.Zeros(2, 2, 4)).ToString();
        Assert.Contains("multihead_attn", summary, StringComparison.Ordinal);
        Assert.Contains("[2, 2, 4]", summary, StringComparison.Ordinal);
        Sequential chain = new(new TransformerEncoderLayer(4, 2, 3), new TransformerEncoder(new TransformerEncoderLayer(4, 2, 3), 1));
        Assert.Equal(new Shape(3, 2, 4), chain.Forward(Tensor.Zeros(3, 2, 4)).Shape);
        Transformer same = new(4, 2, 1, 1, 3);
        same.LoadStateDict(model.StateDict());
        Tensor x = Tensor.Randn(3, 2, 4);
        Assert.True(model.Eval().Forward(x, x).Equal(same.Eval().Forward(x, x)));
    }

    [Fact]
    public void What_does_not_fit_names_the_layer_the_argument_and_what_would()
    {
        Transformer model = new(4, 2, 1, 1, 3);
        Tensor x = Tensor.Zeros(3, 2, 4);
        Check("Transformer", "src [3, 2, 5] does not fit; it must be [length, batch, 4]", () => model.Forward(Tensor.Zeros(3, 2, 5), x));
        Check("Transformer", "src [3, 2, 4] and tgt [3, 1, 4]", () => model.Forward(x, Tensor.Zeros(3, 1, 4)));
        Check("Transformer", "src [3, 2, 4] and tgt [3, 4]", () => model.Forward(x, Tensor.Zeros(3, 4)));
        Check("encoder.layers.0.self_attn (MultiheadAttention", "attnMask [2, 2]", () => model.Forward(x, x, srcMask: Tensor.Zeros(2, 2)));
        Check("decoder.layers.0.multihead_attn (MultiheadAttention", "keyPaddingMask [3, 2] does not fit; it must be [2, 3]",
            () => model.Forward(x, x, memoryKeyPaddingMask: Tensor.Zeros([3, 2], DType.Bool)));
        Check("TransformerDecoderLayer", "memory [3] does not fit",
            () => new TransformerDecoderLayer(4, 2).Forward(x, Tensor.Zeros(3)));
        Assert.Throws<ArgumentException>(() => new TransformerEncoderLayer(5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TransformerEncoder(new TransformerEncoderLayer(4, 2), -1));

        static void Check(string label, string message, Func<Tensor> call)
        {
            ShapeException error = Assert.Throws<ShapeException>(() => _ = call());
            Assert.StartsWith(label, error.Message, StringComparison.Ordinal);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
