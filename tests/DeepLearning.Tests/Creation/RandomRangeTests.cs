namespace DeepLearning.Tests.Creation;

/// <summary>Random numbers stay in their interval in every element type, whatever it rounds.</summary>
[Trait("Rerun", "Simd")]
public class RandomRangeTests
{
    private const int Count = 20000;

    public static TheoryData<DType> Types => [DType.Float16, DType.BFloat16, DType.Float32, DType.Float64];

    [Theory]
    [MemberData(nameof(Types))]
    public void Uniform_numbers_reach_the_lower_end_at_most(DType dtype)
    {
        (double Low, double High)[] intervals =
        [
            (0, 1), (1000, 1001), (-1001, -1000), (-1, 1), (0.1, 0.3), (1.0 / 3, 2.0 / 3), (-1e-3, 0), (0, 1e-7), (100, 1000),
            (-60000, 60000), (16777216, 16777220), (-3e38, 0),
        ];
        foreach ((double low, double high) in intervals)
        {
            if (dtype == DType.Float16 && Math.Max(-low, high) > 65504)
            {
                Assert.Contains("float16", Assert.Throws<ArgumentException>(() => Tensor.Uniform(low, high, [2], dtype)).Message);
                continue;
            }

            foreach (Tensor x in new[]
                     {
                         Tensor.Uniform(low, high, [Count], dtype, new Generator(1)),
                         Tensor.Zeros([Count, 2], dtype)[.., 1].UniformInPlace(low, high, new Generator(1)),
                     })
            {
                double[] values = x.To(DType.Float64).ToArray<double>();
                bool isEmpty = HoldsNothing(dtype, low, high);
                Assert.All(values, value => Assert.True((value >= low && value < high) || isEmpty, $"{value} in {low} … {high}"));
                Assert.True(isEmpty || dtype == DType.BFloat16 || values.Distinct().Count() > 1, $"{low} … {high}");
            }
        }

        double[] usual = Tensor.Rand([Count], dtype, new Generator(2)).To(DType.Float64).ToArray<double>();
        Assert.All(usual, u => Assert.InRange(u, 0, 0.99999999999));
        Assert.InRange(Tensor.Uniform(0.3, 0.3, [1], dtype).To(DType.Float64).Item<double>(), 0.299, 0.302);
    }

