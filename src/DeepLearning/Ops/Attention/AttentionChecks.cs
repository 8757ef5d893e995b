namespace DeepLearning;

/// <summary>What the operands of an attention must be.</summary>
internal static class AttentionChecks
{
    private const string Operation = "ScaledDotProductAttention";

    public static void Check(
        Tensor query, Tensor key, Tensor value, Tensor? mask, double dropout, bool isCausal, bool enableGqa)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        OptionChecks.Probability(dropout, Operation, "dropoutP");
        if (mask is not null && isCausal)
        {
            throw new ArgumentException(
                $"{Operation}: isCausal makes its own mask; leave attnMask out, or hide the later keys in it yourself.", nameof(isCausal));
        }

        CheckTypes(query, key, value, mask);
        Broadcasting.CheckDevices(query, key, Operation);
        Broadcasting.CheckDevices(query, value, Operation);
        int least = enableGqa ? 3 : 2;
        if (query.Rank < least || key.Rank < least || value.Rank < least)
        {
            throw new ShapeException(
                $"{Operation}: query {query.Shape}, key {key.Shape} and value {value.Shape} need "
                + $"{(enableGqa ? "the axes [.., heads, length, width]" : "the axes [.., length, width]")}.");
        }

        if (query.Size(-1) != key.Size(-1))
        {
            throw new ShapeException(
                $"{Operation}: a key {key.Shape} does not fit a query {query.Shape}; its last axis must have length {query.Size(-1)}.");
        }

        if (key.Size(-2) != value.Size(-2))
        {
            throw new ShapeException(
                $"{Operation}: a value {value.Shape} does not fit a key {key.Shape}; it must be [.., {key.Size(-2)}, width].");
        }

        if (enableGqa)
        {
            CheckGroups(query, key, "key");
            CheckGroups(query, value, "value");
        }
    }

    /// <summary>The axes before the last two, to which all operands broadcast; the mask adds none.</summary>
    public static int[] Batch(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        int[] weights, batch;
        try
        {
            weights = Shape.Broadcast(Outer(query), Outer(key), Operation);
            batch = Shape.Broadcast(weights, Outer(value), Operation);
        }
        catch (ShapeException)
        {
            throw new ShapeException(
                $"{Operation}: the axes before the last two of query {query.Shape}, key {key.Shape} and value {value.Shape} do not "
                + "broadcast; they must be equal, or of length 1.");
        }

        if (mask is not null)
        {
            Broadcasting.CheckDevices(query, mask, Operation);
            int[] full = [.. weights, query.Size(-2), key.Size(-2)];
            int missing = full.Length - mask.Rank;
            bool fits = missing >= 0;
            for (int axis = 0; fits && axis < mask.Rank; axis++)
            {
                fits = mask.Size(axis) == 1 || mask.Size(axis) == full[missing + axis];
            }

            if (!fits)
            {
                throw new ShapeException(
                    $"{Operation}: an attnMask {mask.Shape} does not broadcast to the products {Shape.Format(full)} of "
                    + $"query {query.Shape} and key {key.Shape}.");
            }
        }

        return batch;
    }

    private static ReadOnlySpan<int> Outer(Tensor x) => x.Layout.Lengths.AsSpan(0, x.Rank - 2);

    private static void CheckTypes(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        if (!query.DType.IsFloatingPoint() || key.DType != query.DType || value.DType != query.DType)
        {
            throw new DTypeException(
                $"{Operation}: query, key and value are of one floating-point type, not {query.DType.Name()}, {key.DType.Name()} and "
                + $"{value.DType.Name()}; convert with To(...).");
        }

        if (mask is not null && mask.DType is not (DType.Bool or DType.Float32) && mask.DType != query.DType)
        {
            throw new DTypeException(
                $"{Operation}: an attnMask is bool (true takes part), float32 or {query.DType.Name()}, as the query, not "
                + $"{mask.DType.Name()}.");
        }
    }

    private static void CheckGroups(Tensor query, Tensor x, string name)
    {
        int heads = query.Size(-3), groups = x.Size(-3);
        if (groups == 0 || heads % groups != 0)
        {
            throw new ShapeException(
                $"{Operation}: the {groups} heads of a {name} {x.Shape} do not divide the {heads} heads of the query {query.Shape}.");
        }
    }
}
