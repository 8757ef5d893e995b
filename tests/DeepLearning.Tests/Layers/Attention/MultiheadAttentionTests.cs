using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers.Attention;

public class MultiheadAttentionTests
{
    [Fact]
    public void The_state_dictionary_has_the_keys_of_PyTorch_in_its_order()
    {
        Assert.Equal(
            ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"], new MultiheadAttention(4, 2).StateDict().Keys);
        Assert.Equal(
            ["q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_bias", "bias_k", "bias_v", "out_proj.weight", "out_proj.bias"],
            new MultiheadAttention(4, 2, kdim: 3, addBiasKv: true).StateDict().Keys);
        Assert.Equal(["in_proj_weight", "out_proj.weight"], new MultiheadAttention(4, 2, bias: false).StateDict().Keys);
    }

    [Fact]
    public void It_starts_as_in_PyTorch()
    {
        MultiheadAttention layer = new(64, 4, addBiasKv: true, generator: new Generator(1));
        double bound = Math.Sqrt(6.0 / (64 + 192));
        Assert.InRange(layer.InProjWeight!.Abs().Max().Item<float>(), 0.98 * bound, bound);
        Assert.InRange(layer.OutProj.Weight.Abs().Max().Item<float>(), 0.98 / 8, 1.0 / 8);
        Assert.InRange(layer.BiasK!.Std().Item<float>(), 0.07, 0.19);
        Assert.True(layer.InProjBias!.EqualTo(0).All().Item<bool>());
        Assert.True(layer.OutProj.Bias!.EqualTo(0).All().Item<bool>());
        MultiheadAttention separate = new(64, 4, vdim: 32, generator: new Generator(1));
        Assert.InRange(separate.VProjWeight!.Abs().Max().Item<float>(), 0.98 * 0.25, 0.25);
        Assert.Equal(
            new MultiheadAttention(8, 2, generator: new Generator(3)).InProjWeight!.ToArray<float>(),
            new MultiheadAttention(8, 2, generator: new Generator(3)).InProjWeight!.ToArray<float>());
    }

    [Fact]
    public void Weights_are_asked_for_or_not_with_the_same_output()
    {
        Tensor x = Tensor.Randn(5, 2, 8);
        MultiheadAttention layer = new(8, 2);
        (Tensor output, Tensor? weights) = layer.Forward(x, x, x);
        (Tensor other, Tensor? none) = layer.Forward(x, x, x, needWeights: false);
        Assert.Null(none);
        Assert.Equal(new Shape(2, 5, 5), weights!.Shape);
        Assert.True(weights.Sum(-1).AllClose(Tensor.Ones(2, 5)));
        Assert.True(output.AllClose(other, 1e-5, 1e-6));
        Assert.Equal(new Shape(2, 2, 5, 5), layer.Forward(x, x, x, averageAttnWeights: false).Weights!.Shape);
    }

    [Fact]
    public void One_tensor_three_times_gives_what_three_equal_ones_give()
    {
        Tensor x = Tensor.Randn([5, 2, 8], DType.Float64), y = Tensor.Randn([4, 2, 8], DType.Float64);
        MultiheadAttention layer = new(8, 2, dtype: DType.Float64);
        Assert.True(layer.Forward(x, x, x).Output.AllClose(layer.Forward(x, x.Clone(), x.Clone()).Output, 1e-12, 1e-13));
        Assert.True(layer.Forward(x, y, y).Output.AllClose(layer.Forward(x, y, y.Clone()).Output, 1e-12, 1e-13));
    }

    [Fact]
    public void Dropout_drops_weights_in_training_alone()
    {
        Tensor x = Tensor.Randn(6, 2, 8);
        MultiheadAttention layer = new(8, 2, dropout: 0.5, generator: new Generator(4));
        Tensor first = layer.Forward(x, x, x, needWeights: false).Output, second = layer.Forward(x, x, x, needWeights: false).Output;
        Assert.False(first.Equal(second));
        Assert.Contains(0f, layer.Forward(x, x, x, averageAttnWeights: false).Weights!.ToArray<float>());
        layer.Eval();
        Assert.True(layer.Forward(x, x, x, needWeights: false).Output.Equal(layer.Forward(x, x, x, needWeights: false).Output));
        Assert.True(layer.Forward(x, x, x).Weights!.Sum(-1).AllClose(Tensor.Ones(2, 6)));
    }

    [Fact]
    public void The_causal_hint_does_not_hide_keys_that_are_appended()
    {
        // Keys that are visible to all stand behind the others: only the mask can say that they are.
        Tensor x = Tensor.Randn([4, 1, 8], DType.Float64), mask = Transformer.GenerateSquareSubsequentMask(4, DType.Float64);
        MultiheadAttention layer = new(8, 2, addBiasKv: true, addZeroAttn: true, dtype: DType.Float64);
        Tensor hinted = layer.Forward(x, x, x, needWeights: false, attnMask: mask, isCausal: true).Output;
        Assert.True(hinted.Equal(layer.Forward(x, x, x, needWeights: false, attnMask: mask).Output));
    }

    [Theory]
    [InlineData("query rank", "a query [2, 3, 1, 8] does not fit; it must be [length, batch, 8] or [length, 8].")]
    [InlineData("query width", "a query [5, 2, 7] does not fit")]
    [InlineData("key batch", "a key [4, 3, 8] does not fit; it must be [length, 2, 8].")]
    [InlineData("key rank", "a key [4, 8] does not fit; it must be [length, 2, 8].")]
    [InlineData("value length", "a value [3, 2, 8] does not fit; it must be [4, 2, 8].")]
    [InlineData("padding", "keyPaddingMask [5, 2] does not fit; it must be [2, 4].")]
    [InlineData("mask", "attnMask [4, 5] does not fit; it must be [5, 4] or [4, 5, 4].")]
    public void A_shape_that_does_not_fit_names_the_layer_the_argument_and_what_would(string what, string message)
    {
        Holder model = new();
        Tensor q = Tensor.Zeros(5, 2, 8), k = Tensor.Zeros(4, 2, 8);
        ShapeException error = Assert.Throws<ShapeException>(() => _ = what switch
        {
            "query rank" => model.Attention.Forward(Tensor.Zeros(2, 3, 1, 8), k, k),
            "query width" => model.Attention.Forward(Tensor.Zeros(5, 2, 7), k, k),
            "key batch" => model.Attention.Forward(q, Tensor.Zeros(4, 3, 8), Tensor.Zeros(4, 3, 8)),
            "key rank" => model.Attention.Forward(q, Tensor.Zeros(4, 8), k),
            "value length" => model.Attention.Forward(q, k, Tensor.Zeros(3, 2, 8)),
            "padding" => model.Attention.Forward(q, k, k, Tensor.Zeros([5, 2], DType.Bool)),
            _ => model.Attention.Forward(q, k, k, attnMask: Tensor.Zeros(4, 5)),
        });
        Assert.StartsWith("attention (MultiheadAttention 8, 2 heads): ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_else_does_not_fit_is_refused()
    {
        Tensor x = Tensor.Zeros(4, 2, 8);
        MultiheadAttention layer = new(8, 2);
        Assert.Throws<ArgumentException>(() => new MultiheadAttention(8, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiheadAttention(8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiheadAttention(8, 2, dropout: 1.5));
        Assert.Throws<ArgumentException>(() => layer.Forward(x, x, x, isCausal: true));
        Assert.Throws<DTypeException>(() => layer.Forward(x.To(DType.Float64), x, x));
        Assert.Throws<DTypeException>(() => layer.Forward(x, x, x, attnMask: Tensor.Zeros([4, 4], DType.Int64)));
    }

    private sealed class Holder : Module<Tensor, Tensor>
    {
        public MultiheadAttention Attention { get; } = new(8, 2);

        public override Tensor Forward(Tensor input) => Attention.Forward(input, input, input).Output;
    }
}
