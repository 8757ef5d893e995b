
namespace DeepLearning.Data;

/// <summary>
/// From a table to what a network takes: number columns are filled and scaled, categories become columns of 0 and 1, the target is scaled
/// or becomes class indices. Everything is learned from the training rows by <see cref="Fit"/>, applied alike to any other rows, and saved
/// in one file or in that of the model.
/// </summary>
/// <example>
/// <code>
/// (Table training, Table test) = table.TrainTestSplit(0.2);
/// TablePipeline pipeline = new TablePipeline { Target = "price" }.Fit(training);
/// TensorDataset samples = pipeline.ToDataset(training);
/// …
/// Tensor prices = pipeline.InverseTargets(model.Forward(pipeline.Inputs(test)));
/// </code>
/// </example>
public sealed partial class TablePipeline : Preprocessor
{
    private readonly string? _target;
    private Fitted? _fitted;

    /// <summary>The column to predict; null if there are inputs only. The other properties are what <see cref="Fit"/> works by.</summary>
    public string? Target
    {
        get => _fitted?.Target ?? _target;
        init => _target = value;
    }

    /// <summary>The columns that are inputs as numbers; all number columns but the target when null.</summary>
    public IReadOnlyList<string>? Numeric { get; init; }

    /// <summary>The columns that are inputs as categories; all text columns but the target when null.</summary>
    public IReadOnlyList<string>? Categorical { get; init; }

    /// <summary>
    /// The columns of texts that are dates: their parts are inputs as numbers (<see cref="Table.WithDateParts"/>). None when null.
    /// </summary>
    public IReadOnlyList<string>? Dates { get; init; }

    /// <summary>What is taken out of each date.</summary>
    public DateParts DateParts { get; init; } = DateParts.Date;

    /// <summary>How dates are written; null reads those like 2024-12-31.</summary>
    public string? DateFormat { get; init; }

    /// <summary>What stands for a missing number. A missing category is a category of its own where the training rows have it.</summary>
    public Imputation Imputation { get; init; } = Imputation.Median;

    /// <summary>The number that <see cref="Data.Imputation.Constant"/> fills in.</summary>
    public double Constant { get; init; }

    /// <summary>Whether each number column with missing cells gets a second input that says where: 0 or 1.</summary>
    public bool AddIndicators { get; init; }

    /// <summary>How number columns are scaled.</summary>
    public Scaling Scaling { get; init; }

    /// <summary>What becomes of a category that the training rows do not have.</summary>
    public UnknownCategory UnknownCategories { get; init; }

    /// <summary>What becomes of the target.</summary>
    public TargetEncoding TargetEncoding { get; init; }

    /// <inheritdoc/>
    public override bool IsFitted => _fitted is not null;

    /// <summary>The names of the inputs in order: scaled numbers, indicators, categories such as <c>color=red</c>.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public IReadOnlyList<string> InputNames
    {
        get
        {
            Fitted f = Required(nameof(InputNames));
            return
            [
                .. f.Numeric,
                .. f.Imputer.IndicatedColumns.Select(j => Imputer.IndicatorName(f.Numeric[j])),
                .. f.Encoder.OutputNames,
            ];
        }
    }

    /// <summary>The number of inputs: what the first layer takes.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public int InputCount => InputNames.Count;

    /// <summary>What a network gives for a row: a number of scores, one per class, or 1 for a target that is a number.</summary>
    /// <exception cref="InvalidOperationException">Not fitted, or without a target.</exception>
    public int OutputCount => RequiredTarget(nameof(OutputCount)).Labels?.Classes.Count ?? 1;

    private protected override string Learned => $"{ColumnsOf(InputNames, InputCount)}{(Target is null ? "" : $"; target {Target}")}";

    /// <summary>The classes in the order of their indices; empty if the target is a number.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public IReadOnlyList<string> Classes => Required(nameof(Classes)).Labels?.Classes ?? [];

    /// <summary>Learns from the training rows, and from nothing else.</summary>
    /// <param name="training">The training rows.</param>
    /// <returns>This pipeline.</returns>
    /// <exception cref="TableException">
    /// A column is missing or does not fit its use, or the target has missing cells; nothing was changed.
    /// </exception>
    public TablePipeline Fit(Table training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.RowCount == 0)
        {
            throw new TableException("TablePipeline.Fit: the table has no rows.");
        }

