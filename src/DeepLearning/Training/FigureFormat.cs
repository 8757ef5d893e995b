using System.Globalization;

namespace DeepLearning.Training;

/// <summary>How figures are written in progress lines and tables.</summary>
internal static class FigureFormat
{
    /// <summary>Four decimals where that shows the number, an exponent where it would not.</summary>
    public static string Number(double value)
    {
        double size = Math.Abs(value);
        string format = size is 0 or >= 0.001 and < 100_000 || !double.IsFinite(value) ? (size < 1000 ? "0.0000" : "0.0") : "0.000e0";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Names and numbers in turn.</summary>
    public static string Line(IEnumerable<KeyValuePair<string, double>> values) =>
        string.Join("  ", values.Select(static v => $"{v.Key} {Number(v.Value)}"));
}
