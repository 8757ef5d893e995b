namespace DeepLearning.DeviceTest;

/// <summary>Tensors of more than 2³¹ elements: places that an int does not hold.</summary>
internal static class LargeChecks
{
    private const int Row = (1 << 30) + 2049;

    /// <summary>What the checks hold at once, and some air.</summary>
    private const long Room = 12L << 30;

    public static void Run(Report report, Device device)
    {
        GpuMemoryStatistics memory = device.GpuMemory;
        report.Say(FormattableString.Invariant($"more than 2^31 elements: {2L * Row:N0}, {memory.Reserved:N0} bytes are held before"));
        report.Check("large", "filled, written, added and summed", () =>
        {
            using TensorScope scope = new();
            Tensor x = Tensor.Zeros([2, Row], DType.UInt8, device);
            x[1, Row - 1] = 7;
            Tensor y = x + 1;
            long sum = y.Sum().Item<long>();
            long last = y[1, Row - 1].Item<long>(), first = y[0, 0].Item<long>(), middle = y[1, 5].Item<long>();
            return (sum, first, middle, last) == ((2L * Row) + 7, 1, 1, 8) ? null : $"sum {sum}, places {first} {middle} {last}";
        });
        report.Check("large", "copied along strides and compared", () =>
        {
            using TensorScope scope = new();
            Tensor x = Tensor.Zeros([2, Row], DType.UInt8, device);
            x[1, Row - 3] = 9;
            Tensor y = x.Flip(1), where = y.EqualTo(9);
            long found = where.Sum().Item<long>();
            bool isThere = where[1, 2].Item<bool>();
            return (found, isThere) == (1, true) ? null : $"{found} found, {isThere}";
        });
        report.Check("large", "multiplied, with rows beyond them", () =>
        {
            using TensorScope scope = new();
            const int rows = (1 << 20) + 3, length = 2056;
            Tensor x = Tensor.Zeros([rows, length], DType.BFloat16, device), w = Tensor.Ones([length, 32], DType.BFloat16, device);
            x[rows - 1, length - 1] = 3;
            x[rows - 2, 0] = 5;
            Tensor y = x.MatMul(w);
            double last = y[rows - 1, 31].Item<double>(), before = y[rows - 2, 0].Item<double>();
            double all = y.To(DType.Float32).Sum().Item<double>();
            return (last, before, all) == (3, 5, 32 * 8) ? null : $"{last} {before}, altogether {all}";
        });
        report.Check("large", "rows picked and normalized", () =>
        {
            using TensorScope scope = new();
            const int rows = (1 << 20) + 3, length = 2056;
            Tensor x = Tensor.Zeros([rows, length], DType.BFloat16, device);
            x[rows - 1] = 1;
            Tensor picked = x.IndexSelect(0, Tensor.From([0L, rows - 1, rows - 2]).To(device));
            double sum = picked.To(DType.Float32).Sum().Item<double>();
            Tensor y = x.Softmax(1);
            double share = y[rows - 1, length - 1].Item<double>(), expected = (double)(BFloat16)(1f / length);
            return (sum, share) == (length, expected) ? null : $"{sum}, {share} and not {expected}";
        });
        device.TrimGpuMemory();
    }

    /// <summary>Why there is not room for them; null where there is.</summary>
    public static string? Refusal(long total) => total >= Room
        ? null
        : FormattableString.Invariant($"not run: {total:N0} bytes of memory, and the checks take {Room:N0}");
}
