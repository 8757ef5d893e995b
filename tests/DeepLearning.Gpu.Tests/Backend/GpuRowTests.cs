namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Scans, orders, searches and counts along rows, beside the processor's.</summary>
public sealed class GpuRowTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:rows");

    public static TheoryData<DType> Numbers => [DType.Float32, DType.Float64, DType.Float16, DType.Int64, DType.Int32, DType.UInt8];

    /// <summary>One row of a thread, one of a group in several tiles, and many parts of one row.</summary>
    public static TheoryData<int, int> Rows => new() { { 5, 7 }, { 3, 1 }, { 3, 150 }, { 1, 8300 } };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Sums_run_along_rows(int rows, int length)
    {
        Tensor whole = Tensor.RandInt(-9, 9, [rows, length], DType.Int32, new Generator(1));
        Same(whole, static x => x.CumSum(1));
        Same(whole.To(DType.Float32), static x => x.CumSum(1));
        Same(whole.To(DType.UInt8), static x => x.CumSum(0));

        // Of fractions the parts are added otherwise than in order, in doubles.
        Tensor fractions = Tensor.Randn([rows, length], generator: new Generator(2));
        Near(fractions.CumSum(1), fractions.To(s_device).CumSum(1), 1e-6);
        Near(fractions.To(DType.Float64).CumSum(1), fractions.To(DType.Float64).To(s_device).CumSum(1), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Extremes_run_along_rows_with_the_last_of_equals(int rows, int length)
    {
        Tensor x = Tensor.RandInt(-20, 20, [rows, length], DType.Float32, new Generator(3));
        Same(x, static x => x.CumMax(1).Values, static x => x.CumMax(1).Indices);
        Same(x, static x => x.CumMin(1).Values, static x => x.CumMin(1).Indices);
    }

    [Fact]
    public void Extremes_pass_NaN_on_and_take_zeros_for_equal()
    {
        Tensor x = Tensor.From([1f, -0f, 0f, -0f, float.NegativeInfinity, float.NaN, 2f, float.PositiveInfinity, float.NaN, 3f]);
        Same(x, static x => x.CumMax(0).Values, static x => x.CumMax(0).Indices);
        Same(x, static x => x.CumMin(0).Values, static x => x.CumMin(0).Indices);
        Same(x, static x => x.ArgMax(), static x => x.ArgMin());
        Same(x.Narrow(0, 0, 4), static x => x.ArgMax(), static x => x.ArgMin(), static x => x.Max(0).Values);
    }

    [Theory]
    [InlineData(4, 9)]
    [InlineData(2, 130)]
    public void LogSumExp_runs_along_rows(int rows, int length)
    {
        Tensor x = Tensor.Randn([rows, length], generator: new Generator(4)) * 30;
        x[0, 0] = float.NegativeInfinity;
        x[0, 1] = float.NegativeInfinity;
        Near(x.LogCumSumExp(1), x.To(s_device).LogCumSumExp(1), 2e-6);
        Tensor special = Tensor.From([1f, float.PositiveInfinity, 2f, float.NaN, 3f]);
        Same(special, static x => x.LogCumSumExp(0));
    }

    [Theory]
    [InlineData(DType.Float32, false)]
    [InlineData(DType.Float64, true)]
    [InlineData(DType.Int64, false)]
    public void A_linear_recurrence_is_the_processors(DType dtype, bool reverse)
    {
        Tensor a = Tensor.RandInt(-3, 4, [4, 9], dtype, new Generator(5)), b = Tensor.RandInt(-9, 9, [4, 9], dtype, new Generator(6));
        Assert.Equal(
            LinearScan.Of(a, b, 1, reverse).To(DType.Float64).ToArray<double>(),
            LinearScan.Of(a.To(s_device), b.To(s_device), 1, reverse).To(Device.Cpu).To(DType.Float64).ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Rows_are_sorted_and_equals_keep_their_order(DType dtype)
    {
        foreach (int length in new[] { 1, 7, 65, 200 })
        {
            Tensor x = Tensor.RandInt(0, 40, [2, length], dtype, new Generator((ulong)length));
            foreach (bool descending in new[] { false, true })
            {
                Same(x, x => x.Sort(1, descending).Values, x => x.Sort(1, descending).Indices);
            }

            int k = Math.Min(3, length);
            Same(x, x => x.TopK(k, 1).Values, x => x.TopK(k, 1).Indices, x => x.TopK(k, 1, largest: false).Indices);
            Same(x, x => x.KthValue(length, 1).Values, x => x.KthValue((length + 1) / 2, 1).Indices);
        }
    }

    [Fact]
    public void NaN_stands_last_and_zeros_are_equal()
    {
        Tensor x = Tensor.From([0f, float.NaN, -0f, -1f, float.PositiveInfinity, 0f, float.NegativeInfinity, -0f, float.NaN, 1e-40f]);
        foreach (Tensor given in new[] { x, x.To(DType.Float64) })
        {
            Same(given, static x => x.Sort().Indices, static x => x.Sort(descending: true).Indices, static x => x.Sort().Values);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Values_are_found_in_sorted_rows(DType dtype)
    {
        Tensor sorted = Tensor.RandInt(0, 30, [3, 20], dtype, new Generator(7)).Sort(1).Values;
        Tensor values = Tensor.RandInt(0, 30, [3, 11], dtype, new Generator(8));
        foreach (bool right in new[] { false, true })
        {
            Assert.Equal(
                sorted.SearchSorted(values, right: right).ToArray<long>(),
                sorted.To(s_device).SearchSorted(values.To(s_device), right: right).ToArray<long>());
            Assert.Equal(
                sorted[0].SearchSorted(values, right: right).ToArray<long>(),
                sorted[0].To(s_device).SearchSorted(values.To(s_device), right: right).ToArray<long>());
        }
    }

    [Fact]
    public void Bins_are_counted()
    {
        Tensor x = Tensor.RandInt(0, 6, [90], generator: new Generator(9)), weights = Tensor.Randn([90], DType.Float64, new Generator(10));
        Same(x, static x => x.BinCount());
        Assert.Equal(x.BinCount(weights).ToArray<double>(), x.To(s_device).BinCount(weights.To(s_device)).ToArray<double>());
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(2, 70)]
    [InlineData(1, 8300)]
    public void The_first_of_the_greatest_and_of_the_least_is_found(int rows, int length)
    {
        Tensor x = Tensor.RandInt(-50, 50, [rows, length], DType.Int32, new Generator(11));
        Same(x, static x => x.ArgMax(1), static x => x.ArgMin(1), static x => x.Max(1).Values);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.UInt8)]
    public void A_triangle_is_kept(DType dtype)
    {
        Tensor x = Tensor.RandInt(0, 100, [2, 4, 5], dtype, new Generator(12));
        Same(x, static x => x.Tril(1), static x => x.Triu(-1), static x => x.Tril(-9), static x => x.Triu(9));
    }

    [Fact]
    public void Elements_that_are_not_zero_are_found()
    {
        Tensor x = Tensor.RandInt(0, 3, [3, 4, 8], generator: new Generator(13));
        Same(x, static x => x.NonZero(), static x => (x * 0).NonZero(), static x => x.Narrow(0, 0, 0).NonZero());
    }

    [Fact]
    public void Remainders_of_floats_are_exact()
    {
        double[] numbers = [5.5, -5.5, 1e30, 3e-39, 0, -0.0, double.PositiveInfinity, double.NaN, 7, 1, 1e-45, 123456789];
        Tensor a = Tensor.From(numbers).Unsqueeze(1), b = Tensor.From([3, -0.7, 1e-3, 2e-45, 0, double.NegativeInfinity, double.NaN, 1e30]);
        foreach (DType dtype in new[] { DType.Float64, DType.Float32, DType.Float16, DType.BFloat16 })
        {
            Tensor expected = a.To(dtype).Fmod(b.To(dtype)), actual = a.To(dtype).To(s_device).Fmod(b.To(dtype).To(s_device));
            Assert.Equal(expected.To(DType.Float64).ToArray<double>(), actual.To(Device.Cpu).To(DType.Float64).ToArray<double>());
        }
    }

    [Fact]
    public void Nothing_of_it_goes_by_way_of_the_host()
    {
        Tensor x = Tensor.Rand(2, 70).To(s_device);
        _ = (x.Sort(1), x.CumSum(1), x.Fmod(0.3), x.ArgMax(1), x.Median(), x.Tril());
        Assert.Empty(s_device.HostFallbacks);
    }

    private static void Same(Tensor x, params Func<Tensor, Tensor>[] operations)
    {
        foreach (Func<Tensor, Tensor> operation in operations)
        {
            Tensor expected = operation(x), actual = operation(x.To(s_device)).To(Device.Cpu);
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.To(DType.Float64).ToArray<double>(), actual.To(DType.Float64).ToArray<double>());
        }
    }

    private static void Near(Tensor expected, Tensor actual, double relative)
    {
        double[] wanted = expected.To(DType.Float64).ToArray<double>(), found = actual.To(Device.Cpu).To(DType.Float64).ToArray<double>();
        double scale = wanted.Where(double.IsFinite).Select(Math.Abs).Append(1).Max();
        for (int i = 0; i < wanted.Length; i++)
        {
            bool isNear = wanted[i].Equals(found[i]) || Math.Abs(wanted[i] - found[i]) <= relative * scale;
            Assert.True(isNear, $"{found[i]} for {wanted[i]} at {i}");
        }
    }
}
