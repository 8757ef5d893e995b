namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Rows of a table by their numbers: y[…, :] = weight[indices[…], :].</summary>
    /// <param name="weight">The table [rows, width].</param>
    /// <param name="indices">Row numbers, int64 or int32, of any shape.</param>
    /// <param name="paddingIdx">A row that gets no gradient; negative counts from the end.</param>
    /// <returns>A tensor [indices' shape, width].</returns>
    /// <remarks>The gradient adds the rows of one number in the order of the indices: the same bits on any number of threads.</remarks>
    /// <exception cref="ShapeException">The table is not a matrix.</exception>
    /// <exception cref="IndexException">A row number is negative or beyond the table.</exception>
    /// <exception cref="DTypeException">The indices are not of an integer type.</exception>
    public static Tensor Embedding(Tensor weight, Tensor indices, int? paddingIdx = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(indices);
        if (weight.Rank != 2)
        {
            throw new ShapeException($"Embedding: the weight is a table [rows, width], not a tensor {weight.Shape}.");
        }

        Broadcasting.CheckDevices(weight, indices, "Embedding");
        int rows = weight.Layout.Lengths[0];
        int padding = paddingIdx is { } row ? IndexTensors.Position(row, 0, rows, "Embedding (paddingIdx)") : -1;
        Selection selection = Selection.OfAxis(weight, 0, IndexTensors.Checked(indices, 0, rows, "Embedding", allowsNegative: false));
        Tensor result = Allocate(selection.Result, weight.DType, weight.Device);
        weight.Backend.GatherBlocks(weight, selection, result);
        return Recording.Of(new EmbeddingOperation(selection, padding), result, weight);
    }
}

file readonly struct EmbeddingOperation(Selection selection, int padding) : IOperation
{
    public string Name => "Embedding";

    public void Describe(OperationAttributes attributes) =>
        attributes.Operand(selection.Indices).AddIf("padding_idx", padding < 0 ? null : padding);

    public Node CreateNode() => new EmbeddingNode(selection, padding);
}

file sealed class EmbeddingNode : Node
{
    private readonly Selection _selection;
    private readonly int _padding;

    public EmbeddingNode(Selection selection, int padding)
    {
        _selection = selection;
        _padding = padding;
        Save(selection.Indices[0]);
    }

    public override string Name => "Embedding";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor index = Saved(0);
        if (_padding >= 0)
        {
            gradient = gradient.MaskedFill(index.EqualTo(_padding).Unsqueeze(-1), 0.0);
        }

        gradients[0] = Selection.SpreadAdd(gradient, _selection);
    }
}
