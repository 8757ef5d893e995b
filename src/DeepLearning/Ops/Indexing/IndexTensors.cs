using System.Globalization;

namespace DeepLearning;

/// <summary>Checks of indices, before anything is read or written through them.</summary>
internal static class IndexTensors
{
    /// <summary>One position of an axis as 0 … length − 1.</summary>
    public static int Position(long index, int axis, int length, string operation)
    {
        if (index < -length || index >= length)
        {
            throw OutOfRange(index, axis, length, operation, allowsNegative: true);
        }

        return (int)(index < 0 ? index + length : index);
    }

    public static void CheckType(Tensor index, string operation)
    {
        if (index.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"{operation}: indices are int64 or int32, not {index.DType.Name()}; convert with To(DType.Int64)"
                + (index.DType == DType.UInt8 ? ", or with To(DType.Bool) if it is a mask." : "."));
        }
    }

    /// <summary>The indices as contiguous int64 in 0 … length − 1.</summary>
    public static Tensor Checked(Tensor index, int axis, int length, string operation, bool allowsNegative)
    {
        CheckType(index, operation);
        Tensor result = index.Detach().To(DType.Int64).Contiguous();
        if (result.Backend.DefersChecks && length > 0)
        {
            return Backend.Checked(
                result, new IndexBounds(allowsNegative ? -length : 0, length),
                (_, wrong) => OutOfRange(wrong, axis, length, operation, allowsNegative));
        }

        long at = FindOutside(result, allowsNegative ? -length : 0, length);
        if (at >= 0)
        {
            throw OutOfRange(result.Reshape(-1).Select(0, checked((int)at)).Item<long>(), axis, length, operation, allowsNegative);
        }

        if (allowsNegative && FindOutside(result, 0, length) >= 0)
        {
            using (GradMode.NoGrad())
            {
                result = Tensor.Where(result.Less(0), result.Add(length), result);
            }
        }

        return result;
    }

    /// <summary>The row-major position of the first index outside [low, high), or −1.</summary>
    private static long FindOutside(Tensor index, long low, long high)
    {
        if (index.Backend.TryFindOutside(index, low, high, out long position))
        {
            return position;
        }

        Tensor outside = index.Less(low).LogicalOr(index.GreaterOrEqual(high));
        return outside.Any().Item<bool>() ? outside.To(DType.UInt8).ArgMax().Item<long>() : -1;
    }

    private static IndexException OutOfRange(long index, int axis, int length, string operation, bool allowsNegative) =>
        OutOfRange(index.ToString(CultureInfo.InvariantCulture), axis, length, operation, allowsNegative);

    private static IndexException OutOfRange(string index, int axis, int length, string operation, bool allowsNegative) => new(
        length == 0
            ? $"{operation}: index {index} is out of range: axis {axis} has no elements."
            : $"{operation}: index {index} is out of range for axis {axis} of length {length}; "
            + $"use {(allowsNegative ? -length : 0)} to {length - 1}.");
}

/// <content>Over contiguous indices.</content>
internal abstract partial class Backend
{
    /// <summary>The position of the first index outside [low, high), or −1.</summary>
    public virtual bool TryFindOutside(Tensor index, long low, long high, out long position)
    {
        position = -1;
        return false;
    }
}
