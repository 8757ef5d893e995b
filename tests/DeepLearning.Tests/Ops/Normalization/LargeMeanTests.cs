namespace DeepLearning.Tests.Ops.Normalization;

/// <summary>Normalizing numbers whose mean is large beside their deviation, in float32 against float64.</summary>
[Trait("Rerun", "Simd")]
public class LargeMeanTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<int[]> Shapes => [[64, 3], [2, 3, 5], [5000, 1], [4, 2, 40], [2, 3, 20, 20], [700, 2, 3]];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Channels_in_training_and_evaluation(int[] shape)
    {
        int channels = shape[1];
        Tensor mean = Tensor.Linspace(10000, -3000, channels, DType.Float64), variance = Tensor.Full([channels], 1e-4, DType.Float64);
        Tensor x = Numbers(shape, mean), weight = Tensor.Linspace(0.5, 2, channels, DType.Float64);
        Tensor bias = Tensor.Linspace(-1, 1, channels, DType.Float64);
        Compare([x, weight, bias], inputs => inputs[0].BatchNorm(null, null, inputs[1], inputs[2], training: true));
        Compare([x], inputs => inputs[0].BatchNorm(null, null, training: true));
        // The float32 mean is another one than the float64 mean: both take the rounded one.
        Tensor rounded = mean.To(DType.Float32), spread = variance.To(DType.Float32);
        Compare(
            [x, weight, bias],
            ins => ins[0].BatchNorm(rounded.To(ins[0].DType), spread.To(ins[0].DType), ins[1], ins[2]));
        Compare([x], ins => ins[0].BatchNorm(rounded.To(ins[0].DType), spread.To(ins[0].DType)));
        Compare([x], inputs => inputs[0].BatchNorm(mean, variance));
    }

    [Theory]
    [InlineData(3, 40)]
    [InlineData(70, 5)]
    [InlineData(2, 5000)]
    public void Rows(int rows, int length)
    {
        Tensor x = Numbers([length, rows], Tensor.Linspace(10000, -3000, rows, DType.Float64)).T.Contiguous();
        Tensor weight = Tensor.Linspace(0.5, 2, length, DType.Float64), bias = Tensor.Linspace(-1, 1, length, DType.Float64);
        Compare([x], inputs => inputs[0].LayerNorm([length]));
        Compare([x, weight], inputs => inputs[0].LayerNorm([length], inputs[1]));
        Compare([x, weight, bias], inputs => inputs[0].LayerNorm([length], inputs[1], inputs[2]));
    }

    [Fact]
    public void Running_figures_are_those_of_the_numbers()
    {
        Tensor x = Numbers([5000, 1], Tensor.Full([1], 10000, DType.Float64)), mean = Tensor.Zeros(1), variance = Tensor.Zeros(1);
        x.To(DType.Float32).BatchNorm(mean, variance, training: true, momentum: 1);
        Tensor exact = x.To(DType.Float32).To(DType.Float64);
        Assert.Equal(exact.Mean().Item<double>(), mean.Item<float>(), 1e-3);
        Assert.Equal(1, variance.Item<float>() / exact.Var().Item<double>(), 1e-5);
    }

    [Fact]
    public void The_example_is_right()
    {
        Tensor x = Tensor.From([10000.01f], 1, 1);
        double right = (10000.01f - 10000.0) / Math.Sqrt(1e-4f + 1e-5);
        Assert.Equal(right, x.BatchNorm(Tensor.Full([1], 10000.0), Tensor.Full([1], 1e-4)).Item<float>(), 1e-6);
    }

    [Fact]
    public void Evaluation_lets_the_running_figures_move_before_the_gradient()
    {
        Tensor x = Tensor.From([1.0, 2, 3, 4], 2, 2), mean = Tensor.Zeros([2], DType.Float64), variance = Tensor.Ones([2], DType.Float64);
        x.RequiresGrad = true;
        Tensor y = x.BatchNorm(mean, variance, eps: 0);
        mean.FillInPlace(5);
        variance.FillInPlace(9);
        Assert.Equal([1.0, 1, 1, 1], Autograd.Grad(y.Sum(), x).ToArray<double>());
    }

    [Fact]
    public void Derivatives_in_evaluation_are_right()
    {
        Tensor x = Tensor.From([1.0, 2, 3, 4, -1, 0.5], 3, 2), weight = Tensor.From([0.5, 2]), bias = Tensor.From([1.0, -1]);
        x.RequiresGrad = weight.RequiresGrad = bias.RequiresGrad = true;
        Tensor mean = Tensor.From([1.0, 2]), variance = Tensor.From([2.0, 0.5]);
        GradCheck.First(inputs => inputs[0].BatchNorm(mean, variance, inputs[1], inputs[2]), [x, weight, bias]);
        GradCheck.Second(inputs => inputs[0].BatchNorm(mean, variance, inputs[1], inputs[2]), [x, weight, bias]);
    }

    /// <summary>Numbers around the mean of each channel with a deviation of 0.01, as float32 holds them.</summary>
    private static Tensor Numbers(int[] shape, Tensor mean)
    {
        int[] perChannel = [.. Enumerable.Repeat(1, shape.Length)];
        perChannel[1] = -1;
        Tensor noise = Tensor.Randn(shape, DType.Float64, new Generator(5)) * 0.01;
        return (noise + mean.Reshape(perChannel)).To(DType.Float32).To(DType.Float64);
    }

    private static void Compare(Tensor[] inputs, Func<Tensor[], Tensor> function)
    {
        (double[] right, double[][] gradients) = Run(DType.Float64, createGraph: false);
        foreach (bool createGraph in new[] { false, true })
        {
            (double[] values, double[][] found) = Run(DType.Float32, createGraph);
            Near(right, values);
            for (int i = 0; i < inputs.Length; i++)
            {
                Near(gradients[i], found[i]);
            }
        }

        (double[], double[][]) Run(DType dtype, bool createGraph)
        {
            Tensor[] leaves = Array.ConvertAll(inputs, input => input.To(dtype).Detach());
            foreach (Tensor leaf in leaves)
            {
                leaf.RequiresGrad = true;
            }

            Tensor y = function(leaves), weights = Tensor.Rand(y.Shape, DType.Float64, new Generator(6)).To(dtype);
            Tensor[] found = Autograd.Grad((y * weights).Sum(), leaves, createGraph: createGraph);
            return (y.To(DType.Float64).ToArray<double>(), Array.ConvertAll(found, g => g.Detach().To(DType.Float64).ToArray<double>()));
        }
    }

    private static void Near(double[] expected, double[] actual)
    {
        double size = Math.Max(expected.Max(Math.Abs), 1);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * size, $"[{i}]: {actual[i]}, not {expected[i]}");
        }
    }
}