        DateColumns? dates = Dates is { Count: > 0 } columns ? new DateColumns([.. columns], DateParts, DateFormat) : null;
        training = dates?.Split(training) ?? training;
        string[] numeric = [.. Numeric?.Concat(dates?.Names ?? []) ?? Rest(training, ColumnKind.Number, Categorical)];
        string[] categorical = [.. Categorical ?? Rest(training, ColumnKind.Text, Numeric)];
        if (numeric.Length + categorical.Length == 0)
        {
            throw new TableException("TablePipeline.Fit: there are no input columns.");
        }

        if (numeric.Concat(categorical).Contains(Target))
        {
            throw new TableException($"TablePipeline.Fit: the target '{Target}' is among the inputs.");
        }

        Table numbers = training.Select(numeric);
        Imputer imputer = new(Imputation, Constant, addIndicators: AddIndicators);
        Table filled = imputer.FitTransform(new Table(numeric.Select(numbers.Numbers))).Select(numeric);
        ColumnScaler? scaler = Scaling switch
        {
            Scaling.Standardize => new Standardizer().Fit(filled),
            Scaling.MinMax => new MinMaxScaler().Fit(filled),
            _ => null,
        };
        OneHotEncoder encoder = new OneHotEncoder(UnknownCategories).Fit(training.Select(categorical));
        _fitted = FitTarget(training, new Fitted(numeric, imputer, scaler, encoder) { Dates = dates });
        return this;
    }

    /// <summary>Rows as inputs of a network.</summary>
    /// <param name="table">Rows with the input columns; the target may lack, other columns are passed over.</param>
    /// <returns>[rows, <see cref="InputCount"/>] in float32.</returns>
    /// <exception cref="TableException">A column is missing or does not fit, or a category is unknown.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Inputs(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Fitted f = Required(nameof(Inputs));
        table = f.Dates?.Split(table) ?? table;
        if (f.Numeric.Length == 0)
        {
            return f.Encoder.Transform(table);
        }

        Table numbers = f.Imputer.Transform(table.Select(f.Numeric));
        numbers = f.Scaler?.Transform(numbers) ?? numbers;
        return f.Encoder.Names.Count == 0 ? numbers.ToTensor() : Tensor.Cat([numbers.ToTensor(), f.Encoder.Transform(table)], 1);
    }

    /// <summary>The target column as a network's target: [rows, 1] in float32, or class indices [rows] in int64.</summary>
    /// <param name="table">Rows with the target column.</param>
    /// <exception cref="TableException">The column is missing, a cell of it is, or a label is unknown.</exception>
    /// <exception cref="InvalidOperationException">Not fitted, or without a target.</exception>
    public Tensor Targets(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Fitted f = RequiredTarget(nameof(Targets));
        Column column = table[f.Target!];
        RequireNoMissing(column, nameof(Targets));
        if (f.Labels is not null)
        {
            return f.Labels.Transform(column);
        }

        Tensor values = table.Numbers(f.Target!).ToTensor(DType.Float64).Reshape(-1, 1);
        return (f.TargetScaler?.Transform(values) ?? values).To(DType.Float32);
    }

    /// <summary>Rows as samples to train on or to test with.</summary>
    /// <param name="table">Rows with the input columns and the target.</param>
    /// <exception cref="TableException">A column is missing or does not fit, or a category or label is unknown.</exception>
    /// <exception cref="InvalidOperationException">Not fitted, or without a target.</exception>
    public TensorDataset ToDataset(Table table) => new(Inputs(table), Targets(table));

    /// <summary>A network's outputs in the target's own unit: takes the target's scaling back.</summary>
    /// <param name="outputs">The outputs, [rows, 1] or [rows].</param>
    /// <exception cref="InvalidOperationException">Not fitted, without a target, or with one of classes.</exception>
    public Tensor InverseTargets(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Fitted f = RequiredTarget(nameof(InverseTargets));
        return f.Labels is null
            ? f.TargetScaler?.InverseTransform(outputs) ?? outputs
            : throw new InvalidOperationException($"InverseTargets: the target '{f.Target}' is one of classes; use {nameof(Labels)}.");
    }

    /// <summary>What the target, which is to be a number, was scaled by; null where it was not.</summary>
    internal ColumnScaler? ScalerOfTarget(string operation)
    {
        Fitted f = RequiredTarget(operation);
        return f.Labels is null
            ? f.TargetScaler
            : throw new InvalidOperationException($"{operation}: the target '{f.Target}' is one of classes, which have no unit.");
    }

    /// <summary>The labels that a network's outputs stand for.</summary>
    /// <param name="outputs">Scores [rows, classes], whose greatest is taken, or class indices [rows].</param>
    /// <exception cref="ShapeException">There is another number of scores than of classes.</exception>
    /// <exception cref="InvalidOperationException">Not fitted, without a target, or with one of numbers.</exception>
    public string[] Labels(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Fitted f = RequiredTarget(nameof(Labels));
        if (f.Labels is null)
        {
            throw new InvalidOperationException($"Labels: the target '{f.Target}' is a number; use {nameof(InverseTargets)}.");
        }

        int classes = f.Labels.Classes.Count;
        if (outputs.Rank == 2 && outputs.Size(1) != classes)
        {
            throw new ShapeException($"Labels: {classes} classes need scores [rows, {classes}], not {outputs.Shape}.");
        }

        return f.Labels.InverseTransform(outputs.Rank == 2 ? outputs.Detach().ArgMax(1) : outputs);
    }

    private static void RequireNoMissing(Column target, string operation)
    {
        int missing = target.MissingCount;
        if (missing > 0)
        {
            throw new TableException(
                $"TablePipeline.{operation}: the target '{target.Name}' is missing in {missing} of {target.Count} rows; leave them out: "
                + $"table.DropMissing(\"{target.Name}\").");
        }
    }

    private IEnumerable<string> Rest(Table table, ColumnKind kind, IReadOnlyList<string>? others) =>
        table.Columns.Where(column => column.Kind == kind && column.Name != Target && others?.Contains(column.Name) != true)
            .Select(static column => column.Name);

    private Fitted FitTarget(Table training, Fitted inputs)
    {
        if (Target is null)
        {
            return inputs;
        }

        Column column = training[Target];
        RequireNoMissing(column, nameof(Fit));
        TargetEncoding encoding = TargetEncoding != TargetEncoding.Auto ? TargetEncoding
            : column.Kind == ColumnKind.Number ? TargetEncoding.Standardize : TargetEncoding.Classes;
        return encoding switch
        {
            TargetEncoding.Classes => inputs with { Target = Target, Labels = new LabelEncoder().Fit(column) },
            TargetEncoding.Standardize => inputs with
            {
                Target = Target,
                TargetScaler = new Standardizer().Fit(training.Numbers(Target).ToTensor(DType.Float64)),
            },
            _ => inputs with { Target = training.Numbers(Target).Name },
        };
    }

    private Fitted Required(string operation)
    {
        RequireFit(operation);
        return _fitted!;
    }

    private Fitted RequiredTarget(string operation)
    {
        Fitted f = Required(operation);
        return f.Target is not null ? f : throw new InvalidOperationException($"{operation}: this TablePipeline has no target.");
    }

    /// <summary>What was learned.</summary>
    private sealed record Fitted(string[] Numeric, Imputer Imputer, ColumnScaler? Scaler, OneHotEncoder Encoder)
    {
        public string? Target { get; init; }

        public Standardizer? TargetScaler { get; init; }

        public LabelEncoder? Labels { get; init; }

        public DateColumns? Dates { get; init; }
    }

    /// <summary>Columns of dates, and what becomes of them.</summary>
    private sealed record DateColumns(string[] Columns, DateParts Parts, string? Format)
    {
        /// <summary>The names of the columns of numbers.</summary>
        public IEnumerable<string> Names => Columns.SelectMany(column => DateTexts.Names(column, Parts));

        /// <summary>The table with numbers in the place of the dates.</summary>
        public Table Split(Table table) => Columns.Aggregate(table, (split, column) => split.WithDateParts(column, Parts, Format));
    }
}