    [Fact]
    public void The_widest_intervals_are_refused_where_the_type_does_not_hold_them()
    {
        Assert.Contains("float32", Assert.Throws<ArgumentException>(() => Tensor.Uniform(-3e38, 3e38, [2])).Message);
        Assert.Throws<ArgumentException>(() => Tensor.Uniform(0, 1e39, [2]));
        Assert.Throws<ArgumentException>(() => Tensor.Uniform(-1.7e308, 1.7e308, [2], DType.Float64));
        Assert.True(Tensor.Uniform(-3e38, 3e38, [1000], DType.Float64).Abs().Max().Item<double>() > 1e38);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Exponential_numbers_are_above_zero_and_finite(DType dtype)
    {
        foreach (double rate in new[] { 1, 1e-3, 100, 1e5, 1e30, 1e300, 1e-30 })
        {
            Tensor x = Tensor.Empty([Count], dtype).ExponentialInPlace(rate, new Generator(3));
            Tensor strided = Tensor.Zeros([Count, 2], dtype)[.., 1].ExponentialInPlace(rate, new Generator(3));
            double[] values = x.To(DType.Float64).ToArray<double>();
            Assert.All(values, value => Assert.True(value > 0 && double.IsFinite(value), $"{value} at rate {rate}"));
            Assert.Equal(values, strided.To(DType.Float64).ToArray<double>());
        }

        double[] usual = Tensor.Empty([Count], dtype).ExponentialInPlace(2, new Generator(4)).To(DType.Float64).ToArray<double>();
        Assert.Equal(0.5, usual.Average(), 0.02);
        Assert.Equal(Math.Exp(-2), usual.Count(static x => x > 1) / (double)Count, 0.02);
        Assert.Throws<ArgumentException>(() => Tensor.Empty([1], dtype).ExponentialInPlace(double.PositiveInfinity));
    }

    [Fact]
    public void Integers_stay_below_the_upper_end_in_types_of_few_digits()
    {
        foreach (DType dtype in new[] { DType.Float16, DType.BFloat16, DType.Float32, DType.Float64, DType.Int64, DType.Int32 })
        {
            (long, long)[] intervals = [(0, 10), (0, 4999), (-4999, -4990), (2049, 2052), (0, 60001), (16777217, 16777219)];
            foreach ((long low, long high) in intervals)
            {
                if (dtype == DType.Float16 && high > 65504)
                {
                    Assert.Contains("float16", Assert.Throws<DTypeException>(() => Tensor.RandInt(low, high, [2], dtype)).Message);
                    continue;
                }

                double[] values = Tensor.RandInt(low, high, [Count], dtype, new Generator(5)).To(DType.Float64).ToArray<double>();
                Assert.All(values, value => Assert.True(
                    (value >= low && value < high) || HoldsNothing(dtype, low, high), $"{dtype}: {value} in {low} … {high}"));
            }
        }

        Assert.Contains("uint8", Assert.Throws<DTypeException>(() => Tensor.RandInt(0, 300, [2], DType.UInt8)).Message);
        Assert.Throws<DTypeException>(() => Tensor.RandInt(-1, 3, [2], DType.UInt8));
        Assert.Throws<DTypeException>(() => Tensor.RandInt(0, 3, [2], DType.Bool));
        Assert.Throws<DTypeException>(() => Tensor.RandInt(0, 1L << 32, [2], DType.Int32));
        Assert.Equal(256, Tensor.RandInt(0, 256, [Count], DType.UInt8, new Generator(6)).ToArray<byte>().Distinct().Count());
        Assert.Equal(2, Tensor.RandInt(0, 2, [100], DType.Bool, new Generator(6)).ToArray<bool>().Distinct().Count());
    }

    [Fact]
    public void A_random_order_is_refused_where_its_numbers_would_be_equal()
    {
        foreach ((DType dtype, int most) in new[] { (DType.Float16, 2049), (DType.BFloat16, 257), (DType.UInt8, 256), (DType.Bool, 2) })
        {
            double[] order = Tensor.RandPerm(most, dtype, new Generator(7)).To(DType.Float64).ToArray<double>();
            Assert.Equal(Enumerable.Range(0, most).Select(static i => (double)i), order.Order());
            Assert.Contains(dtype.Name(), Assert.Throws<DTypeException>(() => Tensor.RandPerm(most + 1, dtype)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Normal_numbers_are_finite_and_Bernoulli_ones_0_or_1(DType dtype)
    {
        Assert.True(Tensor.Randn([Count], dtype, new Generator(8)).IsFinite().All().Item<bool>());
        Tensor sure = Tensor.Empty([Count], dtype);
        Assert.True(sure.BernoulliInPlace(1, new Generator(9)).EqualTo(1).All().Item<bool>());
        Assert.True(sure.BernoulliInPlace(0, new Generator(9)).EqualTo(0).All().Item<bool>());
        Assert.True(Tensor.Ones([Count], dtype).Bernoulli(new Generator(9)).EqualTo(1).All().Item<bool>());
    }

    private static bool HoldsNothing(DType dtype, double low, double high)
    {
        // Between two neighbours of the type there is no number: the nearest to the lower end stands for the interval.
        double digits = dtype switch { DType.Float16 => 11, DType.BFloat16 => 8, DType.Float32 => 24, _ => 53 };
        double unit = Math.ScaleB(1, (int)(Math.ILogB(Math.Max(Math.Abs(low), Math.Abs(high))) - digits + 1));
        return Math.Ceiling(low / unit) * unit >= high;
    }
}
