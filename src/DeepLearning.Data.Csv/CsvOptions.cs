using System.Globalization;
using System.Text;

namespace DeepLearning.Data.Csv;

/// <summary>How the text of a CSV file is to be understood. The defaults read what most programs write.</summary>
public sealed record CsvOptions
{
    /// <summary>The markers of missing cells that are used unless others are given: nothing, NA, N/A, NaN, null and ?.</summary>
    public static IReadOnlyList<string> DefaultMissing { get; } = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"];

    /// <summary>What separates cells; null finds out which of comma, semicolon, tab and bar the first lines have.</summary>
    public char? Delimiter { get; init; } = ',';

    /// <summary>
    /// Whether the first row holds the names of the columns. Without names they are column1, column2, …, as is a name that is empty.
    /// </summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What encloses cells with delimiters, quotes (doubled inside) or line breaks; null if quotes mean nothing.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>What a line to pass over begins with, such as #; null if there are none.</summary>
    public char? Comment { get; init; }

    /// <summary>Whether numbers are written as 1,5; otherwise as 1.5, whatever the culture.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>Whether white space around cells is left out. Around numbers and markers of missing cells it always is.</summary>
    public bool Trim { get; init; }

    /// <summary>
    /// Texts that stand for a missing cell, compared exactly. The first is written for one; in a table of one column the first that is not
    /// empty.
    /// </summary>
    public IReadOnlyList<string> Missing { get; init; } = DefaultMissing;

    /// <summary>
    /// Whether a cell in quotes is a text as it is, so that "01" is not a number and "NA" is not missing; not where the file quotes all its
    /// cells and the names of its columns, and not in columns that <see cref="Kinds"/> says hold numbers. False gives quotes no meaning.
    /// </summary>
    public bool QuotedIsText { get; init; } = true;

    /// <summary>The columns to read, in this order; all of them when null.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The options that say how a file is cut into cells.</summary>
    public override string ToString() =>
        $"delimiter {(Delimiter is { } delimiter ? $"'{delimiter}'" : "found out")}, "
        + $"missing: {string.Join(' ', Missing.Select(static text => $"'{text}'"))}"
        + (Columns is null ? "" : $", columns {string.Join(", ", Columns)}");

    /// <summary>
    /// What columns hold, by name. The others hold numbers if all their cells that are not missing are numbers without quotes, else texts.
    /// </summary>
    public IReadOnlyDictionary<string, ColumnKind>? Kinds { get; init; }

    /// <summary>Lines at the start of the file to pass over.</summary>
    public int SkipLines { get; init; }

    /// <summary>The most rows to read; the rest of the file is not looked at. Null reads all.</summary>
    public int? MaxRows { get; init; }

    /// <summary>The most characters of a row; a longer one is an error rather than an attempt to hold the file in memory.</summary>
    public int MaxRowLength { get; init; } = 1 << 24;

    /// <summary>The most columns of a row.</summary>
    public int MaxColumns { get; init; } = 1 << 16;

    /// <summary>The encoding of a file without a byte order mark; UTF-8 when null, in which what is not UTF-8 is an error.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>How numbers are written.</summary>
    internal NumberFormatInfo NumberFormat => DecimalComma
        ? new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = " " }
        : NumberFormatInfo.InvariantInfo;

    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Missing, nameof(Missing));
        char?[] marks = [Delimiter, Quote, Comment];
        char[] given = [.. marks.OfType<char>()];
        if (given.Distinct().Count() < given.Length || given.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new ArgumentException(
                $"CsvOptions: delimiter '{Delimiter}', quote '{Quote}' and comment '{Comment}' must be different characters, "
                + "and none of them a line break.");
        }

        if (Columns is not null && Columns.Distinct(StringComparer.Ordinal).Count() < Columns.Count)
        {
            throw new ArgumentException("CsvOptions: a column is named twice in Columns.");
        }

        if (SkipLines < 0 || MaxRows < 1 || MaxRowLength < 1 || MaxColumns < 1)
        {
            throw new ArgumentException(
                "CsvOptions: SkipLines must not be negative, MaxRows, MaxRowLength and MaxColumns must be positive.");
        }
    }
}
