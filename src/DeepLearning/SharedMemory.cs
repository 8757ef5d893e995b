using System.Runtime.CompilerServices;
using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>Whether tensors lie in the same memory.</summary>
internal static class SharedMemory
{
    /// <summary>
    /// Whether a write into one tensor may change elements of the other: they have one storage, or storages over the caller's memory
    /// (<see cref="Tensor.Wrap{T}(Memory{T}, ReadOnlySpan{int})"/>, where an array may be wrapped twice) and addresses in common.
    /// </summary>
    public static bool Between(Tensor a, Tensor b)
    {
        Storage x = a.Storage, y = b.Storage;
        return ReferenceEquals(x, y) || (x.IsForeign && y.IsForeign && HaveAddressesInCommon(a, b));
    }

    private static bool HaveAddressesInCommon(Tensor a, Tensor b)
    {
        if (a.Count == 0 || b.Count == 0)
        {
            return false;
        }

        // Arrays may be moved at any time; the distance of two places in one array stays.
        nint distance = Unsafe.ByteOffset(ref ((HostStorage)a.Storage).First, ref ((HostStorage)b.Storage).First);
        (long firstA, long endA) = Reach(a);
        (long firstB, long endB) = Reach(b);
        return firstA < distance + endB && distance + firstB < endA;
    }

    /// <summary>The first byte of a tensor and the one behind its last, counted from the start of its storage.</summary>
    private static (long First, long End) Reach(Tensor x)
    {
        long first = x.Layout.Offset, last = first;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            long reach = (x.Size(axis) - 1) * x.Layout.Strides[axis];
            first += Math.Min(reach, 0);
            last += Math.Max(reach, 0);
        }

        int size = x.DType.Size();
        return (first * size, (last + 1) * size);
    }
}
