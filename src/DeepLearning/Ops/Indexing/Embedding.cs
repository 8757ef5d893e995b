namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Rows of a table by their numbers: y[…, :] = weight[indices[…], :].</summary>
    /// <param name="weight">The table [rows, width].</param>
    /// <param name="indices">Row numbers, int64 or int32, of any shape.</param>
    /// <param name="paddingIdx">A row that gets no gradient; negative counts from the end.</param>
    /// <param name="maxNorm">
    /// Rows that are used and are longer than this are first shortened to it, in the table itself and without a record.
    /// </param>
    /// <param name="normType">The p of the p-norm that <paramref name="maxNorm"/> is about.</param>
    /// <param name="scaleGradByFreq">Divides a row's gradient by how often its number is among the indices.</param>
    /// <param name="sparse">
    /// Keeps the gradient of a table that is a leaf by rows, for an optimizer that changes only rows that were used; whoever reads
    /// <see cref="Grad"/> gets all of it.
    /// </param>
    /// <returns>A tensor [indices' shape, width].</returns>
    /// <remarks>The gradient adds the rows of one number in the order of the indices: the same bits on any number of threads.</remarks>
    /// <exception cref="ShapeException">The table is not a matrix.</exception>
    /// <exception cref="IndexException">A row number is negative or beyond the table.</exception>
    /// <exception cref="DTypeException">The indices are not of an integer type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> or <paramref name="normType"/> is not positive.</exception>
    public static Tensor Embedding(
        Tensor weight, Tensor indices, int? paddingIdx = null, double? maxNorm = null, double normType = 2, bool scaleGradByFreq = false,
        bool sparse = false)
    {
        (Tensor checkedIndices, int padding) =
            EmbeddingTables.Check(weight, indices, paddingIdx, maxNorm, normType, "Embedding");
        EmbeddingTables.Shorten(weight, checkedIndices, maxNorm, normType);
        Selection selection = Selection.OfAxis(weight, 0, checkedIndices);
        Tensor result = Allocate(selection.Result, weight.DType, weight.Device);
        weight.Backend.GatherBlocks(weight, selection, result);
        return Recording.Of(new EmbeddingOperation(selection, padding, scaleGradByFreq, sparse), result, weight);
    }
}

/// <summary>What the operations on tables of rows share.</summary>
internal static class EmbeddingTables
{
    /// <summary>The indices as int64 within the table, and the number of the padding row, −1 without one.</summary>
    public static (Tensor Indices, int Padding) Check(
        Tensor weight, Tensor indices, int? paddingIdx, double? maxNorm, double normType, string operation)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(indices);
        if (weight.Rank != 2)
        {
            throw new ShapeException($"{operation}: the weight is a table [rows, width], not a tensor {weight.Shape}.");
        }

        CheckNorm(maxNorm, normType, operation);
        Broadcasting.CheckDevices(weight, indices, operation);
        int rows = weight.Size(0);
        int padding = paddingIdx is { } row ? IndexTensors.Position(row, 0, rows, $"{operation} (paddingIdx)") : -1;
        return (IndexTensors.Checked(indices, 0, rows, operation, allowsNegative: false), padding);
    }

    public static void CheckNorm(double? maxNorm, double normType, string operation)
    {
        if (maxNorm is <= 0 or double.NaN)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxNorm), maxNorm, $"{operation}: the greatest norm of a row is positive, or null for no limit.");
        }

        if (normType is <= 0 or double.NaN)
        {
            throw new ArgumentOutOfRangeException(nameof(normType), normType, $"{operation}: the p of a norm is positive.");
        }
    }

    /// <summary>A maximum has no gradient of every row to scale or to keep.</summary>
    public static void CheckBagMode(BagMode mode, bool scaleGradByFreq, bool sparse)
    {
        if (mode == BagMode.Max && (scaleGradByFreq || sparse))
        {
            throw new ArgumentException(
                $"EmbeddingBag: {(sparse ? nameof(sparse) : nameof(scaleGradByFreq))} is for sums and means, not for {mode}.");
        }
    }

    /// <summary>Shortens the rows that are used to a norm, as PyTorch does: by max / (norm + 10⁻⁷).</summary>
    public static void Shorten(Tensor weight, Tensor indices, double? maxNorm, double normType)
    {
        if (maxNorm is not { } limit || indices.Count == 0)
        {
            return;
        }

        using GradMode.Region region = GradMode.NoGrad();
        Tensor used = indices.Reshape(-1).Unique().Values;
        Tensor rows = weight.Detach().IndexSelect(0, used);
        Tensor norms = rows.To(rows.DType.Compute()).Norm(normType, [1], keepDim: true);
        Tensor factors = Tensor.Where(norms.Greater(limit), limit / (norms + 1e-7), Tensor.OnesLike(norms));
        weight.IndexCopyInPlace(0, used, (rows.To(norms.DType) * factors).To(weight.DType));
    }

    /// <summary>1 / how often each index is among all of them, [n].</summary>
    public static Tensor Shares(Tensor index, DType dtype)
    {
        UniqueValues counted = index.Unique();
        return counted.Counts.To(dtype).Reciprocal().IndexSelect(0, counted.Inverse.Reshape(-1));
    }
}

file readonly struct EmbeddingOperation(Selection selection, int padding, bool byFrequency, bool sparse) : IOperation
{
    public string Name => "Embedding";

    public void Describe(OperationAttributes attributes) =>
        attributes.Operand(selection.Indices).AddIf("padding_idx", padding < 0 ? null : padding);

    public Node CreateNode() => new EmbeddingNode(selection, padding, byFrequency, sparse);

    public Replay CreateReplay() => (inputs, outputs) => outputs[0] = Tensor.Embedding(inputs[0]!, inputs[1]!);
}

file sealed class EmbeddingNode : Node
{
    private readonly Selection _selection;
    private readonly int _padding;
    private readonly bool _byFrequency;
    private readonly bool _sparse;

    public EmbeddingNode(Selection selection, int padding, bool byFrequency, bool sparse)
    {
        (_selection, _padding, _byFrequency, _sparse) = (selection, padding, byFrequency, sparse);
        Save(selection.Indices[0]);
    }

    public override string Name => "Embedding";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor index = Saved(0);
        if (_byFrequency)
        {
            Tensor shares = EmbeddingTables.Shares(index.Reshape(-1), gradient.DType.Compute());
            gradient = (gradient.To(shares.DType) * shares.Reshape([.. index.Layout.Lengths, 1])).To(gradient.DType);
        }

        if (_sparse && index.Count > 0 && BackwardPass.LeafForRows(Edges[0]) is { } table && table.DType == gradient.DType
            && ReferenceEquals(table.Device, gradient.Device))
        {
            AccumulateRows(table, index.Reshape(-1), gradient.Reshape(-1, _selection.Shape[1]));
            return;
        }

        if (_padding >= 0)
        {
            gradient = gradient.MaskedFill(index.EqualTo(_padding).Unsqueeze(-1), 0.0);
        }

        gradients[0] = Selection.SpreadAdd(gradient, _selection);
    }

    /// <summary>The padding row is not among the rows: it has no gradient, rather than one of 0.</summary>
    private void AccumulateRows(Tensor table, Tensor index, Tensor gradient)
    {
        if (_padding >= 0)
        {
            Tensor kept = index.NotEqualTo(_padding).NonZero().Reshape(-1);
            if (kept.Count == 0)
            {
                return;
            }

            (index, gradient) = (index.IndexSelect(0, kept), gradient.IndexSelect(0, kept));
        }

        table.AccumulateRows(index, gradient);
    }
}
