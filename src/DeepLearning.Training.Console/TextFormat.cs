using System.Globalization;

namespace DeepLearning.Training.Terminal;

/// <summary>Numbers and times as the views write them, in every culture alike.</summary>
internal static class TextFormat
{
    private const double Small = 0.001, Large = 100_000, Hundreds = 1000;

    /// <summary>A figure, in at most nine characters: four decimals where they show the number, an exponent where they would not.</summary>
    public static string Figure(double value)
    {
        double size = Math.Abs(value);
        return value.ToString(
            size == 0 || (size is >= Small and < Hundreds) || !double.IsFinite(value) ? "0.0000"
            : size is >= Hundreds and < Large ? "0.0"
            : "0.00e+0",
            CultureInfo.InvariantCulture);
    }

    /// <summary>A learning rate, in at most eight characters: no more digits than it has.</summary>
    public static string Rate(double value)
    {
        string plain = value.ToString("0.######", CultureInfo.InvariantCulture);
        return value == 0 || (value >= 1e-4 && plain.Length <= 8) ? plain : value.ToString("0.##e+0", CultureInfo.InvariantCulture);
    }

    /// <summary>So many of something: 1 epoch, 2 epochs.</summary>
    public static string Count(int number, string noun, string plural = "s") =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : plural)}");

    /// <summary>Samples per second.</summary>
    public static string Speed(double samples) => samples.ToString(samples < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>A length of time on a clock: 1:05, 2:01:05, 3d 02:01:05.</summary>
    public static string Clock(TimeSpan time)
    {
        time = TimeSpan.FromSeconds(Math.Round(Math.Max(0, time.TotalSeconds)));
        string format = time.TotalDays >= 1 ? @"d\d\ hh\:mm\:ss" : time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>How long something took: 0.52 s, 12.3 s, 2:05.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => time.TotalSeconds.ToString("0.00 's'", CultureInfo.InvariantCulture),
        < 59.95 => time.TotalSeconds.ToString("0.0 's'", CultureInfo.InvariantCulture),
        _ => Clock(time),
    };
}
