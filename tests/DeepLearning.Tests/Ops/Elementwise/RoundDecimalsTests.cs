namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>Rounding to decimals where the power of ten, or the product with it, leaves the range of the type.</summary>
[Trait("Rerun", "Simd")]
public class RoundDecimalsTests
{
    private static readonly DType[] s_types = [DType.Float16, DType.BFloat16, DType.Float32, DType.Float64];

    [Fact]
    public void Numbers_without_such_decimals_stay_as_they_are()
    {
        foreach (DType dtype in s_types)
        {
            double[] numbers =
            [
                0, -0.0, 1.5, -1.5, 1e38, -1e38, 3e38, 65504, 1.7e308, 5e-324, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            ];
            Tensor x = Tensor.From(numbers).To(dtype);
            foreach (int decimals in new[] { 17, 38, 39, 46, 60, 308, 309, 350, 1000, int.MaxValue })
            {
                // The fewest decimals that none of the numbers has: 1.5 has one, the subnormal number 324.
                Tensor rounded = x.Round(decimals);
                for (int i = 0; i < numbers.Length; i++)
                {
                    double before = x[i].To(DType.Float64).Item<double>(), after = rounded[i].To(DType.Float64).Item<double>();
                    bool isTiny = Math.Abs(before) < 1e-20;
                    Assert.True(
                        before.Equals(after) || (isTiny && Math.Abs(after - before) <= Math.Abs(before)),
                        $"{dtype} {before} at {decimals} decimals: {after}");
                }
            }

            Assert.Equal(x.ToString(), x.Clone().RoundInPlace(350).ToString());
        }
    }

    [Fact]
    public void Tens_beyond_the_numbers_leave_zero()
    {
        foreach (DType dtype in s_types)
        {
            Tensor x = Tensor.From([1.0, -2.0, 60000, double.PositiveInfinity, double.NegativeInfinity, double.NaN]).To(dtype);
            foreach (int decimals in new[] { -6, -39, -309, -1000, int.MinValue })
            {
                double[] rounded = x.Round(decimals).To(DType.Float64).ToArray<double>();
                Assert.Equal([0, -0.0, 0, double.PositiveInfinity, double.NegativeInfinity, double.NaN], rounded);
            }
        }

        float[] tens = Tensor.From([3.2e38f, -4e37f]).Round(-38).ToArray<float>();
        Assert.InRange(tens[0], 2.99999e38f, 3.00001e38f);
        Assert.Equal(0, tens[1]);
        Assert.Equal([0f], Tensor.From([3.2e38f]).Round(-39).ToArray<float>());
    }

    [Fact]
    public void The_usual_decimals_round_as_before()
    {
        Assert.Equal([1e38f, 0.12f, -2.5f], Tensor.From([1e38f, 0.123f, -2.5f]).Round(2).ToArray<float>());
        Assert.Equal([1200, -100], Tensor.From([1234.0, -149]).Round(-2).ToArray<double>());
        Assert.InRange(Tensor.From([1.6e-40f]).Round(40).Item<float>(), 1.9999e-40f, 2.0001e-40f);
        Assert.InRange(Tensor.From([1.6e-310]).Round(310).Item<double>(), 1.9999e-310, 2.0001e-310);
    }
}
