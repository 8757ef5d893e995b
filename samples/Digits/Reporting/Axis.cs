namespace DeepLearning.Samples.Digits.Reporting;

/// <summary>Maps values to the unit interval and chooses round ticks.</summary>
internal sealed class Axis
{
    // A logarithmic axis over less than this many decades has its ticks at equal steps.
    private const double NarrowDecades = 0.9;

    private readonly double _low;
    private readonly double _high;
    private readonly bool _isLogarithmic;

    private Axis(double low, double high, bool isLogarithmic, IReadOnlyList<double> ticks)
    {
        (_low, _high, _isLogarithmic, Ticks) = (low, high, isLogarithmic, ticks);
    }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis whose ends are round numbers around the given range.</summary>
    public static Axis Linear(double least, double most, int ticks)
    {
        double step = RoundStep((most > least ? most - least : 1) / ticks);
        double low = Math.Floor(least / step + 1e-9) * step;
        double high = Math.Max(Math.Ceiling(most / step - 1e-9) * step, low + step);
        int count = (int)Math.Round((high - low) / step);
        return new Axis(low, high, false, [.. Enumerable.Range(0, count + 1).Select(index => low + index * step)]);
    }

    /// <summary>The epochs 1 to n; ticks at round epochs and at the first one.</summary>
    public static Axis Epochs(int count, int ticks)
    {
        int step = (int)Math.Max(1, RoundStep((double)count / ticks));
        IEnumerable<double> round = Enumerable.Range(1, count).Where(epoch => epoch % step == 0).Select(epoch => (double)epoch);
        return new Axis(1, Math.Max(2, count), false, [.. round.Prepend(1).Distinct()]);
    }

    /// <summary>A logarithmic axis around a range of positive numbers, with ticks at round numbers.</summary>
    public static Axis Logarithmic(double least, double most)
    {
        double low = Math.Log10(least) - 0.05;
        double high = Math.Max(Math.Log10(most), Math.Log10(least) + 0.3) + 0.05;
        if (high - low < NarrowDecades)
        {
            Axis round = Linear(least, most, ticks: 5);
            return new Axis(low, high, true, [.. round.Ticks.Where(IsInside)]);
        }

        double[] mantissas = high - low > 3 ? [1] : high - low > 1.5 ? [1, 3] : [1, 2, 5];
        IEnumerable<double> ticks =
            from power in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
            from mantissa in mantissas
            let tick = mantissa * Math.Pow(10, power)
            where IsInside(tick)
            select tick;
        bool IsInside(double tick) => tick > 0 && Math.Log10(tick) >= low && Math.Log10(tick) <= high;
        return new Axis(low, high, true, [.. ticks]);
    }

    /// <summary>Where a value lies: 0 at the low end, 1 at the high end.</summary>
    public double Position(double value) => ((_isLogarithmic ? Math.Log10(value) : value) - _low) / (_high - _low);

    // 1, 2 or 5 times a power of ten, not less than the given step.
    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double mantissa = step / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }
}
