namespace DeepLearning.Data;

/// <summary>
/// Fills missing cells (NaN, null) with a value learned from each column, as scikit-learn's <c>SimpleImputer</c>, and can add a column
/// of 0 and 1 that says where something was missing. (<see cref="Table.DropMissing"/> leaves such rows out instead.) Fit on training
/// rows only.
/// </summary>
public sealed class Imputer : Preprocessor
{
    private double[]? _fill;
    private string?[]? _texts;
    private bool[] _indicated = [];

    /// <summary>An imputer of a strategy.</summary>
    /// <param name="strategy">What stands for a missing number; a missing text becomes the most frequent one, or the constant.</param>
    /// <param name="constant">The number that <see cref="Imputation.Constant"/> fills in.</param>
    /// <param name="constantText">The text that <see cref="Imputation.Constant"/> fills in.</param>
    /// <param name="addIndicators">
    /// After the other columns, one for each column that had missing cells in the fit: 1 where a cell was missing, 0 elsewhere.
    /// </param>
    public Imputer(
        Imputation strategy = Imputation.Mean, double constant = 0, string constantText = "missing", bool addIndicators = false)
    {
        ArgumentNullException.ThrowIfNull(constantText);
        (Strategy, Constant, ConstantText, AddsIndicators) = (strategy, constant, constantText, addIndicators);
    }

    /// <summary>What stands for a missing number.</summary>
    public Imputation Strategy { get; private set; }

    /// <summary>The number that <see cref="Imputation.Constant"/> fills in.</summary>
    public double Constant { get; private set; }

    /// <summary>The text that <see cref="Imputation.Constant"/> fills in.</summary>
    public string ConstantText { get; private set; }

    /// <summary>Whether columns are added that say where something was missing.</summary>
    public bool AddsIndicators { get; private set; }

    /// <inheritdoc/>
    public override bool IsFitted => _fill is not null;

    /// <summary>The names of the columns; null if fitted on a tensor.</summary>
    public IReadOnlyList<string>? Names { get; private set; }

    private protected override string Learned => $"{Strategy}, {ColumnsOf(Names, _fill!.Length)}";

    /// <summary>What is filled into each column, [columns] in float64; NaN for a column of texts.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Fill
    {
        get
        {
            RequireFit(nameof(Fill));
            return Tensor.From(_fill!, _fill!.Length);
        }
    }

    /// <summary>The positions of the columns that have an indicator, in the order of the indicators.</summary>
    public IReadOnlyList<int> IndicatedColumns => [.. Enumerable.Range(0, _indicated.Length).Where(j => _indicated[j])];

    /// <summary>Learns what to fill in.</summary>
    /// <param name="training">The training rows, [.., columns]; [rows] is one column.</param>
    /// <returns>This imputer.</returns>
    /// <exception cref="TableException">A column has no number, or an infinite one; nothing was changed.</exception>
    public Imputer Fit(Tensor training)
    {
        NumberRows rows = NumberRows.From(training, nameof(Imputer));
        double[] fill = [.. Enumerable.Range(0, rows.Columns.Length).Select(j => FillOf(rows, j))];
        Accept(fill, new string?[fill.Length], [.. rows.Columns.Select(static column => Array.Exists(column, double.IsNaN))], null);
        return this;
    }

    /// <summary>Learns what to fill in.</summary>
    /// <param name="training">The training rows.</param>
    /// <returns>This imputer.</returns>
    /// <exception cref="TableException">A column has no cell that is not missing, or an infinite one; nothing was changed.</exception>
    public Imputer Fit(Table training)
    {
        ArgumentNullException.ThrowIfNull(training);
        double[] fill = new double[training.ColumnCount];
        string?[] texts = new string?[training.ColumnCount];
        for (int j = 0; j < fill.Length; j++)
        {
            Column column = training.Columns[j];
            texts[j] = column is TextColumn text ? TextOf(text) : null;
            fill[j] = column is NumberColumn ? FillOf(NumberRows.From(training.Select(column.Name)), 0) : double.NaN;
        }

        Accept(fill, texts, [.. training.Columns.Select(static column => column.MissingCount > 0)], [.. training.Names]);
        return this;
    }

    /// <summary>Fills missing numbers.</summary>
    /// <param name="x">The rows, [.., columns]; [rows] if there is one column and no indicator.</param>
    /// <returns>[.., columns + indicators] of the same type.</returns>
    /// <exception cref="ShapeException">The last axis has another length.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Transform(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireFit(nameof(Transform));
        int columns = _fill!.Length;
        int[] indicated = [.. IndicatedColumns];
        bool isVector = x.Rank == 1 && columns == 1 && indicated.Length == 0;
        if (!isVector && (x.Rank < 2 || x.Size(-1) != columns))
        {
            throw new ShapeException($"Imputer.Transform: fitted on {columns} columns, it needs rows [.., {columns}], not {x.Shape}.");
        }

        if (Array.Exists(_texts!, static text => text is not null))
        {
            throw new TableException("Imputer.Transform: fitted on a table with texts, it cannot fill a tensor.");
        }

