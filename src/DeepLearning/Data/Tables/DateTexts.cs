using System.Globalization;

namespace DeepLearning.Data;

/// <summary>Reads dates from a column of texts, and takes them apart.</summary>
internal static class DateTexts
{
    private const DateTimeStyles Styles = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal;

    // Of ISO 8601, and with a space for the T as databases write it. Others, such as 3/4/2024, mean one day here and another there.
    private static readonly string[] _formats =
    [
        .. from date in (string[])["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd"]
        from time in (string[])["", "THH:mmK", "THH:mm:ssK", "THH:mm:ss.FFFFFFFK", " HH:mmK", " HH:mm:ssK", " HH:mm:ss.FFFFFFFK"]
        select date + time.Replace("T", "'T'", StringComparison.Ordinal),
        "yyyy-MM",
    ];

    private static readonly (DateParts Part, string Name, Func<DateTime, double> Value)[] _parts =
    [
        (DateParts.Year, "year", static d => d.Year),
        (DateParts.Quarter, "quarter", static d => ((d.Month - 1) / 3) + 1),
        (DateParts.Month, "month", static d => d.Month),
        (DateParts.Week, "week", static d => ISOWeek.GetWeekOfYear(d)),
        (DateParts.Day, "day", static d => d.Day),
        (DateParts.DayOfYear, "day_of_year", static d => d.DayOfYear),
        (DateParts.Weekday, "weekday", static d => d.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)d.DayOfWeek),
        (DateParts.Hour, "hour", static d => d.Hour),
        (DateParts.Minute, "minute", static d => d.Minute),
        (DateParts.Second, "second", static d => d.TimeOfDay.TotalSeconds % 60),
    ];

    /// <summary>The names of the columns that hold the parts of a column.</summary>
    public static IEnumerable<string> Names(string column, DateParts parts) =>
        _parts.Where(p => (parts & p.Part) != 0).Select(p => $"{column}_{p.Name}");

    /// <summary>The parts of a column's dates, a column each.</summary>
    public static NumberColumn[] Split(TextColumn column, DateParts parts, string? format)
    {
        DateTime?[] dates = [.. Enumerable.Range(0, column.Count).Select(row => Parse(column, row, format))];
        return
        [
            .. _parts.Where(p => (parts & p.Part) != 0).Select(p => new NumberColumn(
                $"{column.Name}_{p.Name}", Array.ConvertAll(dates, date => date is { } known ? p.Value(known) : double.NaN))),
        ];
    }

    /// <summary>The date and time as they are written: an offset to universal time changes nothing.</summary>
    private static DateTime? Parse(TextColumn column, int row, string? format)
    {
        if (column[row] is not { } text)
        {
            return null;
        }

        bool isDate = format is null
            ? DateTimeOffset.TryParseExact(text, _formats, CultureInfo.InvariantCulture, Styles, out DateTimeOffset date)
            : DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, Styles, out date);
        return isDate ? date.DateTime : throw new TableException(
            $"WithDateParts: column '{column.Name}', row {row}: '{CloseNames.Shorten(text)}' is not a date "
            + (format is null
                ? "like 2024-12-31 or 2024-12-31T23:59:59; give its format, such as \"dd.MM.yyyy\"."
                : $"of the format '{format}'."));
    }
}
