namespace DeepLearning.Tests.Ops.Linear;

/// <summary>Distances of rows that lie close together, or far from 0: as the differences give them, whatever the number of rows.</summary>
public class CdistTests
{
    public static TheoryData<DType, double, double, int, int> Cases => new()
    {
        { DType.Float32, 0, 1, 40, 8 },
        { DType.Float32, 1e6, 100, 30, 3 },
        { DType.Float32, 1e9, 1000, 30, 5 },
        { DType.Float32, 3e19, 1e19, 26, 4 },
        { DType.Float32, 0, 1e-25, 26, 4 },
        { DType.Float64, 1e12, 1, 30, 70 },
        { DType.Float64, 1e160, 1e159, 26, 4 },
        { DType.Float64, 0, 1e-170, 26, 4 },
        { DType.Float16, 1000, 100, 40, 8 },
        { DType.Float16, 0, 8000, 26, 2 },
        { DType.BFloat16, 1000, 100, 40, 8 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Distances_and_gradients_are_those_of_the_differences(DType dtype, double mean, double spread, int rows, int length)
    {
        Generator generator = new(3);
        Tensor a = (Tensor.Randn([2, rows, length], DType.Float64, generator) * spread) + mean;
        Tensor b = (Tensor.Randn([rows + 3, length], DType.Float64, generator) * spread) + mean;
        a = a.To(dtype);
        b = b.To(dtype);
        // Some pairs are close, and one is equal.
        b[0].CopyFrom(a[0, 0]);
        b[1].CopyFrom(a[1, 3] * 1.0009765625);
        (a.RequiresGrad, b.RequiresGrad) = (true, true);
        Tensor wideA = a.Detach().To(DType.Float64), wideB = b.Detach().To(DType.Float64);
        (wideA.RequiresGrad, wideB.RequiresGrad) = (true, true);
        Tensor expected = (wideA.Unsqueeze(-2) - wideB.Unsqueeze(-3)).Norm(2, [-1]);
        Tensor actual = a.Cdist(b), weights = Tensor.Rand(expected.Shape, DType.Float64, generator);
        double tolerance = dtype switch { DType.Float64 => 1e-13, DType.Float32 => 4e-6, DType.Float16 => 1e-3, _ => 8e-3 };
        Near(expected, actual, tolerance, 0);
        Assert.Equal(0.0, actual[0, 0, 0].To(DType.Float64).Item<double>());

        // Each gradient is a sum of unit vectors.
        Tensor[] right = Autograd.Grad((expected * weights).Sum(), [wideA, wideB]);
        Tensor[] got = Autograd.Grad((actual * weights.To(dtype)).Sum(), [a, b]);
        Near(right[0], got[0], 0, tolerance * rows);
        Near(right[1], got[1], 0, tolerance * rows);
    }

    [Fact]
    public void Second_derivatives_are_right_for_close_and_for_far_pairs()
    {
        Tensor a = Matrices.Numbers([27, 2]), b = Matrices.Numbers([3, 2], 2) * 3;
        b[0].CopyFrom(a[0] + 0.01);
        a.RequiresGrad = b.RequiresGrad = true;
        GradCheck.First(x => x[0].Cdist(x[1]), [a, b]);
        GradCheck.Second(x => x[0].Cdist(x[1]), [a, b], absolute: 1e-4, relative: 1e-4);
    }

    [Fact]
    public void A_row_that_is_not_finite_spoils_its_own_distances_only()
    {
        Tensor a = Matrices.Numbers([30, 3]), b = Matrices.Numbers([30, 3], 2), expected = a.Cdist(b);
        b[4, 1] = double.NaN;
        b[7, 0] = double.PositiveInfinity;
        Tensor actual = a.Cdist(b);
        Assert.True(actual[.., 4].IsNaN().All().Item<bool>());
        Assert.True(actual[.., 7].IsPosInf().All().Item<bool>());
        Matrices.Near(expected[.., 8..].Contiguous(), actual[.., 8..].Contiguous());
    }

    [Fact]
    public void Sets_without_rows_and_rows_without_elements_have_distances_too()
    {
        Assert.Equal([0, 30], Tensor.Zeros(0, 3).Cdist(Tensor.Zeros(30, 3)).Shape.ToArray());
        Assert.Equal(new float[30 * 2], Tensor.Zeros(30, 0).Cdist(Tensor.Zeros(2, 0)).ToArray<float>());
        Assert.Equal([0, 30, 2], Tensor.Zeros(0, 30, 4).Cdist(Tensor.Zeros(2, 4)).Shape.ToArray());
        Tensor integers = Tensor.Ones([30, 2], DType.Int64);
        Assert.Contains("Cdist", Assert.Throws<DTypeException>(() => integers.Cdist(integers)).Message);
    }

    private static void Near(Tensor expected, Tensor actual, double relative, double absolute)
    {
        double[] right = expected.Detach().ToArray<double>(), got = actual.Detach().To(DType.Float64).ToArray<double>();
        Assert.Equal(right.Length, got.Length);
        for (int i = 0; i < right.Length; i++)
        {
            Assert.True(Math.Abs(right[i] - got[i]) <= (relative * Math.Abs(right[i])) + absolute, $"[{i}]: {got[i]}, not {right[i]}");
        }
    }
}
