using DeepLearning.Tests.Backends.Cpu;
using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Pools;

[Trait("Rerun", "Simd")]
[Collection("Thread setting")]
public class PoolingAxesTests
{
    [Theory]
    [InlineData(4, 6, 40, 2, 2, 0)]
    [InlineData(5, 5, 37, 3, 1, 1)]
    [InlineData(5, 7, 9, 3, 2, 1)]
    public void Single_and_double_precision_take_the_same_elements_of_volumes(
        int depth, int height, int width, int kernel, int stride, int padding)
    {
        // Few different numbers, NaN and infinities, so that the rules for ties and for NaN show.
        double[] values = (Numbers([2, 2, depth, height, width]) * 3).Round().ToArray<double>();
        for (int i = 0; i < values.Length; i += 7)
        {
            values[i] = i % 3 == 0 ? double.NaN : double.NegativeInfinity;
        }

        Tensor wide = Tensor.From(values, 2, 2, depth, height, width);
        ValuesAndIndices exact = wide.MaxPool3dWithIndices(kernel, stride, padding);
        ValuesAndIndices narrow = wide.To(DType.Float32).MaxPool3dWithIndices(kernel, stride, padding);
        Assert.Equal(exact.Indices.ToArray<long>(), narrow.Indices.ToArray<long>());
        Assert.Equal(exact.Values.ToArray<double>(), narrow.Values.To(DType.Float64).ToArray<double>());
        Tensor plain = wide.To(DType.Float32).MaxPool3d(kernel, stride, padding);
        Assert.Equal(narrow.Values.ToArray<float>(), plain.ToArray<float>());
    }

    [Fact]
    public void One_axis_is_pooled_as_an_image_of_one_row()
    {
        Tensor x = Numbers([3, 2, 50], dtype: DType.Float32), image = x.Unsqueeze(2);
        Assert.Equal(image.MaxPool2d((1, 3), (1, 2), (0, 1)).ToArray<float>(), x.MaxPool1d(3, 2, 1).ToArray<float>());
        Assert.Equal(
            image.MaxPool2dWithIndices((1, 3), (1, 2), (0, 1)).Indices.ToArray<long>(),
            x.MaxPool1dWithIndices(3, 2, 1).Indices.ToArray<long>());
        Assert.Equal(image.AvgPool2d((1, 4), (1, 3), ceilMode: true).ToArray<float>(), x.AvgPool1d(4, 3, ceilMode: true).ToArray<float>());
        Assert.Equal(image.AdaptiveMaxPool2d(1, 7).ToArray<float>(), x.AdaptiveMaxPool1d(7).ToArray<float>());
        Assert.Equal(image.LpPool2d(3, (1, 4)).ToArray<float>(), x.LpPool1d(3, 4).ToArray<float>());
    }

    [Fact]
    public void Volumes_have_the_same_bits_on_any_number_of_threads()
    {
        float[][] Run(int threads)
        {
            using ThreadSetting setting = new(threads);
            Tensor x = Numbers([3, 5, 9, 11, 13], 1, DType.Float32, true);
            Tensor max = x.MaxPool3d(3, 2, 1), mean = x.AvgPool3d(3, 2, 1), all = x.AdaptiveAvgPool3d(1);
            (max.Square().Sum() + mean.Square().Sum() + all.Square().Sum()).Backward();
            return [max.ToArray<float>(), mean.ToArray<float>(), all.ToArray<float>(), x.Grad!.ToArray<float>()];
        }

        float[][] expected = Run(1);
        Assert.Equal(expected, Run(2));
        Assert.Equal(expected, Run(5));
    }

    [Fact]
    public void A_window_of_zeros_has_no_gradient_in_power_pooling()
    {
        Tensor x = Tensor.From([0.0, 0, 3, 4], 1, 1, 4);
        x.RequiresGrad = true;
        Tensor y = x.LpPool1d(2, 2);
        Assert.Equal([0.0, 5], y.Detach().ToArray<double>());
        y.Sum().Backward();
        Assert.Equal([0, 0, 0.6, 0.8], x.Grad!.ToArray<double>().Select(static v => Math.Round(v, 12)));
    }

    [Fact]
    public void Power_pooling_of_half_precision_is_rounded_once()
    {
        Tensor x = Numbers([1, 2, 6, 6], dtype: DType.Float16);
        Tensor y = x.LpPool2d(2, 3);
        Assert.Equal(DType.Float16, y.DType);
        Assert.Equal(x.To(DType.Float32).LpPool2d(2, 3).To(DType.Float16).ToArray<Half>(), y.ToArray<Half>());
    }

    [Fact]
    public void Unpooling_puts_every_element_where_pooling_found_it()
    {
        Tensor x = Numbers([2, 3, 5, 7, 6]);
        (Tensor values, Tensor indices) = x.MaxPool3dWithIndices(2);
        Tensor back = values.MaxUnpool3d(indices, 2, outputSize: [5, 7, 6]);
        Assert.Equal(x.Shape, back.Shape);
        Tensor kept = back.NotEqualTo(0.0);
        Assert.Equal(values.Count, kept.CountNonZero().Item<long>());
        AssertClose(Tensor.Where(kept, x, Tensor.ZerosLike(x)), back);
        AssertClose(back, values.MaxUnpool3d(indices.To(DType.Int32), 2, outputSize: [2, 3, 5, 7, 6]));
    }

