using System.Globalization;

namespace DeepLearning;

/// <summary>Floating-point numbers in one notation: as integers with a dot, with a fixed number of digits, or with an exponent.</summary>
internal static class NumberFormat
{
    /// <summary>The text of each number, and the width of the widest as PyTorch counts it: by the finite numbers that are not 0.</summary>
    public static string[] Format(double[] values, PrintOptions options, out int width)
    {
        double[] finite = [.. values.Where(static v => double.IsFinite(v) && v != 0)];
        width = 1;
        bool integers = finite.All(static v => v == Math.Ceiling(v)), scientific = false;
        if (finite.Length > 0)
        {
            double max = finite.Max(Math.Abs), min = finite.Min(Math.Abs);
            scientific = max / min > 1000 || max > 1e8 || (!integers && min < 1e-4);
            bool exponents = scientific;
            width = Math.Max(1, finite.Max(v => Number(v, integers, exponents, options.Precision).Length));
        }

        scientific = options.Scientific ?? scientific;
        return Array.ConvertAll(values, v => Number(v, integers, scientific, options.Precision));
    }

    private static string Number(double value, bool integer, bool scientific, int precision)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        return scientific ? Exponent(value, precision) : integer ? Fixed(value, 0) + "." : Fixed(value, precision);
    }

    private static string Fixed(double value, int precision) =>
        HalfToEven(value, precision, false).ToString("F" + precision, CultureInfo.InvariantCulture);

    private static string Exponent(double value, int precision)
    {
        string text = HalfToEven(value, precision, true).ToString("e" + precision, CultureInfo.InvariantCulture);
        int sign = text.LastIndexOfAny(['+', '-']);
        return text[..(sign + 1)] + text[(sign + 1)..].TrimStart('0').PadLeft(2, '0');
    }

    /// <summary>
    /// .NET rounds a digit 5 with nothing after it away from zero, C and Python to the even neighbor: where that is below, the number just
    /// below stands for it.
    /// </summary>
    private static double HalfToEven(double value, int precision, bool scientific)
    {
        const int digits = 60;
        string text = Math.Abs(value).ToString("e" + digits, CultureInfo.InvariantCulture);
        int exponent = int.Parse(text.AsSpan(text.IndexOf('e', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture);
        string mantissa = text[0] + text.Substring(2, digits);
        int kept = scientific ? precision + 1 : exponent + 1 + precision;
        if (kept < 0 || kept >= digits || mantissa[kept] != '5' || mantissa.AsSpan(kept + 1).ContainsAnyExcept('0'))
        {
            return value;
        }

        bool evenBelow = kept == 0 || (mantissa[kept - 1] - '0') % 2 == 0;
        return evenBelow ? Math.CopySign(Math.BitDecrement(Math.Abs(value)), value) : value;
    }
}
