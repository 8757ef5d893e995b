namespace DeepLearning.Layers;

/// <summary>The masks of an attention layer: bool, true where a key is hidden, or numbers that are added to the products.</summary>
internal static class AttentionMask
{
    /// <summary>Refuses a mask that is neither bool nor of the input's type.</summary>
    public static void CheckType(Module layer, Tensor? mask, DType dtype, string name)
    {
        if (mask is not null && mask.DType != DType.Bool && !mask.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{layer.LabelInModel()}: {name} is bool (true hides a key) or of a floating-point type, such as {dtype.Name()}, not "
                + $"{mask.DType.Name()}.");
        }
    }

    /// <summary>Refuses a mask of another shape than one of those that fit.</summary>
    public static void CheckShape(Module layer, Tensor? mask, string name, params ReadOnlySpan<int[]> fitting)
    {
        if (mask is null)
        {
            return;
        }

        foreach (int[] shape in fitting)
        {
            if (mask.Shape.AsSpan().SequenceEqual(shape))
            {
                return;
            }
        }

        string[] shapes = new string[fitting.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            shapes[i] = Shape.Format(fitting[i]);
        }

        throw new ShapeException(
            $"{layer.LabelInModel()}: {name} {mask.Shape} does not fit; it must be {string.Join(" or ", shapes)}.");
    }

    /// <summary>Both masks in one: true where either hides a key, or the sum of what they add.</summary>
    public static Tensor? Merge(Tensor? first, Tensor? second, DType dtype)
    {
        if (first is null || second is null)
        {
            return first ?? second;
        }

        return first.DType == DType.Bool && second.DType == DType.Bool
            ? first.LogicalOr(second)
            : Added(first, dtype) + Added(second, dtype);
    }

    /// <summary>A mask as numbers to add: −∞ where it hides.</summary>
    public static Tensor Added(Tensor mask, DType dtype) => mask.DType == DType.Bool
        ? Tensor.Zeros(mask.Shape, dtype, mask.Device).MaskedFill(mask, double.NegativeInfinity)
        : mask.To(dtype);

    /// <summary>A mask as the attention itself takes it: truth values say there what is visible.</summary>
    public static Tensor? Visible(Tensor? mask, DType dtype) =>
        mask is null ? null : mask.DType == DType.Bool ? mask.LogicalNot() : mask.To(dtype);

    /// <summary>A mask with columns for keys that were appended, which nothing hides.</summary>
    public static Tensor? Extended(Tensor? mask, int keys)
    {
        if (mask is null || keys == 0)
        {
            return mask;
        }

        return mask.Pad([0, keys], value: mask.DType == DType.Bool ? false : 0.0);
    }

    /// <summary>
    /// Whether the steps are causal: as it is said; where nothing is, whether the mask is the one that hides what comes later. It is not
    /// looked at where that would save nothing, or where what depends on it would be lost: in a trace, and for a mask that learns.
    /// </summary>
    public static bool IsCausal(Tensor? mask, Tensor? padding, bool? isCausal, int steps)
    {
        if (isCausal is { } said)
        {
            return said;
        }

        if (padding is not null || mask is null or { RequiresGrad: true } || Trace.IsAnyOn
            || mask.Rank != 2 || mask.Size(0) != steps || mask.Size(1) != steps)
        {
            return false;
        }

        Tensor later = Tensor.Ones([steps, steps], DType.Bool, mask.Device).Triu(1);
        return mask.DType == DType.Bool
            ? mask.Equal(later)
            : mask.IsNegInf().Equal(later) && mask.Detach().MaskedFill(later, 0.0).EqualTo(0.0).All().Item<bool>();
    }
}
