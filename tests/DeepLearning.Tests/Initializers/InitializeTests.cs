using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Initializers;

[Trait("Rerun", "Culture")]
public class InitializeTests
{
    [Fact]
    public void The_same_seed_gives_the_same_model()
    {
        float[] first = new Linear(5, 4, generator: new Generator(3)).Weight.ToArray<float>();
        Assert.Equal(first, new Linear(5, 4, generator: new Generator(3)).Weight.ToArray<float>());
        Assert.NotEqual(first, new Linear(5, 4, generator: new Generator(4)).Weight.ToArray<float>());
    }

    [Fact]
    public void Linear_starts_uniform_in_one_over_root_of_its_inputs()
    {
        Linear layer = new(100, 300);
        float[] weight = layer.Weight.ToArray<float>();
        Assert.All(weight, w => Assert.InRange(w, -0.1f, 0.1f));
        Assert.InRange(weight.Max(), 0.099, 0.1);
        Assert.All(layer.Bias!.ToArray<float>(), b => Assert.InRange(b, -0.1f, 0.1f));
        Assert.InRange(Deviation(weight), 0.0567, 0.0588);
    }

    [Fact]
    public void Bounds_and_deviations_follow_the_fans()
    {
        Tensor weight = Tensor.Zeros(40, 20, 3, 3);
        Assert.InRange(Initialize.XavierUniform(weight, 2).ToArray<float>().Max(), 0.99 * 2 * Math.Sqrt(6.0 / 540),
            2 * Math.Sqrt(6.0 / 540));
        Assert.InRange(Deviation(Initialize.XavierNormal(weight).ToArray<float>()) / Math.Sqrt(2.0 / 540), 0.96, 1.04);
        Assert.InRange(Deviation(Initialize.KaimingNormal(weight,
            nonlinearity: Nonlinearity.ReLU).ToArray<float>()) / Math.Sqrt(2.0 / 180), 0.96, 1.04);
        Assert.InRange(
            Initialize.KaimingUniform(weight, Math.Sqrt(5), FanMode.FanOut).ToArray<float>().Max(), 0.99 / Math.Sqrt(360),
                1 / Math.Sqrt(360));
    }

    [Theory]
    [InlineData(4, 7)]
    [InlineData(7, 4)]
    [InlineData(5, 5)]
    public void Orthogonal_rows_or_columns_have_length_gain(int rows, int columns)
    {
        Tensor q = Initialize.Orthogonal(Tensor.Zeros([rows, columns], DType.Float64), 2, new Generator(1));
        Tensor product = rows <= columns ? q.MatMul(q.T) : q.T.MatMul(q);
        int n = Math.Min(rows, columns);
        Tensor eye = Initialize.Eye(Tensor.Zeros([n, n], DType.Float64)) * 4;
        Assert.All((product - eye).ToArray<double>(), d => Assert.InRange(d, -1e-12, 1e-12));
    }

    [Theory]
    [InlineData(0, 1, -2, 2)]
    [InlineData(0.5, 2, 0, 1)]
    [InlineData(0, 1, 3, 4)]
    [InlineData(10, 0.1, 9.5, 10)]
    public void A_truncated_normal_keeps_to_its_ends_and_has_its_moments(double mean, double std, double low, double high)
    {
        double[] values = Initialize.TruncatedNormal(
            Tensor.Zeros([200, 250], DType.Float64), mean, std, low, high, new Generator(4)).ToArray<double>();
        Assert.All(values, v => Assert.InRange(v, low, high));

        // Moments by summing the density up.
        double weight = 0, first = 0, second = 0;
        for (int i = 0; i < 20000; i++)
        {
            double x = low + ((high - low) * (i + 0.5) / 20000), p = Math.Exp(-0.5 * Math.Pow((x - mean) / std, 2));
            (weight, first, second) = (weight + p, first + (p * x), second + (p * x * x));
        }

        double center = first / weight, deviation = Math.Sqrt((second / weight) - (center * center));
        Assert.InRange(values.Average(), center - (0.02 * deviation), center + (0.02 * deviation));
        Assert.InRange(Math.Sqrt(values.Average(v => (v - center) * (v - center))) / deviation, 0.98, 1.02);
    }

