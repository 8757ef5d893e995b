namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>An element converts alike wherever it stands: in a vector, in the rest behind it, or at a step.</summary>
[Trait("Rerun", "Simd")]
public class ConversionTests
{
    private static readonly double[] s_values =
    [
        0, -0.0, 1, -1, 0.4, -0.6, 1.5, 2.5, 127, 128, 200, 255, 256, -200, 65504, 70000, 16777217, 2147483647, 2147483648, -2147483649,
            1e10, 9e15,
        9007199254740993, 1e19, -1e19, 1e-8, 1e-40, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 3.3e38, 1.00390625,
            1.01171875,
    ];

    public static TheoryData<DType, DType> Pairs()
    {
        TheoryData<DType, DType> pairs = [];
        foreach (DType from in Enum.GetValues<DType>())
        {
            foreach (DType to in Enum.GetValues<DType>())
            {
                pairs.Add(from, to);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_position_gives_the_same(DType from, DType to)
    {
        Tensor one = Tensor.From(s_values).To(from);
        Tensor many = one.Reshape(-1, 1).Expand(s_values.Length, 83).Contiguous();
        double[] expected = one.Reshape(-1, 1).Expand(s_values.Length, 2).Narrow(1, 0, 1).To(to).ToArray<double>();
        double[] rows = many.To(to).ToArray<double>(), columns = many.T.To(to).T.ToArray<double>();
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(expected[i / 83], rows[i]);
            Assert.Equal(expected[i / 83], columns[i]);
        }
    }

    [Fact]
    public void Whether_not_zero_counts_NaN_and_every_byte()
    {
        float[] x = [.. Enumerable.Range(0, 200).Select(i => i % 3 == 0 ? 0 : i % 5 == 0 ? float.NaN : i % 7 == 0 ? -0.0f : 1e-40f)];
        Assert.Equal(x.Select(v => !(v == 0)), Tensor.From(x).To(DType.Bool).ToArray<bool>());
        byte[] b = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Assert.Equal(b.Select(v => v != 0), Tensor.From(b).To(DType.Bool).ToArray<bool>());
        Assert.Equal(b.Select(v => (float)v), Tensor.From(b).To(DType.Float32).ToArray<float>());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(700)]
    public void A_row_is_added_to_every_row_of_any_length(int columns)
    {
        Tensor x = Tensor.Arange(60.0 * columns).Reshape(60, columns), row = Tensor.Arange((double)columns) * 0.5;
        float[] expected = [.. Enumerable.Range(0, 60 * columns).Select(i => i + (i % columns * 0.5f))];
        Assert.Equal(expected, (x + row).ToArray<float>());
        Assert.Equal(expected, (x + row.To(DType.Float64).To(DType.Float16).To(DType.Float32)).ToArray<float>());
        Assert.Equal(expected.Select(v => (double)v), (x.To(DType.Float64) + row).ToArray<double>());
        Assert.Equal(expected, (x.T + row.Reshape(columns, 1)).T.ToArray<float>());
    }
}
