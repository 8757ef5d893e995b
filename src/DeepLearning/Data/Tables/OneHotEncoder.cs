using System.Globalization;

namespace DeepLearning.Data;

/// <summary>What <see cref="OneHotEncoder"/> does with a category that was not in the fit.</summary>
public enum UnknownCategory
{
    /// <summary>Throws.</summary>
    Error,

    /// <summary>Gives zeros in all of the column's places.</summary>
    AllZeros,
}

/// <summary>
/// Columns of categories as columns of 0 and 1, one a category, as scikit-learn's <c>OneHotEncoder</c>. Categories are sorted: numbers by
/// value, texts by their code units. Where cells were missing in the fit, "missing" is the last category. Fit on training rows only.
/// </summary>
/// <param name="unknown">What becomes of a category that was not in the fit.</param>
public sealed class OneHotEncoder(UnknownCategory unknown = UnknownCategory.Error) : Preprocessor
{
    private Categories[]? _categories;
    private string[] _names = [];
    private bool[] _areNumbers = [];

    /// <summary>What becomes of a category that was not in the fit.</summary>
    public UnknownCategory Unknown { get; private set; } = unknown;

    /// <inheritdoc/>
    public override bool IsFitted => _categories is not null;

    /// <summary>The names of the fitted columns.</summary>
    public IReadOnlyList<string> Names => _names;

    private protected override string Learned => $"{ColumnsOf(Names, Names.Count)} → {OutputCount}";

    /// <summary>The names of the columns that come out, such as <c>color=red</c>.</summary>
    public IReadOnlyList<string> OutputNames =>
    [
        .. _names.SelectMany(
            (name, j) => Enumerable.Range(0, _categories![j].Count).Select(k => $"{name}={_categories[j][k] ?? "missing"}")),
    ];

    /// <summary>The number of columns that come out.</summary>
    public int OutputCount => _categories?.Sum(static categories => categories.Count) ?? 0;

    /// <summary>The categories of a column, without that of missing cells; numbers as texts.</summary>
    /// <param name="name">The name of a fitted column.</param>
    /// <exception cref="TableException">There is no such column.</exception>
    public IReadOnlyList<string> CategoriesOf(string name)
    {
        int column = Array.IndexOf(_names, name);
        return column >= 0
            ? _categories![column].Labels
            : throw new TableException($"OneHotEncoder: column '{name}' was not fitted. {CloseNames.Explain(name, _names)}");
    }

    /// <summary>Learns the categories of each column.</summary>
    /// <param name="training">The training rows; all columns are taken as categories.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="TableException">The table has no rows; nothing was changed.</exception>
    public OneHotEncoder Fit(Table training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.RowCount == 0 && training.ColumnCount > 0)
        {
            throw new TableException("OneHotEncoder.Fit: the table has no rows.");
        }