    [Fact]
    public void A_truncated_normal_refuses_what_holds_nothing()
    {
        Tensor x = Tensor.Zeros(3);
        Assert.Throws<ArgumentException>(() => Initialize.TruncatedNormal(x, 0, 1, 2, 2));
        Assert.Contains("[40, 50]", Assert.Throws<ArgumentException>(() => Initialize.TruncatedNormal(x, 0, 1, 40, 50)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Initialize.TruncatedNormal(x, std: 0));
        Assert.Equal([0, 0, 0], x.ToArray<float>());
    }

    [Theory]
    [InlineData(10, 0.1, 1)]
    [InlineData(10, 0.25, 3)]
    [InlineData(7, 1, 7)]
    [InlineData(7, 0, 0)]
    public void A_sparse_matrix_has_so_many_zeros_in_each_column(int rows, double sparsity, int zeros)
    {
        Tensor w = Initialize.Sparse(Tensor.Zeros(rows, 60), sparsity, 0.5, new Generator(2));
        long[] counts = w.EqualTo(0).Sum(0).ToArray<long>();
        Assert.All(counts, count => Assert.Equal(zeros, count));
        if (zeros is > 0 and < 7)
        {
            // Not the same rows in each column, and normal numbers in the rest.
            Assert.True(w.EqualTo(0).Sum(1).ToArray<long>().All(static count => count > 0));
            Assert.InRange(Deviation([.. w.ToArray<float>().Where(static v => v != 0)]), 0.45, 0.55);
        }

        Assert.Throws<ShapeException>(() => Initialize.Sparse(Tensor.Zeros(3), 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initialize.Sparse(w, 1.1));
    }

    [Fact]
    public void LeCun_starts_with_the_deviation_one_over_the_root_of_the_inputs()
    {
        Tensor w = Tensor.Zeros(40, 20, 3, 3);
        Assert.InRange(Deviation(Initialize.LeCunNormal(w).ToArray<float>()) * Math.Sqrt(180), 0.96, 1.04);
        float[] uniform = Initialize.LeCunUniform(w).ToArray<float>();
        Assert.InRange(uniform.Max() * Math.Sqrt(60), 0.99, 1);
        Assert.InRange(Deviation(uniform) * Math.Sqrt(180), 0.97, 1.03);
    }

    [Fact]
    public void A_dirac_convolution_hands_its_channels_on()
    {
        Tensor x = Tensor.Randn(2, 6, 5, 5), w = Initialize.Dirac(Tensor.Zeros(6, 3, 3, 3), 2);
        Assert.Equal(x.ToArray<float>(), x.Conv2d(w, padding: 1, groups: 2).ToArray<float>());
        Assert.Throws<ShapeException>(() => Initialize.Dirac(Tensor.Zeros(3, 3)));
        Assert.Contains("5 outputs", Assert.Throws<ShapeException>(() => Initialize.Dirac(Tensor.Zeros(5, 2, 3), 2)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_without_elements_is_left_as_it_is()
    {
        Tensor w = Tensor.Zeros(0, 0);
        Initialize.XavierUniform(w);
        Initialize.XavierNormal(w);
        Initialize.KaimingUniform(w);
        Initialize.LeCunNormal(w);
        Assert.Equal(0, Initialize.Orthogonal(w).Count);
    }

    [Fact]
    public void Parameters_are_written_outside_the_record()
    {
        Parameter parameter = new(Tensor.Zeros(2, 2));
        Initialize.Constant(parameter, 3);
        Assert.True(parameter.IsLeaf);
        Assert.Equal([3, 3, 3, 3], parameter.ToArray<float>());
        Assert.Throws<ShapeException>(() => Initialize.XavierUniform(new Parameter(Tensor.Zeros(3))));
    }

    private static double Deviation(float[] values) => Math.Sqrt(values.Average(v => (double)v * v));
}
