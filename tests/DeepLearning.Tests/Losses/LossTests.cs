using DeepLearning.Losses;

namespace DeepLearning.Tests.Losses;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class LossTests
{
    [Fact]
    public void Shapes_that_differ_are_refused_instead_of_broadcast()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Loss.MSE(Tensor.Zeros(32, 1), Tensor.Zeros(32)));
        Assert.Contains("[32, 1]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[32]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Loss.CrossEntropy(Tensor.Zeros(3, 5), Tensor.From([1L, 2L])));
        Assert.Throws<ShapeException>(() => Loss.CrossEntropy(Tensor.Zeros(2, 5), Tensor.From([1L, 2L]), Tensor.Ones(4)));
    }

    [Fact]
    public void A_target_that_is_no_class_is_named_with_its_row()
    {
        IndexException error = Assert.Throws<IndexException>(() => Loss.CrossEntropy(Tensor.Zeros(3, 5), Tensor.From([1L, 2L, 12L])));
        Assert.Contains("target 12 of row 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("0 to 4", error.Message, StringComparison.Ordinal);
        Assert.Throws<IndexException>(() => Loss.NLL(Tensor.Zeros(3, 5), Tensor.From([1L, 2L, -1L])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.BCE(Tensor.From([1.5f]), Tensor.From([1f])));
        Assert.Throws<DTypeException>(() => Loss.NLL(Tensor.Zeros(2, 5), Tensor.Zeros(2)));
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void BCE_refuses_a_prediction_or_a_target_that_is_no_probability(float value)
    {
        Tensor good = Tensor.From([0.2f, 0f, 1f]), bad = Tensor.From([0.2f, value, 1f]);
        ArgumentOutOfRangeException prediction = Assert.Throws<ArgumentOutOfRangeException>(() => Loss.BCE(bad, good));
        ArgumentOutOfRangeException target = Assert.Throws<ArgumentOutOfRangeException>(() => Loss.BCE(good, bad));
        Assert.Equal("input", prediction.ParamName);
        Assert.Equal("target", target.ParamName);
        Assert.Equal(0, Loss.BCE(Tensor.Zeros(0), Tensor.Zeros(0), reduction: LossReduction.Sum).Item<float>());
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(5, 33)]
    [InlineData(40, 1000)]
    public void Cross_entropy_equals_its_composition(int rows, int classes)
    {
        Generator generator = new(5);
        Tensor x = Tensor.Randn([rows, classes], DType.Float32, generator: generator) * 3, weight = Tensor.Rand([classes], DType.Float32,
            generator: generator);
        long[] targets = [.. Enumerable.Range(0, rows).Select(i => i == 1 ? -100L : i * 7 % classes)];
        Tensor a = x.Detach(), b = x.Clone();
        a.RequiresGrad = b.RequiresGrad = true;
        Tensor fused = Loss.CrossEntropy(a, Tensor.From(targets), weight);
        Tensor composed = Loss.NLL(b.LogSoftmax(1), Tensor.From(targets), weight);
        fused.Backward();
        composed.Backward();
        Assert.Equal(composed.Item<float>(), fused.Item<float>(), 1e-5);
        Assert.All(a.Grad!.ToArray<float>().Zip(b.Grad!.ToArray<float>()), p => Assert.Equal(p.Second, p.First, 1e-6));
    }

    [Fact]
    public void A_long_sum_stays_precise()
    {
        Tensor x = Tensor.Full([1_000_003], 0.1), zero = Tensor.Zeros(1_000_003);
        Assert.Equal(0.01, Loss.MSE(x, zero).Item<double>(), 1e-8);
        Assert.Equal(1_000_003 * 0.1, Loss.L1(x, zero, LossReduction.Sum).Item<double>(), 0.02);
    }

    [Fact]
    public void Half_logits_are_computed_in_single_precision()
    {
        Tensor x = Tensor.Randn([4, 6], DType.Float32).To(DType.BFloat16);
        x.RequiresGrad = true;
        Tensor loss = Loss.CrossEntropy(x, Tensor.From([0L, 1L, 2L, 3L]));
        loss.Backward();
        Assert.Equal(DType.BFloat16, loss.DType);
        Assert.Equal(DType.BFloat16, x.Grad!.DType);
    }
}
