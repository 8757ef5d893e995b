using System.Globalization;

namespace DeepLearning.Reporting;

/// <summary>A place on an axis that has a label.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Maps values to the unit interval and chooses round ticks, whose labels all differ.</summary>
internal sealed class Axis
{
    // A logarithmic axis over less than this many decades has its ticks at equal steps.
    private const double NarrowDecades = 0.9;

    // Values that differ by less than this share of their size differ by noise: the axis is widened, and labels stay short.
    private const double Flat = 1e-4;

    // Beyond this, differences of values overflow.
    private const double Largest = 1e300;

    // Below this, quotients of differences do.
    private const double Smallest = 1e-280;

    private readonly double _low;
    private readonly double _high;
    private readonly bool _isLogarithmic;

    private Axis(double low, double high, bool isLogarithmic, IReadOnlyList<Tick> ticks)
    {
        (_low, _high, _isLogarithmic, Ticks) = (low, high, isLogarithmic, ticks);
    }

    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>An axis whose ends are round numbers around the given range.</summary>
    public static Axis Linear(double least, double most, int ticks, bool isPercent = false)
    {
        (least, most) = Widen(Math.Clamp(least, -Largest, Largest), Math.Clamp(most, -Largest, Largest));
        double step = RoundStep((most - least) / ticks);
        double first = Math.Floor(least / step + 1e-9);
        double last = Math.Max(Math.Ceiling(most / step - 1e-9), first + 1);
        return new Axis(first * step, last * step, false, LinearTicks(first, last, step, isPercent));
    }

    /// <summary>The steps of a training, from the first to the last; ticks at round steps.</summary>
    public static Axis Steps(double first, double last, bool isWhole, int ticks)
    {
        (first, last) = (Math.Clamp(first, -Largest, Largest), Math.Clamp(last, -Largest, Largest));
        if (first == last)
        {
            double room = Math.Max(0.5, Math.Abs(first) * 0.01);
            return new Axis(first - room, last + room, false, [new Tick(first, Markup.Compact(first))]);
        }

        double step = RoundStep(Math.Max(last - first, Smallest) / ticks);
        step = isWhole ? Math.Max(1, step) : step;
        double from = Math.Ceiling(first / step - 1e-9), to = Math.Floor(last / step + 1e-9);
        List<Tick> round = LinearTicks(from, to, step, false);
        List<Tick> compact = [.. round.Select(static t => t with { Label = Markup.Compact(t.Value) })];
        if (isWhole && compact.DistinctBy(static t => t.Label).Count() == compact.Count)
        {
            round = compact;
        }

        // Training starts at step 1, which is not a multiple of a round step.
        bool hasStart = isWhole && (round.Count == 0 || round[0].Value - first > 0.25 * step);
        List<Tick> chosen = hasStart ? [new Tick(first, Markup.Compact(first)), .. round] : round;
        return new Axis(first, last, false, [.. chosen.DistinctBy(static t => t.Label)]);
    }

    /// <summary>A logarithmic axis around a range of positive numbers, with ticks at round numbers.</summary>
    public static Axis Logarithmic(double least, double most, bool isPercent = false)
    {
        double low = Math.Log10(Math.Clamp(least, Smallest, Largest)), high = Math.Log10(Math.Clamp(most, Smallest, Largest));
        double widen = Math.Max(0.05, (high - low < Flat ? 0.3 : 0.1) - (high - low)) / (high - low < 0.1 ? 2 : 1);
        (low, high) = (low - widen, high + widen);
        bool IsInside(double tick) => tick > 0 && Math.Log10(tick) >= low && Math.Log10(tick) <= high;
        if (high - low < NarrowDecades)
        {
            Axis round = Linear(Math.Pow(10, low), Math.Min(Math.Pow(10, high), Largest), ticks: 5, isPercent);
            return new Axis(low, high, true, [.. round.Ticks.Where(tick => IsInside(tick.Value))]);
        }

        double[] mantissas = high - low > 3 ? [1] : high - low > 1.5 ? [1, 3] : [1, 2, 5];
        int stride = Math.Max(1, (int)Math.Ceiling((high - low) / 8));
        int first = (int)Math.Floor(low / stride) * stride;
        List<Tick> ticks = [];
        for (int power = first; power <= high; power += stride)
        {
            foreach (double mantissa in mantissas)
            {
                double tick = double.Parse($"{mantissa}e{power.ToString(CultureInfo.InvariantCulture)}", CultureInfo.InvariantCulture);
                if (IsInside(tick))
                {
                    ticks.Add(new Tick(tick, isPercent ? PowerLabel(mantissa, power + 2) + " %" : PowerLabel(mantissa, power)));
                }
            }
        }

        return new Axis(low, high, true, ticks);
    }

    /// <summary>Where a value lies: 0 at the low end, 1 at the high end.</summary>
    public double Position(double value) =>
        Math.Clamp(((_isLogarithmic ? Math.Log10(value) : value) - _low) / (_high - _low), 0, 1);

    private static (double Least, double Most) Widen(double least, double most)
    {
        double size = Math.Max(Math.Abs(least), Math.Abs(most));
        if (size < Smallest)
        {
            return (0, 1);
        }

        double middle = least / 2 + most / 2;
        return most - least > Flat * size ? (least, most) : (middle - 0.05 * size, middle + 0.05 * size);
    }

    private static List<Tick> LinearTicks(double first, double last, double step, bool isPercent)
    {
        double scale = isPercent ? 100 : 1;
        int lowest = (int)Math.Floor(Math.Log10(step * scale) + 1e-9);
        double largest = Math.Max(Math.Abs(first), Math.Abs(last)) * step * scale;
        int highest = largest == 0 ? lowest : (int)Math.Floor(Math.Log10(largest) + 1e-9);
        string format = highest >= 6 || lowest < -5
            ? "0." + new string('0', Math.Clamp(highest - lowest, 0, 9)) + "e0"
            : "0." + new string('0', Math.Max(0, -lowest));
        List<Tick> ticks = [];
        for (int i = 0; i <= last - first; i++)
        {
            double index = first + i;

            // Adding 0 makes −0 a plain 0.
            double value = index * step + 0.0;
            string label = index == 0 ? "0" : (value * scale).ToString(format, CultureInfo.InvariantCulture);
            ticks.Add(new Tick(value, isPercent ? label + " %" : label));
        }

        return ticks;
    }

    private static string PowerLabel(double mantissa, int power) => power is < -4 or > 5
        ? string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{power}")
        : (mantissa * Math.Pow(10, power)).ToString("0.####", CultureInfo.InvariantCulture);

    // 1, 2 or 5 times a power of ten, not less than the given step.
    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double mantissa = step / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }
}
