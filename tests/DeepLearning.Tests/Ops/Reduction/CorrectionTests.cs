namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>Variances whose correction is the number of elements or more: the sum of squares over no degrees of freedom.</summary>
public class CorrectionTests
{
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    public void A_variance_divides_by_the_elements_less_the_correction_or_by_nothing(DType dtype)
    {
        for (int length = 1; length <= 5; length++)
        {
            foreach (bool same in (bool[])[false, true])
            {
                double[] values = [.. Enumerable.Range(0, length).Select(i => same ? 3.0 : i * i)];
                double mean = values.Average(), squares = values.Sum(v => (v - mean) * (v - mean));
                Tensor x = Tensor.From(values).To(dtype), rows = Tensor.Stack([x, x]);
                foreach (double correction in (double[])[0, 0.5, 1, 2, 3, 4, 5, 6, 7.5])
                {
                    double expected = squares / Math.Max(0, length - correction);
                    Near(expected, x.Var(correction: correction));
                    Near(expected, x.VarMean(correction: correction).Variance);
                    Near(expected, rows.Var(1, correction: correction)[1]);
                    Near(expected, rows.T.Contiguous().Var(0, correction: correction)[1]);
                    Near(Math.Sqrt(expected), x.Std(correction: correction));
                    Near(Math.Sqrt(expected), x.StdMean(correction: correction).Variance);
                    Near(mean, x.VarMean(correction: correction).Mean);

                    void Near(double wanted, Tensor got)
                    {
                        double value = got.Item<double>();
                        Assert.True(
                            wanted.Equals(value) || Math.Abs(wanted - value) <= Math.Max(1e-3, Math.Abs(wanted) * 2e-3),
                            $"{value}, not {wanted}: {length} elements, correction {correction}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Its_gradient_is_as_steep_as_the_variance_itself()
    {
        // 2 / max(0, n - correction) times the distance from the mean; PyTorch's turns its sign once the correction is above n.
        foreach (double correction in (double[])[3, 4, 6])
        {
            Tensor x = Tensor.From([1.0, 2, 6]);
            x.RequiresGrad = true;
            x.Var(correction: correction).Backward();
            Assert.Equal([double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity], x.Grad!.ToArray<double>());
        }

        Tensor y = Tensor.From([1.0, 2, 6]);
        y.RequiresGrad = true;
        y.Var(correction: 2.5).Backward();
        Assert.Equal([-8.0, -4, 12], y.Grad!.ToArray<double>());
    }
}
