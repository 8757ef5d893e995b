using static DeepLearning.Tests.Ops.Convolution.Images;

namespace DeepLearning.Tests.Ops.Convolution;

/// <summary>Convolution and pooling over one and three axes, against their defining sums.</summary>
public class SpatialAxesTests
{
    public static TheoryData<int[], int[], int[], int[], int[], int> Convolutions => new()
    {
        // input, weight, stride, padding, dilation, groups
        { [2, 3, 9], [4, 3, 3], [1], [0], [1], 1 },
        { [2, 4, 8], [6, 2, 2], [2], [1], [2], 2 },
        { [3, 7], [3, 1, 3], [3], [2], [1], 3 },
        { [2, 2, 4, 3, 5], [3, 2, 2, 2, 3], [1, 1, 1], [0, 0, 0], [1, 1, 1], 1 },
        { [1, 4, 5, 4, 3], [2, 2, 3, 2, 1], [2, 1, 2], [1, 0, 1], [1, 2, 1], 2 },
        { [3, 3, 3, 3], [3, 1, 2, 2, 2], [1, 2, 1], [1, 1, 0], [2, 1, 1], 3 },
    };

    public static TheoryData<int[], int[], int[], int[], int[], bool> Poolings => new()
    {
        // input, kernel, stride, padding, dilation, ceil
        { [2, 3, 9], [3], [2], [1], [1], true },
        { [2, 8], [2], [3], [0], [2], false },
        { [2, 2, 4, 5, 3], [2, 2, 2], [2, 1, 2], [1, 0, 1], [1, 1, 1], true },
        { [2, 5, 4, 6], [2, 3, 2], [1, 2, 2], [0, 1, 1], [2, 1, 2], false },
    };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolution_is_its_defining_sum_and_has_right_gradients(
        int[] x, int[] w, int[] stride, int[] padding, int[] dilation, int groups)
    {
        Tensor[] operands = [Numbers(x, 1, grad: true), Numbers(w, 2, grad: true), Numbers([w[0]], 3, grad: true)];
        AssertClose(Sums(operands, stride, padding, dilation, groups), Run(operands).Detach());
        GradCheck.First(Run, operands);
        GradCheck.Second(Run, operands);

        Tensor Run(Tensor[] t) =>
            SpatialConvolution.Run(t[0], t[1], t[2], Of(stride), Of(padding), Of(dilation), groups, stride.Length);
    }

    [Theory]
    [MemberData(nameof(Poolings))]
    public void Pooling_takes_what_its_windows_see_and_has_right_gradients(
        int[] x, int[] kernel, int[] stride, int[] padding, int[] dilation, bool ceil)
    {
        int axes = kernel.Length;
        Tensor input = Numbers(x, 1, grad: true);
        ValuesAndIndices max = MaxPooling.Run(input, Windows(input, true), true);
        (double[] greatest, long[] places, double[] means) = Seen(input, max.Values.Shape.ToArray(), kernel, stride, padding, dilation);
        Assert.Equal(greatest, max.Values.Detach().ToArray<double>());
        Assert.Equal(places, max.Indices.ToArray<long>());
        Tensor mean = AveragePooling.Run(input, Windows(input, false), null);
        AssertClose(Tensor.From(means, mean.Shape.ToArray()), mean.Detach());
        GradCheck.First(t => MaxPooling.Run(t[0], Windows(t[0], true), false).Values, [input]);
        GradCheck.First(t => AveragePooling.Run(t[0], Windows(t[0], true), 5), [input]);
        GradCheck.Second(t => AveragePooling.Run(t[0], Windows(t[0], false), null), [input]);

        DeepLearning.Backends.PoolWindows Windows(Tensor t, bool countPadding) => Pooling.Regular(
            t, Of(kernel), Of(stride), Of(padding), Of(dilation), ceil, countPadding, axes, "Pool");
    }

    [Fact]
    public void Adaptive_windows_cover_volumes()
    {
        Tensor x = Numbers([2, 2, 3, 4, 5]);
        AssertClose(x.Mean([2, 3, 4], keepDim: true), AveragePooling.Run(x, Pooling.Adaptive(x, [1, 1, 1], "Pool"), null));
        AssertClose(x, AveragePooling.Run(x, Pooling.Adaptive(x, [null, 4, null], "Pool"), null));
        AssertClose(x.Amax([2], keepDim: true), MaxPooling.Run(x, Pooling.Adaptive(x, [1, null, null], "Pool"), false).Values);
    }

    [Fact]
    public void Same_padding_keeps_the_size_of_volumes_and_puts_the_odd_zero_at_the_end()
    {
        Tensor x = Numbers([1, 2, 4, 5, 3]), w = Numbers([2, 2, 2, 3, 4], 2);
        Tensor y = SpatialConvolution.Run(x, w, null, 1, Padding.Same, (3, 1, 1), 1, axes: 3);
        Assert.Equal([1, 2, 4, 5, 3], y.Shape.ToArray());
        AssertClose(SpatialConvolution.Run(x.Pad([1, 2, 1, 1, 1, 2]), w, null, 1, 0, (3, 1, 1), 1, axes: 3), y);
    }

