using DeepLearning.Layers;

namespace DeepLearning.Tests.Ops.Normalization;

[Trait("Rerun", "Simd")]
public class NormalizationTests
{
    [Theory]
    [InlineData(new[] { 3, 5 }, 1)]
    [InlineData(new[] { 2, 3, 4 }, 1)]
    [InlineData(new[] { 2, 3, 4 }, 2)]
    [InlineData(new[] { 2, 70 }, 1)]
    public void Layer_norm_has_the_right_derivatives(int[] shape, int axes)
    {
        int[] normalized = shape[^axes..];
        Tensor x = Numbers(shape, 1), w = Numbers(normalized, 2), b = Numbers(normalized, 3);
        x.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        GradCheck.First(ins => ins[0].LayerNorm(normalized, ins[1], ins[2]), [x, w, b]);
        GradCheck.Second(ins => ins[0].LayerNorm(normalized, ins[1], ins[2]), [x, w, b], relative: 1e-4);
        GradCheck.First(ins => ins[0].LayerNorm(normalized), [x]);
    }

    [Theory]
    [InlineData(new[] { 4, 3 })]
    [InlineData(new[] { 2, 3, 20 })]
    [InlineData(new[] { 2, 3, 2, 2 })]
    [InlineData(new[] { 1, 2, 3, 3 })]
    public void Batch_norm_has_the_right_derivatives_in_training_and_evaluation(int[] shape)
    {
        int[] channels = [shape[1]];
        Tensor x = Numbers(shape, 1), w = Numbers(channels, 2), b = Numbers(channels, 3);
        Tensor mean = Numbers(channels, 4), variance = Numbers(channels, 5).Square() + 0.5;
        x.RequiresGrad = w.RequiresGrad = b.RequiresGrad = true;
        GradCheck.First(ins => ins[0].BatchNorm(null, null, ins[1], ins[2], training: true), [x, w, b]);
        GradCheck.Second(ins => ins[0].BatchNorm(null, null, ins[1], ins[2], training: true), [x, w, b], relative: 1e-4);
        GradCheck.First(ins => ins[0].BatchNorm(mean, variance, ins[1], ins[2]), [x, w, b]);
        GradCheck.Second(ins => ins[0].BatchNorm(mean, variance, ins[1], ins[2]), [x, w, b]);
        GradCheck.First(ins => ins[0].BatchNorm(null, null, training: true), [x]);
    }

    [Theory]
    [InlineData(new[] { 3, 4, 50 })]
    [InlineData(new[] { 64, 7 })]
    [InlineData(new[] { 2, 3, 33, 9 })]
    public void Single_precision_agrees_with_double(int[] shape)
    {
        Tensor[] Run(DType dtype)
        {
            Tensor x = Numbers(shape, 1).To(dtype), w = Numbers([shape[1]], 2).To(dtype), v = Numbers([shape[^1]], 3).To(dtype);
            x.RequiresGrad = w.RequiresGrad = v.RequiresGrad = true;
            Tensor y = x.BatchNorm(null, null, w, training: true).LayerNorm([shape[^1]], v, v);
            return [y, .. DeepLearning.Autograd.Grad(y, [x, w, v], Numbers(shape, 6).To(dtype))];
        }

        Tensor[] single = Run(DType.Float32), twice = Run(DType.Float64);
        for (int i = 0; i < single.Length; i++)
        {
            Assert.True(single[i].To(DType.Float64).AllClose(twice[i], 1e-4, 1e-4), $"result {i}");
        }
    }

    [Fact]
    public void Running_figures_follow_the_mean_and_the_unbiased_variance()
    {
        BatchNorm1d layer = new(2);
        Tensor x = Tensor.From(new float[,] { { 1, 10 }, { 3, 30 } });
        layer.Forward(x);
        Assert.Equal([0.2f, 2f], layer.RunningMean!.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1.1f, 20.9f], layer.RunningVar!.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(1, layer.NumBatchesTracked!.Item<long>());
        layer.Eval();
        Assert.Equal((1 - 0.2) / Math.Sqrt(1.1 + 1e-5), layer.Forward(x)[0, 0].Item<double>(), 5);
    }

    [Fact]
    public void A_batch_that_is_refused_is_not_counted()
    {
        BatchNorm1d layer = new(2);
        Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones(1, 2)));
        Assert.Equal(0, layer.NumBatchesTracked!.Item<long>());
        layer.Forward(Tensor.Ones(2, 2));
        Assert.Equal(1, layer.NumBatchesTracked!.Item<long>());
    }

    [Fact]
    public void Without_a_momentum_the_running_figures_are_the_mean_over_all_batches()
    {
        BatchNorm1d layer = new(1, momentum: null);
        layer.Forward(Tensor.From(new float[,] { { 1 }, { 3 } }));
        layer.Forward(Tensor.From(new float[,] { { 5 }, { 7 } }));
        Assert.Equal(4f, layer.RunningMean!.Item<float>(), 5);
        Assert.Equal(2f, layer.RunningVar!.Item<float>(), 5);
    }

    [Fact]
    public void State_keys_are_those_of_PyTorch() => Assert.Equal(
        ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"], new BatchNorm2d(3).StateDict().Keys);

    [Fact]
    public void A_batch_of_one_value_a_channel_cannot_be_normalized_in_training()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new BatchNorm1d(3).Forward(Tensor.Zeros(1, 3)));
        Assert.Contains("[1, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Assert.Contains("[2, 4, 5, 5]", Assert.Throws<ShapeException>(() => new BatchNorm2d(3).Forward(Tensor.Zeros(2, 4, 5, 5))).Message,
            StringComparison.Ordinal);
        Assert.Contains("[10]", Assert.Throws<ShapeException>(() => new LayerNorm(10).Forward(Tensor.Zeros(2, 9))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Half_precision_is_normalized_in_single_precision()
    {
        Tensor x = Numbers([4, 64], 1).To(DType.Float16);
        Tensor expected = x.To(DType.Float32).LayerNorm([64]).To(DType.Float16);
        Assert.Equal(expected.ToArray<float>(), x.LayerNorm([64]).ToArray<float>());
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        Tensor x = Numbers([64, 32, 40], 1).To(DType.Float32), w = Numbers([32], 2).To(DType.Float32);
        int threads = Parallelism.Threads;
        try
        {
            float[][] runs = [.. new[] { 1, 2, 3, 7 }.Select(n =>
            {
                Parallelism.Threads = n;
                Tensor leaf = x.Clone();
                leaf.RequiresGrad = true;
                Tensor y = leaf.BatchNorm(null, null, w, training: true).LayerNorm([40]);
                y.Backward(x);
                return (float[])[.. y.ToArray<float>(), .. leaf.Grad!.ToArray<float>()];
            })];
            Assert.All(runs, run => Assert.Equal(runs[0], run));
        }
        finally
        {
            Parallelism.Threads = threads;
        }
    }

    private static Tensor Numbers(int[] shape, int seed)
    {
        double[] values = new double[new Shape(shape).Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Math.Sin((i * 1.7) + seed) + (0.3 * Math.Cos(i * 0.37 * seed));
        }

        return Tensor.From(values, shape);
    }
}
