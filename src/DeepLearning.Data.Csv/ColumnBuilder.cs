using System.Globalization;

namespace DeepLearning.Data.Csv;

/// <summary>
/// Collects the cells of a column: numbers as long as all of them are, and texts from the first one on that is not, which turns the
/// earlier ones back into what the file has.
/// </summary>
internal sealed class ColumnBuilder
{
    private const int MaxPooled = 1 << 12;

    private readonly string _name;
    private readonly NumberFormatInfo _format;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing;
    private readonly bool _isMissingFirst;
    private readonly HashSet<string> _pool = new(StringComparer.Ordinal);
    private readonly List<double> _numbers = [];
    private WrittenNumbers? _written;
    private List<string?>? _texts;

    public ColumnBuilder(string name, CsvOptions options)
    {
        ColumnKind? kind = options.Kinds is not null && options.Kinds.TryGetValue(name, out ColumnKind given) ? given : null;
        _name = name;
        _format = options.NumberFormat;
        _missing = new HashSet<string>(options.Missing, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _isMissingFirst = options.Missing.Any(marker => double.TryParse(marker, NumberStyles.Float, _format, out _));
        _written = kind is null ? new WrittenNumbers() : null;
        _texts = kind == ColumnKind.Text ? [] : null;
    }

    /// <summary>What is wrong with a cell that should be a number.</summary>
    public static string NotANumber(string cell) =>
        "is no number; "
        + (cell.Contains(',', StringComparison.Ordinal)
            ? $"if its comma is a decimal one, set {nameof(CsvOptions)}.{nameof(CsvOptions.DecimalComma)}."
            : $"if it stands for a missing cell, add it to {nameof(CsvOptions)}.{nameof(CsvOptions.Missing)}; if the column holds "
                + $"texts, say so in {nameof(CsvOptions)}.{nameof(CsvOptions.Kinds)}.");

    /// <summary>Adds a cell of the current row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="position">The cell's position among the chosen columns.</param>
    /// <exception cref="InvalidDataException">It is not a number, as the column's cells were said to be.</exception>
    public void Add(CsvRecords row, int position)
    {
        string cell = row[position];
        if (_texts is not null)
        {
            _texts.Add(IsMissing(cell) && !row.IsText(position) ? null : Pooled(cell));
        }
        else if ((!_isMissingFirst || !IsMissing(cell)) && NumberText.TryParse(cell, _format, out double number))
        {
            if (_written is not null && row.IsText(position))
            {
                BecomeTexts(_written);
                _texts!.Add(Pooled(cell));
                return;
            }

            _numbers.Add(number);
            if (!double.IsNaN(number))
            {
                _written?.Add(cell);
            }
        }
        else if (IsMissing(cell) && (_written is null || !row.IsText(position)))
        {
            _numbers.Add(double.NaN);
        }
        else if (_written is null)
        {
            throw row.Error(_name, cell, NotANumber(cell));
        }
        else
        {
            BecomeTexts(_written);
            _texts!.Add(Pooled(cell));
        }
    }

    /// <summary>The column. The builder is then empty and takes cells of the same kind only.</summary>
    public Column Finish()
    {
        Column column = _texts is null ? new NumberColumn(_name, [.. _numbers]) : new TextColumn(_name, [.. _texts]);
        _numbers.Clear();
        _texts?.Clear();
        _written = null;
        return column;
    }

    private bool IsMissing(string cell) => _missing.Contains(cell.AsSpan().Trim());

    private void BecomeTexts(WrittenNumbers written)
    {
        _texts = new List<string?>(_numbers.Count + 1);
        using IEnumerator<string> texts = written.All().GetEnumerator();
        foreach (double number in _numbers)
        {
            _texts.Add(!double.IsNaN(number) && texts.MoveNext() ? Pooled(texts.Current) : null);
        }

        _numbers.Clear();
        _numbers.TrimExcess();
        _written = null;
    }

    /// <summary>The same text as an earlier one where there was one: categories take the memory of one text each.</summary>
    private string Pooled(string cell)
    {
        if (_pool.TryGetValue(cell, out string? same))
        {
            return same;
        }

        if (_pool.Count < MaxPooled)
        {
            _pool.Add(cell);
        }

        return cell;
    }
}