    [Fact]
    public void Fractional_windows_lie_inside_begin_at_the_start_and_end_at_the_end()
    {
        // The greatest of rising numbers is a window's last one: it says where the window lies.
        Tensor rising = Tensor.Arange(0, 16 * 16, dtype: DType.Float64).Reshape(1, 1, 16, 16).Expand(50, 2, 16, 16);
        Tensor places = rising.FractionalMaxPool2dWithIndices(2, 9, generator: new Generator(4)).Indices;
        long[] rows = places.FloorDivide(16).Select(3, 0).ToArray<long>();
        for (int image = 0; image < 100; image++)
        {
            long[] own = rows[(9 * image)..(9 * (image + 1))];
            Assert.Equal((1L, 15L), (own[0], own[^1]));
            Assert.All(own.Zip(own.Skip(1)), static pair => Assert.InRange(pair.Second - pair.First, 1, 2));
        }

        Assert.True(rows.Chunk(9).Select(static own => string.Join(' ', own)).Distinct().Count() > 2);
        Tensor again = rising.FractionalMaxPool2dWithIndices(2, 9, generator: new Generator(4)).Indices;
        Assert.Equal(places.ToArray<long>(), again.ToArray<long>());
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_named_with_what_would()
    {
        Tensor line = Numbers([1, 2, 6]), image = Numbers([1, 2, 4, 4]), volume = Numbers([1, 2, 4, 4, 4]);
        Fails<ShapeException>("[C, L]", () => image.MaxPool1d(2));
        Fails<ShapeException>("[C, D, H, W]", () => line.AvgPool3d(2));
        Fails<ShapeException>("smaller kernel", () => line.MaxPool1d(7));
        Fails<ShapeException>("smaller kernel", () => volume.AvgPool3d((2, 5, 2)));
        Fails<ArgumentException>("at most half", () => volume.MaxPool3d(2, padding: (1, 2, 1)));
        Fails<ArgumentException>("or 3 of them", () => volume.MaxPool3d((2, 2)));
        Fails<ArgumentException>("divisor", () => volume.AvgPool3d(2, divisorOverride: 0));
        Fails<ArgumentException>("not be negative", () => volume.AdaptiveMaxPool3d(-1, 1, 1));
        Fails<ArgumentException>("finite number other than 0", () => line.LpPool1d(0, 2));
        Fails<ArgumentException>("MaxPool gives", () => line.LpPool1d(double.PositiveInfinity, 2));
        Fails<DTypeException>("int64", () => line.To(DType.Int64).LpPool1d(2, 2));
        Fails<ShapeException>("[N, C, …]", () => Numbers([2, 3]).GlobalAvgPool());
        Fails<ShapeException>("at least one", () => Numbers([2, 3, 0]).GlobalMaxPool());
    }

    [Fact]
    public void What_cannot_be_unpooled_is_named()
    {
        (Tensor values, Tensor indices) = Numbers([1, 2, 4, 6]).MaxPool2dWithIndices(2);
        Fails<ShapeException>("same shape", () => values.MaxUnpool2d(indices[..1, ..1], 2));
        Fails<ShapeException>("less than a stride from [4, 6]", () => values.MaxUnpool2d(indices, 2, outputSize: [6, 6]));
        Fails<ShapeException>("less than a stride", () => values.MaxUnpool2d(indices, 2, outputSize: [2, 2, 4, 6]));
        Fails<IndexException>("out of range", () => values.MaxUnpool2d(indices + 24, 2));
        Fails<IndexException>("out of range", () => values.MaxUnpool2d(indices - 24, 2));
        Fails<DTypeException>("int64 or int32", () => values.MaxUnpool2d(values, 2));
        Fails<ArgumentException>("padding", () => values.MaxUnpool2d(indices, 2, padding: -1));
    }

    [Fact]
    public void What_does_not_fit_fractional_pooling_is_named()
    {
        Tensor x = Numbers([1, 2, 6, 6]);
        Fails<ArgumentException>("neither", () => x.FractionalMaxPool2d(2));
        Fails<ArgumentException>("both", () => x.FractionalMaxPool2d(2, 3, 0.5));
        Fails<ArgumentException>("below 1", () => x.FractionalMaxPool2d(2, outputRatio: (0.5, 1.0)));
        Fails<ArgumentException>("or 2 of them", () => x.FractionalMaxPool2d(2, outputRatio: (0.5, 0.5, 0.5)));
        Fails<ShapeException>("6 windows of 2", () => x.FractionalMaxPool2d(2, 6));
        Fails<ShapeException>("must be [1, 2, 2]", () => x.FractionalMaxPool2d(2, 3, randomSamples: Tensor.Rand(1, 2, 3)));
        Fails<ArgumentException>("[0, 1)", () => x.FractionalMaxPool2d(2, 3, randomSamples: Tensor.Ones(1, 2, 2)));
    }

    private static void Fails<TException>(string part, Func<object> call)
        where TException : Exception
    {
        TException error = Assert.ThrowsAny<TException>(call);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