        if (!x.DType.IsFloatingPoint() && indicated.Length == 0)
        {
            return x;
        }

        Tensor missing = x.IsNaN(), filled = Tensor.Where(missing, Fill.To(x.Device, x.DType), x);
        return indicated.Length == 0
            ? filled
            : Tensor.Cat([filled, missing.IndexSelect(-1, Tensor.From(indicated).To(x.Device)).To(x.DType)], -1);
    }

    /// <summary>Fills missing cells of the fitted columns of a table; its other columns stay as they are.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The table; indicators come last, named as their column with " missing" behind it.</returns>
    /// <exception cref="TableException">A fitted column is missing or of another kind.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Table Transform(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        RequireFit(nameof(Transform));
        IReadOnlyList<string> names = Names ?? table.Names;
        if (names.Count != _fill!.Length)
        {
            throw new TableException($"Imputer.Transform: fitted on {_fill.Length} columns without names, it was given {names.Count}.");
        }

        Table result = table;
        for (int j = 0; j < names.Count; j++)
        {
            (double number, string? text) = (_fill[j], _texts![j]);
            result = result.With(
                text is null
                    ? new NumberColumn(names[j], Array.ConvertAll(table.Numbers(names[j]).Values.ToArray(),
                        x => double.IsNaN(x) ? number : x))
                    : new TextColumn(names[j], Array.ConvertAll(table.Texts(names[j]).Values.ToArray(), x => x ?? text)));
        }

        foreach (int j in IndicatedColumns)
        {
            Column column = table[names[j]];
            double[] flags = [.. Enumerable.Range(0, table.RowCount).Select(row => column.IsMissing(row) ? 1.0 : 0.0)];
            result = result.With(new NumberColumn(IndicatorName(names[j]), flags));
        }

        return result;
    }

    /// <summary>Learns from rows and fills them.</summary>
    /// <param name="training">The training rows, [.., columns]; [rows] is one column.</param>
    /// <exception cref="TableException">A column has no number, or an infinite one; nothing was changed.</exception>
    public Tensor FitTransform(Tensor training) => Fit(training).Transform(training);

    /// <summary>Learns from rows and fills them.</summary>
    /// <param name="training">The training rows.</param>
    /// <exception cref="TableException">A column has no cell that is not missing, or an infinite one; nothing was changed.</exception>
    public Table FitTransform(Table training) => Fit(training).Transform(training);

    internal static string IndicatorName(string column) => column + " missing";

    private protected override void Write(PreprocessorState state)
    {
        state.Tensors["fill"] = Fill;
        state.Tensors["indicated"] = Tensor.From(_indicated, _indicated.Length);
        state.Tensors["constant"] = Tensor.From([Constant], 1);
        state.Metadata["constant_text"] = ConstantText;
        state.Metadata["strategy"] = Strategy.ToString();
        state.Metadata["indicators"] = AddsIndicators ? "true" : "false";
        state.SetTexts("texts", _texts!);
        if (Names is not null)
        {
            state.SetTexts("names", Names);
        }
    }

    private protected override void Read(PreprocessorState state)
    {
        double[] fill = state.Numbers("fill");
        double[] indicated = state.Numbers("indicated", fill.Length);
        string?[] texts = state.TextsOrNull("texts") ?? throw new InvalidDataException("the text 'texts' is missing");
        string[]? names = state.Metadata.ContainsKey("names") ? state.Texts("names") : null;
        if (texts.Length != fill.Length || (names is not null && names.Length != fill.Length))
        {
            throw new InvalidDataException($"it has {texts.Length} texts and {names?.Length} names for {fill.Length} columns");
        }

        Imputation strategy = state.Choice<Imputation>("strategy");
        bool indicators = state.Flag("indicators");
        (Constant, ConstantText) = (state.Numbers("constant", 1)[0], state.Text("constant_text"));
        (Strategy, AddsIndicators) = (strategy, indicators);
        Accept(fill, texts, Array.ConvertAll(indicated, static x => x != 0), names);
    }

    private void Accept(double[] fill, string?[] texts, bool[] hasMissing, string[]? names) =>
        (_fill, _texts, _indicated, Names) = (fill, texts, AddsIndicators ? hasMissing : new bool[fill.Length], names);

    private double FillOf(NumberRows rows, int column)
    {
        if (Strategy == Imputation.Constant)
        {
            return Constant;
        }

        double[] known = rows.Known(column, nameof(Imputer));
        return Strategy switch
        {
            Imputation.Mean => Moments.Of(known).Mean,
            Imputation.Median => Moments.Quantile([.. known.Order()], 0.5),
            _ => known.GroupBy(static x => x).OrderByDescending(static g => g.Count()).ThenBy(static g => g.Key).First().Key,
        };
    }

    private string TextOf(TextColumn column) =>
        Strategy == Imputation.Constant
            ? ConstantText
            : Categories.MostFrequent(column.Counts()).Label
                ?? throw new TableException($"Imputer: column '{column.Name}' has no text in {column.Count} rows; leave the column out.");
}
