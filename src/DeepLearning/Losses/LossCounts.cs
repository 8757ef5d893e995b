namespace DeepLearning.Losses;

/// <summary>
/// What the losses that one thread computes counted: elements, rows, or weights of rows. Nothing is collected unless someone asks, as a
/// trainer does around each batch.
/// </summary>
internal sealed class LossCounts : IDisposable
{
    [ThreadStatic]
    private static LossCounts? s_current;

    private readonly LossCounts? _outer = s_current;
    private readonly List<Entry> _entries = [];

    private LossCounts()
    {
    }

    /// <summary>Whether a report would be heard.</summary>
    public static bool IsCollecting => s_current is not null;

    /// <summary>The class target that the losses passed over; null when they named different ones, or none.</summary>
    public long? IgnoredTarget
    {
        get
        {
            long?[] ignored = [.. _entries.Select(static entry => entry.Ignored).Where(static index => index is not null).Distinct()];
            return ignored.Length == 1 ? ignored[0] : null;
        }
    }

    /// <summary>Collects on this thread until the result is disposed.</summary>
    public static LossCounts Collect() => s_current = new LossCounts();

    /// <summary>Says what a loss counted.</summary>
    /// <returns>The loss.</returns>
    public static Tensor Report(Tensor loss, double counted, LossReduction reduction, long? ignored = null)
    {
        s_current?._entries.Add(new Entry(loss, new LossCount(counted), reduction, ignored));
        return loss;
    }

    /// <summary>Says what a loss counted, which is read when someone wants to know it.</summary>
    /// <returns>The loss.</returns>
    public static Tensor Report(Tensor loss, Tensor counted, LossReduction reduction, long? ignored = null)
    {
        s_current?._entries.Add(new Entry(loss, new LossCount(counted.Detach().To(DType.Float64)), reduction, ignored));
        return loss;
    }

    /// <summary>A loss in another element type: it counted the same.</summary>
    /// <returns>The loss in the other type.</returns>
    public static Tensor Convert(Tensor loss, DType dtype)
    {
        Tensor converted = loss.To(dtype);
        List<Entry>? entries = s_current?._entries;
        int at = entries?.FindLastIndex(entry => ReferenceEquals(entry.Loss, loss)) ?? -1;
        if (at >= 0)
        {
            entries![at] = entries[at] with { Loss = converted };
        }

        return converted;
    }

    /// <summary>
    /// What a loss counted: as reported for it, or, for one that was computed from others, such as a weighted one or one with a penalty,
    /// what all of those agree on. Null when nobody knows.
    /// </summary>
    public (LossCount Counted, LossReduction Reduction)? CountOf(Tensor loss)
    {
        foreach (Entry entry in _entries)
        {
            if (ReferenceEquals(entry.Loss, loss) && entry.Reduction != LossReduction.None)
            {
                return (entry.Counted, entry.Reduction);
            }
        }

        // Of a sum or of single losses it cannot be known what the rest of the formula divided by.
        bool agree = _entries.Count > 0 && _entries.TrueForAll(entry => entry.Reduction == LossReduction.Mean
            && (_entries.Count == 1 || entry.Counted.Number == _entries[0].Counted.Number));
        return agree ? (_entries[0].Counted, LossReduction.Mean) : null;
    }

    /// <summary>As <see cref="CountOf"/>, the number read.</summary>
    public (double Counted, LossReduction Reduction)? Of(Tensor loss) =>
        CountOf(loss) is ({ } counted, var reduction) ? (counted.Number, reduction) : null;

    public void Dispose() => s_current = _outer;

    private readonly record struct Entry(Tensor Loss, LossCount Counted, LossReduction Reduction, long? Ignored);
}

/// <summary>What a loss counted: a number, or one of a device that is read when it is asked for.</summary>
internal sealed class LossCount
{
    private readonly Tensor? _unread;
    private double? _number;

    public LossCount(double number) => _number = number;

    public LossCount(Tensor unread) => _unread = unread;

    /// <summary>The number.</summary>
    public double Number => _number ??= _unread!.Item<double>();

    /// <summary>The number as a float64 of a device.</summary>
    public Tensor On(Device device) => _unread?.To(device) ?? Tensor.FromScalar(Number, DType.Float64, device);
}
