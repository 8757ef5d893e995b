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
