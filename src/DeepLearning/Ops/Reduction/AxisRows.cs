namespace DeepLearning;

/// <summary>Tensors seen as rows along one axis, as the backends' row kernels take them.</summary>
internal static class AxisRows
{
    /// <summary>The axis last, contiguous, of a type that is computed in, without history; a single number becomes a row of one.</summary>
    public static Tensor Of(Tensor x, int axis)
    {
        Tensor rows = x.Detach().To(x.DType.Compute());
        rows = rows.Rank == 0 ? rows.Reshape(1) : axis == rows.Rank - 1 ? rows : rows.MoveAxis(axis, -1);
        return rows.Contiguous();
    }

    /// <summary>A tensor like <paramref name="rows"/> with another length of the rows.</summary>
    public static Tensor Like(Tensor rows, int length, DType dtype)
    {
        Span<int> lengths = stackalloc int[rows.Rank];
        rows.Layout.Lengths.CopyTo(lengths);
        lengths[^1] = length;
        return Tensor.Allocate(lengths, dtype, rows.Device);
    }

    /// <summary>Rows put back to where their axis was in the operand.</summary>
    public static Tensor Back(Tensor rows, Tensor x, int axis, DType dtype)
    {
        rows = rows.To(dtype);
        return x.Rank == 0 ? rows.Reshape([]) : axis == x.Rank - 1 ? rows : rows.MoveAxis(-1, axis).Contiguous();
    }

    /// <summary>The axis of an operand that must have elements along it.</summary>
    public static int NotEmpty(Tensor x, int axis, string operation)
    {
        axis = Shape.Axis(axis, x.Rank, operation);
        return x.Rank > 0 && x.Size(axis) == 0
            ? throw new ShapeException($"{operation}: axis {axis} of a tensor {x.Shape} has no elements, so there is no result; its "
                + "length must be at least 1.")
            : axis;
    }

    /// <summary>
    /// The result of picking elements along an axis: with their history when recorded, else the values at hand. Positions keep the axis.
    /// </summary>
    public static ValuesAndIndices Pick(Tensor x, int axis, Tensor values, Tensor positions, bool keepDim)
    {
        if (GradMode.Records(x))
        {
            values = x.Rank == 0 ? x.Clone() : x.Gather(axis, positions);
        }

        return keepDim || x.Rank == 0 ? new(values, positions) : new(values.Squeeze(axis), positions.Squeeze(axis));
    }

    /// <summary>As <see cref="Pick"/>, of values and positions that are rows along the last axis.</summary>
    public static ValuesAndIndices PickRows(Tensor x, int axis, Tensor values, Tensor positions, bool keepDim) =>
        Pick(x, axis, Back(values, x, axis, x.DType), Back(positions, x, axis, DType.Int64), keepDim);

    /// <summary>The element at position k (from 0) of each sorted row.</summary>
    public static ValuesAndIndices Select(Tensor x, Tensor rows, int k, int axis, bool keepDim)
    {
        Tensor values = Like(rows, 1, rows.DType), positions = Like(rows, 1, DType.Int64);
        RowOperations.Select(rows, k, values, positions);
        Recording.Of(
            new RowsOperation(
                "KthValue", "k", k + 1, 1, static (x, place, y, at) => RowOperations.Select(x, (int)place.ToInt64() - 1, y, at)),
            [values, positions], [rows]);
        return PickRows(x, axis, values, positions, keepDim);
    }
}

/// <summary>An operation that makes of each row some of its values, and where they stood.</summary>
/// <param name="name">The operation's name.</param>
/// <param name="attribute">What it is told.</param>
/// <param name="value">The value of that.</param>
/// <param name="length">The length of the results' rows.</param>
/// <param name="compute">Computes values and positions of rows, with the value; captures nothing.</param>
internal readonly struct RowsOperation(
    string name, string attribute, Scalar value, int length, Action<Tensor, Scalar, Tensor, Tensor> compute) : IOperation
{
    public string Name => name;

    public void Describe(OperationAttributes attributes) => attributes.Add(attribute, value);

    public Replay CreateReplay()
    {
        (Scalar told, int kept, Action<Tensor, Scalar, Tensor, Tensor> run) = (value, length, compute);
        return (inputs, outputs) =>
        {
            Tensor rows = inputs[0]!;
            outputs[0] = AxisRows.Like(rows, kept, rows.DType);
            outputs[1] = AxisRows.Like(rows, kept, DType.Int64);
            run(rows, told, outputs[0], outputs[1]);
        };
    }
}
