namespace DeepLearning;

public partial class Tensor
{
    /// <summary>yᵢ = x₀ + … + xᵢ along an axis; integers and truth values add up in int64.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="dtype">The type to add in and of the result.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor CumSum(int axis, DType? dtype = null)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("CumSum");
            return cast.Of(this).CumSum(axis, dtype);
        }

        Tensor x = To(dtype ?? (DType.IsFloatingPoint() ? DType : DType.Int64));
        axis = Shape.Axis(axis, Rank, "CumSum");
        Tensor y = Scanned(x, axis, Scan.Sum, out _);
        return Recording.Of(new CumSumOperation(axis), y, x);
    }

    /// <summary>yᵢ = x₀ · … · xᵢ along an axis; integers and truth values multiply in int64.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="dtype">The type to multiply in and of the result.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public Tensor CumProd(int axis, DType? dtype = null)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("CumProd");
            return cast.Of(this).CumProd(axis, dtype);
        }

        DType result = dtype ?? (DType.IsFloatingPoint() ? DType : DType.Int64);
        Tensor x = To(result);
        axis = Shape.Axis(axis, Rank, "CumProd");

        // 16-bit floats, and what their gradient needs of the products, stay in float32; small integers wrap once, at the end.
        DType compute = result.IsFloatingPoint() ? result.Compute() : DType.Int64;
        return OverLast(x.To(compute), axis, static rows => LinearScan.Of(rows, null, 1, false)).To(result);
    }

    /// <summary>
    /// The greatest of x₀ … xᵢ along an axis and where it stands (the last place among equals); from a NaN on all are NaN.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public ValuesAndIndices CumMax(int axis) => RunningExtreme(axis, Scan.Max, "CumMax");

    /// <summary>The least of x₀ … xᵢ along an axis and where it stands (the last place among equals); from a NaN on all are NaN.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    public ValuesAndIndices CumMin(int axis) => RunningExtreme(axis, Scan.Min, "CumMin");

    /// <summary>yᵢ = ln(exp x₀ + … + exp xᵢ) along an axis, without overflow.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor LogCumSumExp(int axis)
    {
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"LogCumSumExp: defined for floating-point tensors, not {DType.Name()}; convert with "
                + "To(DType.Float32).");
        }

        axis = Shape.Axis(axis, Rank, "LogCumSumExp");
        if (DType.Compute() != DType)
        {
            return To(DType.Compute()).LogCumSumExp(axis).To(DType);
        }

        Tensor y = Scanned(this, axis, Scan.LogSumExp, out _);
        return Recording.Of(new LogCumSumExpOperation(axis, this, y), y, this);
    }

    /// <summary>Runs a differentiable function of rows along any axis.</summary>
    private static Tensor OverLast(Tensor x, int axis, Func<Tensor, Tensor> function)
    {
        if (x.Rank == 0)
        {
            return function(x.Reshape(1)).Reshape([]);
        }

        bool last = axis == x.Rank - 1;
        Tensor y = function(last ? x : x.MoveAxis(axis, -1));
        return last ? y : y.MoveAxis(-1, axis).Contiguous();
    }

    private static Tensor Scanned(Tensor x, int axis, Scan scan, out Tensor? positions)
    {
        Tensor rows = AxisRows.Of(x, axis);
        Tensor y = EmptyLike(rows);
        positions = scan is Scan.Max or Scan.Min ? Allocate(rows.Layout, DType.Int64, rows.Device) : null;
        x.Backend.ScanRows(scan, rows, y, positions);
        ScanOperation operation = new(scan);
        if (positions is null)
        {
            Recording.Of(operation, y, rows);
        }
        else
        {
            Recording.Of(operation, [y, positions], [rows]);
        }

        return AxisRows.Back(y, x, axis, x.DType);
    }

    private ValuesAndIndices RunningExtreme(int axis, Scan scan, string operation)
    {
        axis = Shape.Axis(axis, Rank, operation);
        Tensor values = Scanned(this, axis, scan, out Tensor? positions);
        return AxisRows.Pick(this, axis, values, AxisRows.Back(positions!, this, axis, DType.Int64), keepDim: true);
    }
}

file readonly struct CumSumOperation(int axis) : IOperation
{
    public string Name => "CumSum";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis);

    public Node CreateNode() => new CumSumNode(axis);

    public Replay CreateReplay()
    {
        int along = axis;
        return (inputs, outputs) => outputs[0] = inputs[0]!.CumSum(along, inputs[0]!.DType);
    }
}

/// <summary>Each gradient reaches all before it: sums from each place to the end.</summary>
file sealed class CumSumNode(int axis) : Node
{
    public override string Name => "CumSum";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) => gradients[0] =
        gradient.Rank == 0 ? gradient : gradient.Flip(axis).CumSum(axis).Flip(axis);
}

file readonly struct LogCumSumExpOperation(int axis, Tensor x, Tensor y) : IOperation
{
    public string Name => "LogCumSumExp";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis);

    public Node CreateNode() => new LogCumSumExpNode(axis, x, y);

    public Replay CreateReplay()
    {
        int along = axis;
        return (inputs, outputs) => outputs[0] = inputs[0]!.LogCumSumExp(along);
    }
}

file sealed class LogCumSumExpNode : Node
{
    private readonly int _axis;

    public LogCumSumExpNode(int axis, Tensor x, Tensor y)
    {
        _axis = axis;
        Save(x, y);
    }

    public override string Name => "LogCumSumExp";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor x = Saved(0), y = Saved(1);
        if (x.Rank == 0 || x.Count == 0)
        {
            gradients[0] = gradient;
            return;
        }

        // Σₖ≥ᵢ dyₖ exp(xᵢ − yₖ) as a recurrence from the end, whose factors exp(yᵢ − yᵢ₊₁) are at most 1.
        // Where all up to a place are −∞, their share of the sum is 0 there and later.
        Tensor rows = y.MoveAxis(_axis, -1);
        Tensor factors = (rows - Logarithm.Finite(LinearScan.Shifted(rows, double.PositiveInfinity, back: true))).Exp();
        Tensor total = LinearScan.Of(factors, gradient.MoveAxis(_axis, -1), 0, true).MoveAxis(-1, _axis);
        gradients[0] = (x - Logarithm.Finite(y)).Exp() * total;
    }
}

file readonly struct ScanOperation(Scan scan) : IOperation
{
    public string Name => "Cum" + scan;

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", -1);
}
