using DeepLearning.Tests.Backends.Cpu;
using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Convolution;

[Trait("Rerun", "Simd")]
[Collection("Thread setting")]
public class PoolingTests
{
    public static TheoryData<int[], int[], int[], int[], int[], bool> Cases => new()
    {
        // input, kernel, stride, padding, dilation, ceil
        { [2, 2, 4, 6], [2, 2], [2, 2], [0, 0], [1, 1], false },
        { [1, 2, 5, 37], [2, 2], [2, 2], [0, 0], [1, 1], false },
        { [1, 1, 5, 25], [2, 2], [2, 2], [0, 0], [1, 1], true },
        { [2, 2, 7, 9], [3, 3], [2, 2], [1, 1], [1, 1], false },
        { [1, 2, 6, 24], [3, 3], [1, 1], [1, 1], [1, 1], false },
        { [1, 2, 9, 40], [3, 2], [2, 3], [1, 1], [2, 3], true },
        { [1, 2, 6, 5], [4, 5], [3, 2], [2, 2], [1, 1], true },
        { [3, 4, 5], [2, 3], [1, 2], [0, 1], [1, 1], false },
        { [1, 1, 1, 1], [1, 1], [1, 1], [0, 0], [1, 1], false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Single_and_double_precision_take_the_same_elements(
        int[] x, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        // Few different numbers, so that there are ties; NaN and infinities, so that their rules show.
        Tensor wide = (Numbers(x) * 4).Round();
        double[] values = wide.ToArray<double>();
        for (int i = 0; i < values.Length; i += 7)
        {
            values[i] = i % 3 == 0 ? double.NaN : double.NegativeInfinity;
        }

        wide = Tensor.From(values, x);
        ValuesAndIndices narrow = MaxPoolOf(wide.To(DType.Float32)), exact = MaxPoolOf(wide);
        Assert.Equal(exact.Indices.ToArray<long>(), narrow.Indices.ToArray<long>());
        Assert.Equal(exact.Values.ToArray<double>(), narrow.Values.To(DType.Float64).ToArray<double>());
        Tensor plain = wide.To(DType.Float32).MaxPool2d(
            (kernel[0], kernel[1]), (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), ceil);
        Assert.Equal(narrow.Values.ToArray<float>(), plain.ToArray<float>());

        ValuesAndIndices MaxPoolOf(Tensor t) => t.MaxPool2dWithIndices(
            (kernel[0], kernel[1]), (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), ceil);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_first_and_second_order_match_finite_differences(
        int[] x, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        PerAxis size = (kernel[0], kernel[1]), step = (stride[0], stride[1]), around = (padding[0], padding[1]);
        Tensor[] inputs = [Numbers(x, grad: true)];
        Check(t => t.MaxPool2d(size, step, around, (dilation[0], dilation[1]), ceil), inputs);
        Check(t => t.AvgPool2d(size, step, around, ceil), inputs);
        Check(t => t.AvgPool2d(size, step, around, ceil, false), inputs);
        Check(t => t.AvgPool2d(size, step, around, ceil, divisorOverride: 3), inputs);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(5, 7)]
    [InlineData(8, 9)]
    [InlineData(null, 2)]
    public void Adaptive_poolings_cover_the_image_and_have_right_gradients(int? height, int? width)
    {
        Tensor x = Numbers([2, 2, 5, 7], grad: true);
        Check(t => t.AdaptiveAvgPool2d(height, width), [x]);
        Check(t => t.AdaptiveMaxPool2d(height, width), [x]);
        Assert.Equal([2, 2, height ?? 5, width ?? 7], x.AdaptiveAvgPool2d(height, width).Shape.ToArray());
        AssertClose(x.Detach().Mean([2, 3], keepDim: true), x.Detach().AdaptiveAvgPool2d(1));
        Assert.Equal(x.Detach().Amax([2, 3], keepDim: true).ToArray<double>(), x.Detach().AdaptiveMaxPool2d(1).ToArray<double>());
    }

    [Fact]
    public void Among_equals_the_first_gets_the_gradient()
    {
        Tensor x = Tensor.Ones([1, 1, 2, 4], DType.Float32);
        x.RequiresGrad = true;
        x.MaxPool2d(2).Sum().Backward();
        Assert.Equal([1f, 0, 1, 0, 0, 0, 0, 0], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void Half_precision_keeps_its_type()
    {
        Tensor x = Numbers([1, 2, 4, 4], dtype: DType.BFloat16, grad: true);
        Assert.Equal(DType.BFloat16, x.MaxPool2d(2).DType);
        Tensor mean = x.AdaptiveAvgPool2d(1);
        Assert.Equal(DType.BFloat16, mean.DType);
        mean.Sum().Backward();
        Assert.Equal(DType.BFloat16, x.Grad!.DType);
    }

    [Fact]
    public void Views_and_empty_batches_are_pooled()
    {
        Tensor x = Numbers([6, 3, 2, 4], dtype: DType.Float32).Permute(2, 1, 3, 0);
        Assert.Equal(x.Contiguous().MaxPool2d(2).ToArray<float>(), x.MaxPool2d(2).ToArray<float>());
        Assert.Equal(x.Contiguous().AvgPool2d(2).ToArray<float>(), x.AvgPool2d(2).ToArray<float>());
        Assert.Equal([0, 3, 2, 2], Numbers([0, 3, 4, 4]).MaxPool2d(2).Shape.ToArray());
        Assert.Equal([0, 3, 1, 1], Numbers([0, 3, 4, 4]).AdaptiveAvgPool2d(1).Shape.ToArray());
    }

    [Fact]
    public void Values_and_gradients_have_the_same_bits_on_any_number_of_threads()
    {
        float[][] Run(int threads)
        {
            using ThreadSetting setting = new(threads);
            Tensor x = Numbers([9, 11, 31, 29], 1, DType.Float32, true);
            Tensor y = x.MaxPool2d(3, 2, 1), z = x.AvgPool2d(3, 2, 1), m = x.AdaptiveAvgPool2d(1);
            (y.Square().Sum() + z.Square().Sum() + m.Square().Sum()).Backward();
            return [y.Detach().ToArray<float>(), z.Detach().ToArray<float>(), m.Detach().ToArray<float>(), x.Grad!.ToArray<float>()];
        }

        float[][] expected = Run(1);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            Assert.Equal(expected, Run(threads));
        }
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_named_with_what_would()
    {
        Tensor x = Numbers([1, 2, 4, 4]);
        Assert.Contains("smaller kernel", Assert.Throws<ShapeException>(() => x.MaxPool2d(5)).Message);
        Assert.Contains("dilation", Assert.Throws<ShapeException>(() => x.MaxPool2d(2, dilation: 4)).Message);
        Assert.Contains("at most half", Assert.Throws<ArgumentException>(() => x.AvgPool2d(2, padding: 2)).Message);
        Assert.Contains("stride of 0", Assert.Throws<ArgumentException>(() => x.MaxPool2d(2, 0)).Message);
        Assert.Contains("[C, H, W]", Assert.Throws<ShapeException>(() => Numbers([4, 4]).MaxPool2d(2)).Message);
        Assert.Contains("[C, H, W]", Assert.Throws<ShapeException>(() => Numbers([1, 2, 0, 4]).AdaptiveAvgPool2d(1)).Message);
        Assert.Contains("int64", Assert.Throws<DTypeException>(() => x.To(DType.Int64).AvgPool2d(2)).Message);
        Assert.Contains("negative", Assert.Throws<ArgumentException>(() => x.AdaptiveAvgPool2d(-1)).Message);
        Assert.Contains("divisor", Assert.Throws<ArgumentOutOfRangeException>(() => x.AvgPool2d(2, divisorOverride: 0)).Message);
    }

    private static void Check(Func<Tensor, Tensor> function, Tensor[] inputs)
    {
        GradCheck.First(ins => function(ins[0]), inputs);
        GradCheck.Second(ins => function(ins[0]), inputs);
    }
}