    [Fact]
    public void What_does_not_fit_is_named_for_every_number_of_axes()
    {
        Tensor line = Numbers([1, 2, 5]), volume = Numbers([1, 2, 5, 5, 5]);
        ShapeException rank = Assert.Throws<ShapeException>(
            () => SpatialConvolution.Run(line, Numbers([2, 2, 3, 3]), null, 1, 0, 1, 1, axes: 1));
        Assert.Contains("[in, L]", rank.Message, StringComparison.Ordinal);
        ShapeException reach = Assert.Throws<ShapeException>(
            () => SpatialConvolution.Run(volume, Numbers([2, 2, 3, 3, 3]), null, 1, 0, (1, 2, 3), 1, axes: 3));
        Assert.Contains("3 x 5 x 7", reach.Message, StringComparison.Ordinal);
        ArgumentException numbers = Assert.Throws<ArgumentException>(
            () => Numbers([1, 2, 5, 5]).Conv2d(Numbers([2, 2, 3, 3]), stride: (1, 2, 3)));
        Assert.Contains("(1, 2, 3)", numbers.Message, StringComparison.Ordinal);
        Assert.Contains("2 of them", numbers.Message, StringComparison.Ordinal);
    }

    private static PerAxis Of(int[] numbers) => numbers.Length switch
    {
        1 => numbers[0],
        2 => (numbers[0], numbers[1]),
        _ => (numbers[0], numbers[1], numbers[2]),
    };

    /// <summary>The positions of a grid in row-major order.</summary>
    private static IEnumerable<int[]> Grid(int[] lengths) => lengths.Length == 0
        ? [[]]
        : Grid(lengths[..^1]).SelectMany(head => Enumerable.Range(0, lengths[^1]).Select(last => (int[])[.. head, last]));

    /// <summary>What position <paramref name="tap"/> of a window reads, or null outside.</summary>
    private static int[]? Read(int[] output, int[] tap, int[] stride, int[] padding, int[] dilation, int[] lengths)
    {
        int[] at = new int[output.Length];
        for (int i = 0; i < at.Length; i++)
        {
            at[i] = (output[i] * stride[i]) + (tap[i] * dilation[i]) - padding[i];
            if (at[i] < 0 || at[i] >= lengths[i])
            {
                return null;
            }
        }

        return at;
    }

    private static long Flat(int[] at, int[] lengths) => at.Zip(lengths).Aggregate(0L, static (sum, one) => (sum * one.Second) + one.First);

    private static Tensor Sums(Tensor[] operands, int[] stride, int[] padding, int[] dilation, int groups)
    {
        int axes = stride.Length;
        int[] x = operands[0].Shape.ToArray(), w = operands[1].Shape.ToArray(), lengths = x[^axes..], kernel = w[2..];
        int batch = x.Length == axes + 2 ? x[0] : 1, channels = x[^(axes + 1)];
        int[] outputs = [.. lengths.Select((n, i) => ((n + (2 * padding[i]) - (dilation[i] * (kernel[i] - 1)) - 1) / stride[i]) + 1)];
        double[] source = operands[0].Detach().ToArray<double>(), weight = operands[1].Detach().ToArray<double>();
        double[] bias = operands[2].Detach().ToArray<double>();
        List<double> y = [];
        foreach (int[] at in Grid([batch, w[0], .. outputs]))
        {
            double sum = bias[at[1]];
            foreach (int[] tap in Grid(w[1..]))
            {
                if (Read(at[2..], tap[1..], stride, padding, dilation, lengths) is { } read)
                {
                    int channel = (at[1] / (w[0] / groups) * w[1]) + tap[0];
                    sum += weight[Flat([at[1], .. tap], w)] * source[Flat([at[0], channel, .. read], [batch, channels, .. lengths])];
                }
            }

            y.Add(sum);
        }

        return Tensor.From(y.ToArray(), x.Length == axes + 2 ? [batch, w[0], .. outputs] : [w[0], .. outputs]);
    }

    private static (double[] Greatest, long[] Places, double[] Means) Seen(
        Tensor input, int[] pooled, int[] kernel, int[] stride, int[] padding, int[] dilation)
    {
        int axes = kernel.Length;
        int[] x = input.Shape.ToArray(), lengths = x[^axes..];
        double[] source = input.Detach().ToArray<double>();
        List<double> greatest = [], means = [];
        List<long> places = [];
        foreach (int[] at in Grid(pooled))
        {
            (double Value, long Place)[] seen = [.. Grid(kernel)
                .Select(tap => Read(at[^axes..], tap, stride, padding, dilation, lengths))
                .OfType<int[]>()
                .Select(read => (source[Flat([.. at[..^axes], .. read], x)], Flat(read, lengths)))];
            greatest.Add(seen.Max(static one => one.Value));
            places.Add(seen.MaxBy(static one => one.Value).Place);
            means.Add(seen.Average(static one => one.Value));
        }

        return (greatest.ToArray(), places.ToArray(), means.ToArray());
    }
}
