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
        device.TrimGpuMemory();
    }

    /// <summary>Why there is not room for them; null where there is.</summary>
    public static string? Refusal(long total) => total >= Room
        ? null
        : FormattableString.Invariant($"not run: {total:N0} bytes of memory, and the checks take {Room:N0}");
}
