using DeepLearning.Tests.Backends.Cpu;
using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Convolution;

[Trait("Rerun", "Simd")]
[Collection("Thread setting")]
public class Conv2dTests
{
    public static TheoryData<int[], int[], int[], int[], int[], int> Cases => new()
    {
        // input, weight, stride, padding, dilation, groups
        { [2, 3, 5, 4], [4, 3, 3, 2], [1, 1], [0, 0], [1, 1], 1 },
        { [2, 3, 5, 4], [4, 3, 3, 2], [2, 1], [1, 0], [1, 1], 1 },
        { [1, 2, 7, 6], [3, 2, 2, 3], [1, 2], [2, 1], [2, 1], 1 },
        { [2, 4, 5, 5], [6, 2, 3, 3], [1, 1], [1, 1], [1, 1], 2 },
        { [1, 3, 5, 5], [3, 1, 3, 3], [1, 1], [1, 1], [1, 1], 3 },
        { [1, 3, 6, 5], [6, 1, 2, 2], [3, 2], [0, 1], [2, 2], 3 },
        { [2, 3, 3, 4], [5, 3, 1, 1], [1, 1], [0, 0], [1, 1], 1 },
        { [2, 4, 3, 3], [2, 2, 1, 1], [2, 2], [0, 0], [1, 1], 2 },
        { [1, 2, 3, 3], [2, 2, 3, 3], [1, 1], [4, 4], [1, 1], 1 },
        { [1, 1, 1, 1], [1, 1, 1, 1], [1, 1], [0, 0], [1, 1], 1 },
        { [3, 5, 4], [2, 3, 3, 3], [1, 1], [1, 1], [1, 1], 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_are_those_of_the_defining_sum(int[] x, int[] w, int[] stride, int[] padding, int[] dilation, int groups)
    {
        Tensor input = Numbers(x), weight = Numbers(w, 2), bias = Numbers([w[0]], 3);
        Tensor expected = Naive(input, weight, bias, stride, padding, dilation, groups);
        AssertClose(expected, Convolve([input, weight, bias], stride, padding, dilation, groups));
        Tensor[] single = [input.To(DType.Float32), weight.To(DType.Float32), bias.To(DType.Float32)];
        AssertClose(expected, Convolve(single, stride, padding, dilation, groups).To(DType.Float64), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_first_and_second_order_match_finite_differences(
        int[] x, int[] w, int[] stride, int[] padding, int[] dilation, int groups)
    {
        Tensor[] inputs = [Numbers(x, 1, grad: true), Numbers(w, 2, grad: true), Numbers([w[0]], 3, grad: true)];
        GradCheck.First(ins => Convolve(ins, stride, padding, dilation, groups), inputs);
        GradCheck.Second(ins => Convolve(ins, stride, padding, dilation, groups), inputs);
    }

    [Fact]
    public void A_third_derivative_of_a_product_of_convolutions_matches_finite_differences()
    {
        Tensor x = Numbers([1, 2, 4, 4], grad: true), w = Numbers([2, 2, 2, 2], 2, grad: true);
        GradCheck.Second(
            static ins =>
            {
                using GradMode.Region region = GradMode.EnableGrad();
                Tensor y = ins[0].Conv2d(ins[1], padding: 1);
                Tensor[] first = Autograd.Grad((y * y).Sum(), [ins[0], ins[1]], createGraph: true)!;
                return first[0].Square().Sum() + first[1].Square().Sum();
            },
            [x, w], absolute: 1e-4, relative: 1e-4);
    }

    [Fact]
    public void Views_give_the_numbers_of_their_copies()
    {
        Tensor x = Numbers([5, 2, 4, 3]).Permute(1, 3, 0, 2), w = Numbers([3, 3, 2, 3]).Transpose(0, 2);
        Tensor b = Numbers([2, 2], 3).Select(1, 1);
        Assert.False(x.IsContiguous);
        Tensor expected = x.Contiguous().Conv2d(w.Contiguous(), b.Contiguous(), padding: 1);
        Assert.Equal(expected.ToArray<double>(), x.Conv2d(w, b, padding: 1).ToArray<double>());
    }

    [Theory]
    [InlineData(DType.Float16, 1e-3)]
    [InlineData(DType.BFloat16, 8e-3)]
    public void Half_precision_is_summed_in_single_precision_and_rounded_once(DType dtype, double tolerance)
    {
        Tensor x = Numbers([2, 16, 6, 6], dtype: dtype, grad: true), w = Numbers([4, 16, 3, 3], 2, dtype, true);
        Tensor b = Numbers([4], 3, dtype, true);
        Tensor y = x.Conv2d(w, b, padding: 1);
        Assert.Equal(dtype, y.DType);
        Tensor exact = x.Detach().To(DType.Float32).Conv2d(w.Detach().To(DType.Float32), b.Detach().To(DType.Float32), padding: 1);
        Assert.Equal(exact.To(dtype).To(DType.Float32).ToArray<float>(), y.Detach().To(DType.Float32).ToArray<float>());
        y.Sum().Backward();
        Assert.Equal((dtype, dtype, dtype), (x.Grad!.DType, w.Grad!.DType, b.Grad!.DType));
        AssertClose(Tensor.Full([4], 72.0, DType.Float64), b.Grad.To(DType.Float64), tolerance);
    }

    [Fact]
    public void An_empty_batch_gives_an_empty_result_and_zero_gradients()
    {
        Tensor x = Numbers([0, 3, 5, 5], grad: true), w = Numbers([2, 3, 3, 3], grad: true), b = Numbers([2], grad: true);
        Tensor y = x.Conv2d(w, b);
        Assert.Equal([0, 2, 3, 3], y.Shape.ToArray());
        y.Sum().Backward();
        Assert.Equal([0, 3, 5, 5], x.Grad!.Shape.ToArray());
        Assert.All(w.Grad!.ToArray<double>(), static g => Assert.Equal(0, g));
        Assert.All(b.Grad!.ToArray<double>(), static g => Assert.Equal(0, g));
    }

    [Theory]
    [InlineData(3, 3, 1, 1)]
    [InlineData(4, 2, 1, 2)]
    [InlineData(2, 3, 3, 1)]
    public void Same_padding_keeps_the_size_and_puts_the_odd_zero_at_the_end(int height, int width, int dilationY, int dilationX)
    {
        Tensor x = Numbers([2, 2, 7, 8]), w = Numbers([3, 2, height, width], 2);
        Tensor y = x.Conv2d(w, padding: Padding.Same, dilation: (dilationY, dilationX));
        Assert.Equal([2, 3, 7, 8], y.Shape.ToArray());
        int rows = dilationY * (height - 1), columns = dilationX * (width - 1);
        Tensor padded = x.Pad([columns / 2, columns - (columns / 2), rows / 2, rows - (rows / 2)]);
        AssertClose(padded.Conv2d(w, dilation: (dilationY, dilationX)), y);
        Assert.Contains("stride", Assert.Throws<ArgumentException>(() => x.Conv2d(w, stride: 2, padding: Padding.Same)).Message);
    }

    [Fact]
    public void Values_and_gradients_have_the_same_bits_on_any_number_of_threads()
    {
        float[][] Run(int threads)
        {
            using ThreadSetting setting = new(threads);
            Tensor x = Numbers([7, 8, 33, 29], 1, DType.Float32, true), w = Numbers([12, 4, 3, 3], 2, DType.Float32, true);
            Tensor b = Numbers([12], 3, DType.Float32, true);
            Tensor y = x.Conv2d(w, b, 2, 1, null, 2);
            y.Square().Sum().Backward();
            return [y.Detach().ToArray<float>(), x.Grad!.ToArray<float>(), w.Grad!.ToArray<float>(), b.Grad!.ToArray<float>()];
        }

        float[][] expected = Run(1);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            Assert.Equal(expected, Run(threads));
        }
    }

    [Theory]
    [InlineData(2, 3, 2, 1)]
    [InlineData(3, 3, 4, 2)]
    public void A_kernel_larger_than_the_input_is_refused_at_every_stride(int size, int kernel, int stride, int dilation)
    {
        Tensor x = Tensor.Ones(1, 1, size, size), weight = Tensor.Ones(1, 1, kernel, kernel);
        Assert.Throws<ShapeException>(() => x.Conv2d(weight, stride: stride, dilation: dilation));
    }

    [Fact]
    public void Operands_that_do_not_fit_are_named_with_what_would()
    {
        Tensor x = Numbers([1, 3, 5, 5]), w = Numbers([4, 3, 3, 3]);
        Assert.Contains("must have 3 channels", Assert.Throws<ShapeException>(() => Numbers([1, 2, 5, 5]).Conv2d(w)).Message);
        Assert.Contains("must have 6 channels", Assert.Throws<ShapeException>(() => x.Conv2d(w, groups: 2)).Message);
        Assert.Contains("multiple of 3", Assert.Throws<ShapeException>(() => x.Conv2d(Numbers([4, 1, 3, 3]), groups: 3)).Message);
        Assert.Contains("it is [4]", Assert.Throws<ShapeException>(() => x.Conv2d(w, Numbers([3]))).Message);
        Assert.Contains("[N, in, H, W]", Assert.Throws<ShapeException>(() => Numbers([3, 5]).Conv2d(w)).Message);
        Assert.Contains("9 x 9", Assert.Throws<ShapeException>(() => x.Conv2d(w, dilation: 4)).Message);
        Assert.Contains("no taps", Assert.Throws<ShapeException>(() => x.Conv2d(Numbers([4, 3, 0, 3]))).Message);
        Assert.Contains("float32", Assert.Throws<DTypeException>(() => x.To(DType.Float32).Conv2d(w)).Message);
        Assert.Contains("int64", Assert.Throws<DTypeException>(() => x.To(DType.Int64).Conv2d(w.To(DType.Int64))).Message);
        Assert.Contains("stride of 0", Assert.Throws<ArgumentException>(() => x.Conv2d(w, stride: 0)).Message);
        Assert.Contains("dilation of (1, 0)", Assert.Throws<ArgumentException>(() => x.Conv2d(w, dilation: (1, 0))).Message);
        Assert.Contains("padding of -1", Assert.Throws<ArgumentException>(() => x.Conv2d(w, padding: -1)).Message);
        Assert.Contains("1 group", Assert.Throws<ArgumentOutOfRangeException>(() => x.Conv2d(w, groups: 0)).Message);
    }

    private static Tensor Convolve(Tensor[] ins, int[] stride, int[] padding, int[] dilation, int groups) =>
        ins[0].Conv2d(ins[1], ins[2], (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), groups);

    private static Tensor Naive(Tensor x, Tensor w, Tensor b, int[] stride, int[] padding, int[] dilation, int groups)
    {
        bool single = x.Rank == 3;
        x = single ? x.Unsqueeze(0) : x;
        int[] xs = x.Shape.ToArray(), ws = w.Shape.ToArray();
        int height = ((xs[2] + (2 * padding[0]) - (dilation[0] * (ws[2] - 1)) - 1) / stride[0]) + 1;
        int width = ((xs[3] + (2 * padding[1]) - (dilation[1] * (ws[3] - 1)) - 1) / stride[1]) + 1;
        double[] a = x.ToArray<double>(), k = w.ToArray<double>(), bias = b.ToArray<double>();
        List<double> y = [];
        foreach ((int n, int o, int i, int j) in
            from n in Enumerable.Range(0, xs[0])
            from o in Enumerable.Range(0, ws[0])
            from i in Enumerable.Range(0, height)
            from j in Enumerable.Range(0, width)
            select (n, o, i, j))
        {
            double sum = bias[o];
            for (int c = 0; c < ws[1]; c++)
            {
                int channel = (o / (ws[0] / groups) * ws[1]) + c;
                for (int tap = 0; tap < ws[2] * ws[3]; tap++)
                {
                    int row = (i * stride[0]) + (tap / ws[3] * dilation[0]) - padding[0];
                    int column = (j * stride[1]) + (tap % ws[3] * dilation[1]) - padding[1];
                    if (row >= 0 && row < xs[2] && column >= 0 && column < xs[3])
                    {
                        double value = a[(((((n * xs[1]) + channel) * xs[2]) + row) * xs[3]) + column];
                        sum += k[(((o * ws[1]) + c) * ws[2] * ws[3]) + tap] * value;
                    }
                }
            }

            y.Add(sum);
        }

        Tensor result = Tensor.From(y.ToArray(), [xs[0], ws[0], height, width]);
        return single ? result.Squeeze(0) : result;
    }
}
