using DeepLearning.Losses;

namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>
/// Whatever takes exponentials of differences from the greatest element finds that element at every place of a row: if it did not, the
/// exponentials would overflow, or vanish.
/// </summary>
[Trait("Rerun", "Simd")]
public class PeakTests
{
    public static TheoryData<DType, double, double> Rows => new()
    {
        { DType.Float32, 1000, -3 },
        { DType.Float32, -1000, -3000 },
        { DType.Float32, 0, double.NegativeInfinity },
        { DType.Float64, 5000, -3 },
        { DType.Float64, -5000, -9000 },
        { DType.Float16, 1000, -3 },
        { DType.Float16, -1000, -3000 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_peak_at_every_place_of_a_row_is_the_whole_of_it(DType dtype, double peak, double rest)
    {
        foreach (int length in (int[])[.. Enumerable.Range(2, 35), 63, 64, 65, 66, 4096, 4097, 9001])
        {
            foreach (int place in length <= 70 ? Enumerable.Range(0, length) : [0, 1, 4095, 4096, 8191, 8192, length - 1])
            {
                if (place < length)
                {
                    Check(length, place, dtype, peak, rest);
                }
            }
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Two_peaks_share_a_row_wherever_they_are(DType dtype)
    {
        foreach (int length in (int[])[2, 9, 17, 33, 40, 4097])
        {
            for (int first = 0; first < length - 1; first += 1 + (length / 40))
            {
                foreach (int second in ((int[])[first + 1, first + 8, first + 16, length - 1]).Where(s => s < length))
                {
                    double[] values = [.. Enumerable.Repeat(-2000.0, length)];
                    values[first] = values[second] = 1000;
                    Tensor x = Tensor.From(values).To(dtype);
                    double expected = Math.Log(2);
                    Assert.Equal(1000 + expected, x.LogSumExp(0).Item<double>(), 1e-4);
                    Assert.Equal(expected, Loss.CrossEntropy(x.Unsqueeze(0), Tensor.From([(long)first])).Item<double>(), 1e-4);
                    Assert.Equal(-expected, x.LogSoftmax(0)[second].Item<double>(), 1e-6);
                    Assert.Equal(Math.Exp(-expected), x.Softmax(0)[second].Item<double>(), 1e-6);
                    Assert.Equal(1000 + expected, x.LogCumSumExp(0)[length - 1].Item<double>(), 1e-4);
                }
            }
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Where_classes_are_no_last_axis_the_peak_is_found_too(DType dtype)
    {
        foreach (int classes in (int[])[2, 3, 8, 17])
        {
            for (int place = 0; place < classes; place++)
            {
                double[] values = new double[classes * 6];
                Array.Fill(values, -900);
                values.AsSpan(place * 6, 6).Fill(900);
                Tensor x = Tensor.From(values).To(dtype).Reshape(1, classes, 2, 3);
                Tensor target = Tensor.Full([1, 2, 3], (long)place, DType.Int64);
                Assert.Equal(0, Loss.CrossEntropy(x, target).Item<double>());
                Assert.Equal(1800, Loss.CrossEntropy(x, (target + 1).Remainder(classes)).Item<double>());
                Assert.All(x.LogSumExp(1).ToArray<double>(), static y => Assert.Equal(900, y));
                Assert.All(x.Softmax(1)[0, place].ToArray<double>(), static y => Assert.Equal(1, y));
            }
        }
    }

    private static void Check(int length, int place, DType dtype, double peak, double rest)
    {
        double[] values = new double[length], oneHot = new double[length];
        Array.Fill(values, rest);
        values[place] = peak;
        oneHot[place] = 1;
        int other = (place + 1) % length;
        double difference = peak - rest;
        Tensor x = Tensor.From(values).To(dtype);
        x.RequiresGrad = true;
        Assert.Equal(peak, x.LogSumExp(0).Item<double>());
        Assert.Equal(oneHot, GradientOf(x, static t => t.LogSumExp(0)));
        Assert.Equal(oneHot, x.Softmax(0).ToArray<double>());
        Tensor logarithms = x.LogSoftmax(0);
        Assert.Equal((0, -difference), (logarithms[place].Item<double>(), logarithms[other].Item<double>()));
        Assert.Equal(peak, x.LogCumSumExp(0)[length - 1].Item<double>());

        Tensor row = x.Unsqueeze(0), right = Tensor.From([(long)place]), wrong = Tensor.From([(long)other]);
        Assert.Equal(0, Loss.CrossEntropy(row, right).Item<double>());
        Assert.Equal(difference, Loss.CrossEntropy(row, wrong).Item<double>());
        Assert.All(GradientOf(x, t => Loss.CrossEntropy(t.Unsqueeze(0), right)), static d => Assert.Equal(0, d));
        double[] expected = [.. oneHot];
        expected[other]--;
        Assert.Equal(expected, GradientOf(x, t => Loss.CrossEntropy(t.Unsqueeze(0), wrong)));
        if (double.IsFinite(rest))
        {
            double smoothed = 0.1 * difference * (length - 1) / length;
            Assert.Equal(
                smoothed, Loss.CrossEntropy(row, right, labelSmoothing: 0.1).Item<double>(), dtype == DType.Float16 ? 1 : 1e-3 * smoothed);
        }
    }

    private static double[] GradientOf(Tensor x, Func<Tensor, Tensor> function) => Autograd.Grad(function(x), x).ToArray<double>();
}
