using System.Globalization;
using System.Text;

namespace DeepLearning.Data;

/// <summary>
/// Named columns of numbers or texts, as they come from a file, before they become tensors. A table never changes: its methods give new
/// ones, which share the columns that are the same.
/// </summary>
public sealed partial class Table
{
    private const int ShownRows = 10;

    private readonly Column[] _columns;
    private readonly string[] _names;
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    /// <summary>Puts columns together.</summary>
    /// <param name="columns">The columns.</param>
    /// <exception cref="TableException">Two columns have the same name, or not the same number of rows.</exception>
    public Table(params IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        _names = Array.ConvertAll(_columns, static column => column.Name);
        for (int i = 0; i < _columns.Length; i++)
        {
            Column column = _columns[i];
            if (!_positions.TryAdd(column.Name, i))
            {
                throw new TableException($"Table: two columns have the name '{column.Name}'.");
            }

            if (column.Count != _columns[0].Count)
            {
                throw new TableException(
                    $"Table: column '{_columns[0].Name}' has {_columns[0].Count} rows, '{column.Name}' has {column.Count}.");
            }
        }
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>The names of the columns in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The number of rows.</summary>
    public int RowCount => _columns.Length == 0 ? 0 : _columns[0].Count;

    /// <summary>The number of columns.</summary>
    public int ColumnCount => _columns.Length;

    /// <summary>A column.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="TableException">There is no such column; the message lists those there are.</exception>
    public Column this[string name] => _columns[Position(name)];

    /// <summary>A table of number columns made of a tensor.</summary>
    /// <param name="values">The values, [rows, columns].</param>
    /// <param name="names">One name per column.</param>
    /// <exception cref="ShapeException">The tensor has another shape.</exception>
    public static Table From(Tensor values, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(names);
        if (values.Rank != 2 || values.Size(1) != names.Count)
        {
            throw new ShapeException($"Table.From: {names.Count} names need values [rows, {names.Count}], not {values.Shape}.");
        }

        double[] flat = values.Detach().To(DType.Float64).ToArray<double>();
        return new Table(names.Select((name, j) => new NumberColumn(name, Every(flat, j, names.Count))));
    }

    /// <summary>Whether there is a column of a name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _positions.ContainsKey(name);

    /// <summary>A column of numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="TableException">There is no such column, or it holds texts.</exception>
    public NumberColumn Numbers(string name) =>
        this[name] as NumberColumn ?? throw NotNumbers("Numbers", (TextColumn)this[name]);

    /// <summary>A column of texts.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="TableException">There is no such column, or it holds numbers.</exception>
    public TextColumn Texts(string name) =>
        this[name] as TextColumn ?? throw new TableException($"Texts: column '{name}' holds numbers.");

    /// <summary>Some columns, in the given order.</summary>
    /// <param name="names">Their names.</param>
    /// <exception cref="TableException">There is no such column, or one is named twice.</exception>
    public Table Select(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new Table(names.Select(name => this[name]));
    }

    /// <summary>All columns but some.</summary>
    /// <param name="names">Their names.</param>
    /// <exception cref="TableException">There is no such column.</exception>
    public Table Drop(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        HashSet<int> dropped = [.. names.Select(Position)];
        return new Table(_columns.Where((_, i) => !dropped.Contains(i)));
    }

    /// <summary>The same columns, one of them under another name.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="newName">Its new name.</param>
    /// <exception cref="TableException">There is no such column, or another one has the new name.</exception>
    public Table Rename(string name, string newName)
    {
        int position = Position(name);
        return new Table(_columns.Select((column, i) => i == position ? column.Rename(newName) : column));
    }

    /// <summary>The table with a column in the place of the one of the same name, or after the others.</summary>
    /// <param name="column">The column.</param>
    /// <exception cref="TableException">It has another number of rows.</exception>
    public Table With(Column column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return _positions.TryGetValue(column.Name, out int position)
            ? new Table(_columns.Select((old, i) => i == position ? column : old))
            : new Table([.. _columns, column]);
    }

    /// <summary>Some rows, in the given order; a row may come several times.</summary>
    /// <param name="rows">The rows, from 0.</param>
    /// <exception cref="TableException">A row is outside the table.</exception>
    public Table Rows(params ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)RowCount)
            {
                throw new TableException($"Rows: row {row} is outside a table of {RowCount} rows.");
            }
        }

        Column[] chosen = new Column[_columns.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = _columns[i].Rows(rows);
        }

        return new Table(chosen);
    }

    /// <summary>A range of rows, such as <c>..100</c> or <c>^100..</c>.</summary>
    /// <param name="range">The range.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not lie in the table.</exception>
    public Table Rows(Range range)
    {
        (int start, int count) = range.GetOffsetAndLength(RowCount);
        int[] rows = [.. Enumerable.Range(start, count)];
        return Rows(rows);
    }

    /// <summary>The rows that fulfil a condition.</summary>
    /// <param name="condition">Whether a row stays, by its number from 0.</param>
    public Table Where(Func<int, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        int[] rows = [.. Enumerable.Range(0, RowCount).Where(condition)];
        return Rows(rows);
    }

    /// <summary>The rows in which no cell is missing.</summary>
    /// <param name="names">The columns to look at; all of them when none is named.</param>
    /// <exception cref="TableException">There is no such column.</exception>
    public Table DropMissing(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        Column[] looked = [.. names.Select(name => this[name])];
        looked = looked.Length == 0 ? _columns : looked;
        return Where(row => !Array.Exists(looked, column => column.IsMissing(row)));
    }

    /// <summary>Divides the rows at random into those to train on and those to test with.</summary>
    /// <param name="testShare">The share of the test, between 0 and 1; its rows are rounded up (scikit-learn's rule).</param>
    /// <param name="generator">Where the order comes from; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share leaves one part empty.</exception>
    public (Table Training, Table Test) TrainTestSplit(double testShare, Generator? generator = null)
    {
        int test = testShare is > 0 and < 1 ? (int)Math.Ceiling(testShare * RowCount) : 0;
        if (test == 0 || test >= RowCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(testShare),
                string.Create(CultureInfo.InvariantCulture,
                    $"TrainTestSplit: a test share of {testShare} of {RowCount} rows leaves one part empty."));
        }

        int[] order = RandomOrder.Permutation(RowCount, generator ?? Generator.Default);
        return (Rows(order.AsSpan(test)), Rows(order.AsSpan(0, test)));
    }

    /// <summary>The numbers as a tensor [rows, columns].</summary>
    /// <param name="dtype">The element type; missing numbers become NaN.</param>
    /// <exception cref="TableException">A column holds texts: encode it (<see cref="OneHotEncoder"/>) or leave it out.</exception>
    public Tensor ToTensor(DType dtype = DType.Float32)
    {
        double[] values = new double[checked(RowCount * ColumnCount)];
        for (int j = 0; j < _columns.Length; j++)
        {
            NumberColumn column = _columns[j] as NumberColumn ?? throw NotNumbers("ToTensor", (TextColumn)_columns[j]);
            for (int i = 0, at = j; i < column.Count; i++, at += _columns.Length)
            {
                values[at] = column[i];
            }
        }

        return Tensor.From(values, RowCount, ColumnCount).To(dtype);
    }

    /// <summary>Counts and statistics of each column.</summary>
    public TableSummary Describe() => new(RowCount, Array.ConvertAll(_columns, static column => column.Describe()));

    /// <summary>The first rows, and how many there are.</summary>
    public override string ToString()
    {
        List<string[]> lines = [[.. _names.Select(TextTable.Cell)]];
        for (int row = 0; row < Math.Min(RowCount, ShownRows); row++)
        {
            lines.Add([.. _columns.Select(column => Show(column, row))]);
        }

        StringBuilder text = new();
        TextTable.Write(text, lines, leftColumns: 0);
        text.Append(RowCount > ShownRows ? "…\n" : "");
        return text.Append(CultureInfo.InvariantCulture, $"{RowCount} rows, {ColumnCount} columns").ToString();
    }

    /// <summary>Every <paramref name="step"/>th number from <paramref name="start"/> on: a column of a matrix in rows.</summary>
    internal static double[] Every(ReadOnlySpan<double> flat, int start, int step)
    {
        double[] column = new double[flat.Length / step];
        for (int i = 0, at = start; i < column.Length; i++, at += step)
        {
            column[i] = flat[at];
        }

        return column;
    }

    private static string Show(Column column, int row) =>
        column.IsMissing(row) ? "–" : column is NumberColumn numbers ? TextTable.Number(numbers[row]) : TextTable.Cell(column.Text(row)!);

    private static TableException NotNumbers(string operation, TextColumn column)
    {
        string? first = null;
        foreach (string? value in column.Values)
        {
            first ??= value;
        }

        string example = first is null ? "" : $", such as '{CloseNames.Shorten(first)}'";
        return new TableException(
            $"{operation}: column '{column.Name}' holds texts{example}; encode it with {nameof(OneHotEncoder)} or {nameof(LabelEncoder)}, "
            + "or leave it out.");
    }

    private int Position(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _positions.TryGetValue(name, out int position)
            ? position
            : throw new TableException($"There is no column '{CloseNames.Shorten(name)}'. {CloseNames.Explain(name, _names)}");
    }
}
