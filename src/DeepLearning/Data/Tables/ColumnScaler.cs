namespace DeepLearning.Data;

/// <summary>
/// Shifts and scales each column: (x − <see cref="Offset"/>) / <see cref="Scale"/>. Missing numbers (NaN) are passed over by the fit and
/// stay missing. Fit on training rows only.
/// </summary>
public abstract class ColumnScaler : Preprocessor
{
    private double[]? _offset, _scale;

    private protected ColumnScaler()
    {
    }

    /// <inheritdoc/>
    public override bool IsFitted => _offset is not null;

    /// <summary>What is subtracted from each column, [columns] in float64.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Offset => Vector(_offset, nameof(Offset));

    /// <summary>What each column is then divided by, [columns] in float64.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Scale => Vector(_scale, nameof(Scale));

    /// <summary>The names of the columns; null if fitted on a tensor.</summary>
    public IReadOnlyList<string>? Names { get; private set; }

    private protected override string Learned => ColumnsOf(Names, _offset!.Length);

    /// <summary>Scales rows.</summary>
    /// <param name="x">The rows, [.., columns]; [rows] if there is one column.</param>
    /// <returns>The same shape and type; float32 for integers. Computed in float64, differentiable.</returns>
    /// <exception cref="ShapeException">The last axis has another length.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Transform(Tensor x)
    {
        RequireShape(x, nameof(Transform));
        return IsExtreme
            ? ((((x.To(DType.Float64) * 0.5) - (Offset * 0.5)) / Scale) * 2).To(Result(x))
            : ((x.To(DType.Float64) - Offset) / Scale).To(Result(x));
    }

    /// <summary>Takes the scaling back: x · <see cref="Scale"/> + <see cref="Offset"/>.</summary>
    /// <param name="x">Scaled rows, [.., columns]; [rows] if there is one column.</param>
    /// <returns>The same shape and type; float32 for integers. Computed in float64, differentiable.</returns>
    /// <exception cref="ShapeException">The last axis has another length.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor InverseTransform(Tensor x)
    {
        RequireShape(x, nameof(InverseTransform));
        return IsExtreme
            ? ((((x.To(DType.Float64) * 0.5) * Scale) + (Offset * 0.5)) * 2).To(Result(x))
            : ((x.To(DType.Float64) * Scale) + Offset).To(Result(x));
    }

    /// <summary>Scales the fitted columns of a table; its other columns stay as they are.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="TableException">A fitted column is missing or holds texts.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Table Transform(Table table) => Change(table, nameof(Transform), IsExtreme
        ? static (x, offset, scale) => ((x * 0.5) - (offset * 0.5)) / scale * 2
        : static (x, offset, scale) => (x - offset) / scale);

    /// <summary>Takes the scaling of the fitted columns of a table back; its other columns stay as they are.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="TableException">A fitted column is missing or holds texts.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Table InverseTransform(Table table) =>
        Change(table, nameof(InverseTransform), IsExtreme
            ? static (x, offset, scale) => ((x * 0.5 * scale) + (offset * 0.5)) * 2
            : static (x, offset, scale) => (x * scale) + offset);

    /// <summary>Whether x − offset may leave the range of numbers; both are then halved first.</summary>
    private bool IsExtreme => Array.Exists(_offset ?? [], static x => Math.Abs(x) > double.MaxValue / 8)
        || Array.Exists(_scale ?? [], static x => Math.Abs(x) > double.MaxValue / 8);

    /// <summary>The offset and the scale of a column with these numbers, none of them missing.</summary>
    private protected abstract (double Offset, double Scale) FitColumn(double[] known);

    private protected void FitColumns(NumberRows rows)
    {
        double[] offset = new double[rows.Columns.Length], scale = new double[rows.Columns.Length];
        for (int j = 0; j < offset.Length; j++)
        {
            (offset[j], scale[j]) = FitColumn(rows.Known(j, GetType().Name));
        }

        (_offset, _scale, Names) = (offset, scale, rows.Names);
    }

    private protected override void Write(PreprocessorState state)
    {
        state.Tensors["offset"] = Offset;
        state.Tensors["scale"] = Scale;
        if (Names is not null)
        {
            state.SetTexts("names", Names);
        }
    }

    private protected override void Read(PreprocessorState state)
    {
        double[] offset = state.Numbers("offset"), scale = state.Numbers("scale", offset.Length);
        string[]? names = state.Metadata.ContainsKey("names") ? state.Texts("names") : null;
        if (names is not null && names.Length != offset.Length)
        {
            throw new InvalidDataException($"it has {names.Length} names for {offset.Length} columns");
        }

        if (!Array.TrueForAll(offset, double.IsFinite) || !Array.TrueForAll(scale, static s => double.IsFinite(s) && s != 0))
        {
            throw new InvalidDataException("an offset is not finite, or a scale is not finite or 0");
        }

        (_offset, _scale, Names) = (offset, scale, names);
    }

    private static DType Result(Tensor x) => x.DType.IsFloatingPoint() ? x.DType : DType.Float32;

    private Tensor Vector(double[]? values, string name)
    {
        RequireFit(name);
        return Tensor.From(values!, values!.Length);
    }

    private void RequireShape(Tensor x, string operation)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireFit(operation);
        int columns = _offset!.Length;
        if (!(x.Rank == 1 && columns == 1) && !(x.Rank >= 2 && x.Size(-1) == columns))
        {
            string names = Names is null ? "" : $" ({string.Join(", ", Names)})";
            throw new ShapeException(
                $"{GetType().Name}.{operation}: fitted on {columns} columns{names}, it needs rows [.., {columns}], not {x.Shape}.");
        }
    }

    private Table Change(Table table, string operation, Func<double, double, double, double> change)
    {
        ArgumentNullException.ThrowIfNull(table);
        RequireFit(operation);
        IReadOnlyList<string> names = Names ?? table.Names;
        if (names.Count != _offset!.Length)
        {
            throw new TableException(
                $"{GetType().Name}.{operation}: fitted on {_offset.Length} columns without names, it was given {names.Count}.");
        }

        NumberColumn[] columns = [.. names.Select(table.Numbers)];
        for (int j = 0; j < columns.Length; j++)
        {
            (double offset, double scale) = (_offset[j], _scale![j]);
            table = table.With(columns[j].Map(x => change(x, offset, scale)));
        }

        return table;
    }
}
