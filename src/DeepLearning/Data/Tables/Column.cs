namespace DeepLearning.Data;

/// <summary>What the cells of a column are.</summary>
public enum ColumnKind
{
    /// <summary>Numbers; a missing one is NaN.</summary>
    Number,

    /// <summary>Texts; a missing one is null.</summary>
    Text,
}

/// <summary>A named column of a table: a <see cref="NumberColumn"/> or a <see cref="TextColumn"/>. It never changes.</summary>
public abstract class Column
{
    private protected Column(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What the cells are.</summary>
    public abstract ColumnKind Kind { get; }

    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The number of missing cells.</summary>
    public int MissingCount
    {
        get
        {
            int missing = 0;
            for (int row = 0; row < Count; row++)
            {
                missing += IsMissing(row) ? 1 : 0;
            }

            return missing;
        }
    }

    /// <summary>Whether a cell is missing: NaN among numbers, null among texts.</summary>
    /// <param name="row">The row, from 0.</param>
    public abstract bool IsMissing(int row);

    /// <summary>A cell as text, in the invariant culture and so that it reads back as the same number; null if it is missing.</summary>
    /// <param name="row">The row, from 0.</param>
    public abstract string? Text(int row);

    /// <summary>The same cells under another name.</summary>
    /// <param name="name">The name.</param>
    public abstract Column Rename(string name);

    /// <summary>The cells of some rows, in the given order; a row may come several times.</summary>
    /// <param name="rows">The rows, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">A row is outside the column.</exception>
    public abstract Column Rows(ReadOnlySpan<int> rows);

    /// <summary>Counts and, for numbers, mean, spread and quartiles, all over the cells that are not missing.</summary>
    public abstract ColumnSummary Describe();

    /// <summary>The name, the kind and the number of rows.</summary>
    public override string ToString() => $"{Name}: {Kind}, {Count} rows";
}
