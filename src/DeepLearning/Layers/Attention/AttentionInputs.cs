namespace DeepLearning.Layers;

/// <summary>The sizes of an attention layer's inputs, which are known to fit.</summary>
/// <param name="Batch">The number of examples; 1 without a batch axis.</param>
/// <param name="Queries">The length of the query.</param>
/// <param name="Keys">The length of key and value.</param>
internal readonly record struct AttentionInputs(int Batch, int Queries, int Keys)
{
    /// <summary>The sizes, or the error that names the layer, the argument and what would fit.</summary>
    public static AttentionInputs Of(
        MultiheadAttention layer, Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask, Tensor? attnMask, bool isCausal)
    {
        int rank = query.Rank, batchAxis = layer.BatchFirst ? 0 : 1, lengthAxis = layer.BatchFirst && rank == 3 ? 1 : 0;
        string axes = layer.BatchFirst ? "[batch, length, {0}]" : "[length, batch, {0}]";
        if (rank is not (2 or 3) || query.Size(-1) != layer.EmbedDim)
        {
            throw Wrong(layer, "query", query, $"{Axes(axes, layer.EmbedDim)} or [length, {layer.EmbedDim}]");
        }

        int batch = rank == 3 ? query.Size(batchAxis) : 1, queries = query.Size(lengthAxis);
        int keys = key.Rank == rank ? key.Size(lengthAxis) : 0;
        Check(layer, "key", key, rank, batch, keys, layer.KDim, anyLength: true);
        Check(layer, "value", value, rank, batch, keys, layer.VDim, anyLength: false);
        DType dtype = layer.OutProj.Weight.DType;
        foreach ((Tensor input, string name) in ((Tensor, string)[])[(query, "query"), (key, "key"), (value, "value")])
        {
            if (input.DType != dtype && !(Autocast.Enabled && input.DType.IsFloatingPoint()))
            {
                throw new DTypeException(
                    $"{layer.LabelInModel()}: a {name} of {input.DType.Name()} does not fit parameters of {dtype.Name()}; convert it with "
                    + "To(...), or the model.");
            }
        }

        if (isCausal && attnMask is null)
        {
            throw new ArgumentException(
                $"{layer.LabelInModel()}: isCausal says that attnMask hides what comes later, and there is none; "
                + "pass Transformer.GenerateSquareSubsequentMask(length).", nameof(isCausal));
        }

        AttentionMask.CheckType(layer, keyPaddingMask, dtype, "keyPaddingMask");
        AttentionMask.CheckType(layer, attnMask, dtype, "attnMask");
        AttentionMask.CheckShape(layer, keyPaddingMask, "keyPaddingMask", rank == 3 ? [batch, keys] : [keys]);
        AttentionMask.CheckShape(layer, attnMask, "attnMask", [queries, keys], [batch * layer.NumHeads, queries, keys]);
        return new AttentionInputs(batch, queries, keys);
    }

    private static void Check(MultiheadAttention layer, string name, Tensor x, int rank, int batch, int length, int width, bool anyLength)
    {
        string steps = anyLength ? "length" : $"{length}";
        string wanted = rank == 2 ? $"[{steps}, {width}]"
            : layer.BatchFirst ? $"[{batch}, {steps}, {width}]"
            : $"[{steps}, {batch}, {width}]";
        bool fits = x.Rank == rank && x.Size(-1) == width
            && (rank == 2 || x.Size(layer.BatchFirst ? 0 : 1) == batch)
            && x.Size(rank == 3 && layer.BatchFirst ? 1 : 0) == length;
        if (!fits)
        {
            throw Wrong(layer, name, x, wanted);
        }
    }

    private static string Axes(string axes, int width) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, axes, width);

    private static ShapeException Wrong(MultiheadAttention layer, string name, Tensor x, string wanted) =>
        new($"{layer.LabelInModel()}: a {name} {x.Shape} does not fit; it must be {wanted}.");
}
