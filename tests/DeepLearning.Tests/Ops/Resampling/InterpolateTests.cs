using DeepLearning.Tests.Backends.Cpu;
using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Resampling;

[Trait("Rerun", "Simd")]
[Collection("Thread setting")]
public class InterpolateTests
{
    [Theory]
    [InlineData(InterpolationMode.Nearest)]
    [InlineData(InterpolationMode.Bilinear)]
    [InlineData(InterpolationMode.Bicubic)]
    public void Images_have_the_same_bits_on_any_number_of_threads(InterpolationMode mode)
    {
        float[][] Run(int threads)
        {
            using ThreadSetting setting = new(threads);
            Tensor x = Numbers([2, 3, 31, 45], 1, DType.Float32, true);
            Tensor y = x.Interpolate((300, 170), mode: mode), z = x.Interpolate((7, 90), mode: mode);
            (y.Square().Sum() + z.Square().Sum()).Backward();
            return [y.ToArray<float>(), z.ToArray<float>(), x.Grad!.ToArray<float>()];
        }

        float[][] expected = Run(1);
        Assert.Equal(expected, Run(2));
        Assert.Equal(expected, Run(5));
    }

    [Fact]
    public void A_size_that_stays_gives_the_same_numbers()
    {
        Tensor x = Numbers([1, 2, 4, 5]);
        foreach (InterpolationMode mode in (InterpolationMode[])[InterpolationMode.Nearest, InterpolationMode.NearestExact,
            InterpolationMode.Bilinear, InterpolationMode.Bicubic, InterpolationMode.Area])
        {
            Assert.Equal(x.ToArray<double>(), x.Interpolate((4, 5), mode: mode).ToArray<double>());
        }
    }

    [Fact]
    public void Straight_lines_stay_straight_where_corners_are_aligned()
    {
        Tensor plane = (Tensor.Arange(0, 4, dtype: DType.Float64).Reshape(4, 1) * 2) + Tensor.Arange(0, 3, dtype: DType.Float64);
        Tensor expected = (Tensor.Linspace(0, 3, 10, DType.Float64).Reshape(10, 1) * 2) + Tensor.Linspace(0, 2, 5, DType.Float64);
        AssertClose(
            expected.Reshape(1, 1, 10, 5),
            plane.Reshape(1, 1, 4, 3).Interpolate((10, 5), mode: InterpolationMode.Bilinear, alignCorners: true));
    }

    [Fact]
    public void The_sum_of_a_gradient_is_kept_whatever_the_size()
    {
        // The weights of an output make 1, so that ones flowing in are shared out without a rest.
        foreach (PerAxis size in (PerAxis[])[(3, 2), (11, 13), (1, 40)])
        {
            foreach (InterpolationMode mode in (InterpolationMode[])[InterpolationMode.Nearest, InterpolationMode.Bilinear,
                InterpolationMode.Bicubic])
            {
                Tensor x = Numbers([1, 1, 7, 6], grad: true);
                Tensor y = x.Interpolate(size, mode: mode);
                Assert.Equal(y.Count, Autograd.Grad(y.Sum(), x).Sum().Item<double>(), 1e-9);
            }
        }
    }

    [Fact]
    public void The_nearest_neighbors_are_found_in_tensors_of_any_type()
    {
        Tensor labels = Tensor.From([1L, 2, 3, 4], 1, 1, 2, 2);
        Tensor y = labels.Interpolate(scaleFactor: 2);
        Assert.Equal(DType.Int64, y.DType);
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], y.ToArray<long>());
        Tensor mask = Tensor.From([true, false], 1, 1, 2).Interpolate(4, mode: InterpolationMode.NearestExact);
        Assert.Equal([true, true, false, false], mask.ToArray<bool>());
    }

    [Fact]
    public void Half_precision_is_rounded_once()
    {
        Tensor x = Numbers([1, 2, 3, 4], dtype: DType.BFloat16, grad: true);
        Tensor y = x.Interpolate((7, 9), mode: InterpolationMode.Bicubic);
        Tensor exact = x.Detach().To(DType.Float32).Interpolate((7, 9), mode: InterpolationMode.Bicubic).To(DType.BFloat16);
        Assert.Equal(exact.To(DType.Float32).ToArray<float>(), y.Detach().To(DType.Float32).ToArray<float>());
        y.Sum().Backward();
        Assert.Equal(DType.BFloat16, x.Grad!.DType);
    }

    [Fact]
    public void Neighbors_that_weigh_nothing_may_be_infinite()
    {
        Tensor x = Tensor.From([double.PositiveInfinity, 1, 2, 3, double.NaN, 4], 1, 1, 6);
        double[] y = x.Interpolate(3).ToArray<double>();
        Assert.Equal([double.PositiveInfinity, 2, double.NaN], y);
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_named_with_what_would()
    {
        Tensor image = Numbers([1, 2, 4, 4]);
        Fails<ArgumentException>("neither", () => image.Interpolate());
        Fails<ArgumentException>("both", () => image.Interpolate(2, 2.0));
        Fails<ShapeException>("[1, 2, 4, 4] has 2 to resize; it must be one, or 2 of them", () => image.Interpolate((2, 2, 2)));
        Fails<ShapeException>("a scale factor of (2, 2) has 2 numbers", () => Numbers([1, 2, 4]).Interpolate(scaleFactor: (2, 2)));
        Fails<ArgumentException>("at least 1", () => image.Interpolate(0));
        Fails<ArgumentException>("above 0", () => image.Interpolate(scaleFactor: -1));
        Fails<ArgumentException>("above 0", () => image.Interpolate(scaleFactor: double.NaN));
        Fails<ShapeException>("use a larger one", () => image.Interpolate(scaleFactor: 0.1));
        Fails<ShapeException>("[N, C, L]", () => image.Interpolate(2, mode: InterpolationMode.Linear));
        Fails<ShapeException>("[N, C, D, H, W]", () => image.Interpolate(2, mode: InterpolationMode.Trilinear));
        Fails<ShapeException>("[N, C, L]", () => Numbers([2, 3]).Interpolate(2));
        Fails<ShapeException>("empty axis", () => Numbers([1, 2, 0, 3]).Interpolate(2));
        Fails<ArgumentException>("corners", () => image.Interpolate(2, alignCorners: true));
        Fails<ArgumentException>("antialias", () => image.Interpolate(2, mode: InterpolationMode.Area, antialias: true));
        Fails<ArgumentException>("recompute", () => image.Interpolate(2, recomputeScaleFactor: true));
        Fails<DTypeException>("int64", () => image.To(DType.Int64).Interpolate(2, mode: InterpolationMode.Bilinear));
    }

    private static void Fails<TException>(string part, Func<object> call)
        where TException : Exception =>
        Assert.Contains(part, Assert.ThrowsAny<TException>(call).Message, StringComparison.Ordinal);
}
