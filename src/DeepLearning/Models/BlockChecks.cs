using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>What the blocks refuse, in the same words everywhere.</summary>
internal static class BlockChecks
{
    /// <summary>Refuses an input that does not have these lengths; −1 stands for any, and is called by the name beside it.</summary>
    public static void Shape(Module block, Tensor x, string argument, params ReadOnlySpan<(string Name, int Length)> axes)
    {
        ArgumentNullException.ThrowIfNull(x, argument);
        bool fits = x.Rank == axes.Length;
        for (int axis = 0; fits && axis < axes.Length; axis++)
        {
            fits = axes[axis].Length < 0 || x.Size(axis) == axes[axis].Length;
        }

        if (!fits)
        {
            throw new ShapeException($"{block.Kind}: {argument} {x.Shape} does not fit; it must be {Text(axes)}.");
        }
    }

    /// <summary>Refuses an input whose last axis has another length, or that has fewer axes.</summary>
    public static void Width(Module block, Tensor x, string argument, int width, int leastRank = 1)
    {
        ArgumentNullException.ThrowIfNull(x, argument);
        if (x.Rank < leastRank || x.Size(-1) != width)
        {
            string axes = leastRank switch { 1 => "[..", 2 => "[.., length", _ => "[batch, length" };
            throw new ShapeException($"{block.Kind}: {argument} {x.Shape} does not fit; it must be {axes}, {width}].");
        }
    }

    /// <summary>Refuses numbers of tokens that are not whole numbers, or not [batch, length].</summary>
    public static void Tokens(Module block, Tensor tokens, string argument = "tokens")
    {
        ArgumentNullException.ThrowIfNull(tokens, argument);
        if (tokens.Rank != 2)
        {
            throw new ShapeException($"{block.Kind}: {argument} {tokens.Shape} do not fit; they must be [batch, length].");
        }

        if (tokens.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"{block.Kind}: {argument} are numbers of tokens, of int64 or int32, not of {tokens.DType.Name()}.");
        }
    }

    /// <summary>Refuses a mask that is not of truth values, or does not broadcast to these lengths.</summary>
    public static void Mask(Module block, Tensor? mask, params ReadOnlySpan<int> lengths)
    {
        if (mask is null)
        {
            return;
        }

        if (mask.DType != DType.Bool)
        {
            throw new DTypeException(
                $"{block.Kind}: a mask is bool, true where a position takes part, not {mask.DType.Name()}.");
        }

        int missing = lengths.Length - mask.Rank;
        bool fits = missing >= 0;
        for (int axis = 0; fits && axis < mask.Rank; axis++)
        {
            fits = mask.Size(axis) == 1 || mask.Size(axis) == lengths[missing + axis];
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{block.Kind}: a mask {mask.Shape} does not fit; it must broadcast to {DeepLearning.Shape.Format(lengths)}.");
        }
    }

    /// <summary>Refuses a mask of tokens that is not of truth values [batch, length].</summary>
    public static void TokenMask(Module block, Tensor? mask, string argument, int batch, int length)
    {
        if (mask is null)
        {
            return;
        }

        Shape(block, mask, argument, ("batch", batch), ("length", length));
        if (mask.DType != DType.Bool)
        {
            throw new DTypeException(
                $"{block.Kind}: {argument} is bool, true where there is a token, not {mask.DType.Name()}.");
        }
    }

    /// <summary>Refuses two inputs that are not of one batch, their first axis.</summary>
    public static void Batch(Module block, Tensor x, string argument, Tensor other, string otherArgument)
    {
        if (x.Size(0) != other.Size(0))
        {
            throw new ShapeException(
                $"{block.Kind}: {argument} {x.Shape} is not of the batch of {otherArgument} {other.Shape}; it must have "
                + $"{other.Size(0)} rows.");
        }
    }

    /// <summary>Refuses a number of heads that does not divide the width.</summary>
    public static void Heads(string block, int width, int heads, string argument)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads, argument);
        if (width % heads != 0)
        {
            throw new ArgumentException($"{block}: {heads} heads do not divide a width of {width}; take a number that does.", argument);
        }
    }

    private static string Text(ReadOnlySpan<(string Name, int Length)> axes)
    {
        List<string> parts = [];
        foreach ((string name, int length) in axes)
        {
            parts.Add(length < 0 ? name : FormattableString.Invariant($"{length}"));
        }

        return $"[{string.Join(", ", parts)}]";
    }
}
