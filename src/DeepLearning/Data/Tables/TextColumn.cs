namespace DeepLearning.Data;

/// <summary>A column of texts; a missing one is null.</summary>
public sealed class TextColumn : Column
{
    private readonly string?[] _values;

    /// <summary>Wraps the texts, without a copy: the array must not be written to any more.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">One text per row.</param>
    public TextColumn(string name, params string?[] values) : base(name)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
    }

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Text;

    /// <inheritdoc/>
    public override int Count => _values.Length;

    /// <summary>The texts.</summary>
    public ReadOnlySpan<string?> Values => _values;

    /// <summary>The text in a row.</summary>
    /// <param name="row">The row, from 0.</param>
    public string? this[int row] => _values[row];

    /// <inheritdoc/>
    public override bool IsMissing(int row) => _values[row] is null;

    /// <inheritdoc/>
    public override string? Text(int row) => _values[row];

    /// <inheritdoc/>
    public override TextColumn Rename(string name) => new(name, _values);

    /// <inheritdoc/>
    public override TextColumn Rows(ReadOnlySpan<int> rows)
    {
        string?[] chosen = new string?[rows.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = _values[rows[i]];
        }

        return new TextColumn(Name, chosen);
    }

    /// <inheritdoc/>
    public override ColumnSummary Describe()
    {
        Dictionary<string, int> counts = Counts();
        (string? top, int count) = Categories.MostFrequent(counts);
        return new ColumnSummary(Name, Kind, counts.Values.Sum(), MissingCount, counts.Count) { Top = top, TopCount = count };
    }

    /// <summary>How often each text occurs.</summary>
    internal Dictionary<string, int> Counts()
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string? value in _values)
        {
            if (value is not null)
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
        }

        return counts;
    }
}