        bool[] areNumbers = [.. training.Columns.Select(static column => column.Kind == ColumnKind.Number)];
        _categories = [.. training.Columns.Select((column, j) => Categories.Of(Labels(column), areNumbers[j]))];
        (_names, _areNumbers) = ([.. training.Names], areNumbers);
        return this;
    }

    /// <summary>The places of the categories.</summary>
    /// <param name="table">A table with the fitted columns; others are passed over.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>[rows, <see cref="OutputCount"/>].</returns>
    /// <exception cref="TableException">
    /// A column is missing, or a category is unknown; the message names it and the known ones.
    /// </exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Transform(Table table, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(table);
        RequireFit(nameof(Transform));
        Column[] columns = [.. _names.Select(name => table[name])];
        int width = OutputCount, start = 0;
        float[] values = new float[checked(table.RowCount * width)];
        for (int j = 0; j < columns.Length; start += _categories![j].Count, j++)
        {
            for (int row = 0; row < table.RowCount; row++)
            {
                string? label = Categories.LabelOf(columns[j], row);
                int index = _categories![j].IndexOf(label);
                if (index >= 0)
                {
                    values[(row * width) + start + index] = 1;
                }
                else if (Unknown == UnknownCategory.Error)
                {
                    throw UnknownIn(j, label, row);
                }
            }
        }

        return Tensor.From(values, table.RowCount, width).To(dtype);
    }

    /// <summary>Learns the categories and gives their places.</summary>
    /// <param name="training">The training rows; all columns are taken as categories.</param>
    /// <exception cref="TableException">The table has no rows; nothing was changed.</exception>
    public Tensor FitTransform(Table training) => Fit(training).Transform(training);

    /// <summary>The category with the greatest value in each column; missing where all are 0 or less.</summary>
    /// <param name="values">0 and 1, or scores, [rows, <see cref="OutputCount"/>].</param>
    /// <exception cref="ShapeException">The shape is another one.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Table InverseTransform(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireFit(nameof(InverseTransform));
        int width = OutputCount, start = 0;
        if (values.Rank != 2 || values.Size(1) != width)
        {
            throw new ShapeException($"OneHotEncoder.InverseTransform: it needs values [rows, {width}], not {values.Shape}.");
        }

        double[] flat = values.Detach().To(DType.Float64).ToArray<double>();
        List<Column> columns = [];
        for (int j = 0; j < _names.Length; start += _categories![j].Count, j++)
        {
            string?[] labels = new string?[values.Size(0)];
            for (int row = 0; row < labels.Length; row++)
            {
                ReadOnlySpan<double> block = flat.AsSpan((row * width) + start, _categories![j].Count);
                int best = Greatest(block);
                labels[row] = best < 0 ? null : _categories[j][best];
            }

            columns.Add(_areNumbers[j] ? new NumberColumn(_names[j], Array.ConvertAll(labels, Number)) : new TextColumn(_names[j], labels));
        }

        return new Table(columns);
    }

    private protected override void Write(PreprocessorState state)
    {
        state.Metadata["unknown"] = Unknown.ToString();
        state.SetTexts("names", _names);
        for (int j = 0; j < _names.Length; j++)
        {
            string?[] missing = _categories![j].HasMissing ? [null] : [];
            string key = KeyOf(j);
            state.SetTexts(key, [.. _categories[j].Labels, .. missing]);
            state.Metadata[key + ".numbers"] = _areNumbers[j] ? "true" : "false";
        }
    }

    private protected override void Read(PreprocessorState state)
    {
        UnknownCategory unknown = state.Choice<UnknownCategory>("unknown");
        string[] names = state.Texts("names");
        Categories[] categories = new Categories[names.Length];
        bool[] areNumbers = new bool[names.Length];
        for (int j = 0; j < names.Length; j++)
        {
            string key = KeyOf(j);
            string?[] labels = state.TextsOrNull(key) ?? throw new InvalidDataException($"the text '{key}' is missing");
            bool hasMissing = labels.Length > 0 && labels[^1] is null;
            string?[] known = hasMissing ? labels[..^1] : labels;
            areNumbers[j] = state.Flag(key + ".numbers");
            if (Array.Exists(known, label => label is null || (areNumbers[j] && double.IsNaN(Number(label)))))
            {
                throw new InvalidDataException($"a category of '{key}' is not what it should be");
            }

            categories[j] = new Categories(known!, hasMissing);
        }

        (Unknown, _names, _categories, _areNumbers) = (unknown, names, categories, areNumbers);
    }

    private static string KeyOf(int column) => string.Create(CultureInfo.InvariantCulture, $"categories.{column}");

    private static IEnumerable<string?> Labels(Column column) =>
        Enumerable.Range(0, column.Count).Select(row => Categories.LabelOf(column, row));

    private static double Number(string? label) =>
        double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    private static int Greatest(ReadOnlySpan<double> values)
    {
        int best = -1;
        for (int k = 0; k < values.Length; k++)
        {
            best = values[k] > (best < 0 ? 0 : values[best]) ? k : best;
        }

        return best;
    }

    private TableException UnknownIn(int column, string? label, int row) => new(
        $"OneHotEncoder.Transform: column '{_names[column]}', row {row}: "
        + (label is null ? "the cell is missing, as none was" : $"category '{CloseNames.Shorten(label)}' was not")
        + $" in the fit. {CloseNames.Explain(label ?? "", _categories![column].Labels)} "
        + $"{nameof(UnknownCategory)}.{nameof(UnknownCategory.AllZeros)} lets it pass as zeros.");
}
