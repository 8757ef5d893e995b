using System.Diagnostics;

namespace DeepLearning;

/// <summary>Where a tensor's elements lie in its storage: lengths, strides and offset, in elements. Immutable and shared.</summary>
[DebuggerDisplay("{Shape.Format(Lengths),nq} offset {Offset}")]
internal sealed class Layout
{
    private const int CacheSize = 128;

    [ThreadStatic]
    private static Layout?[]? s_cache;

    public Layout(int[] lengths, long[] strides, long offset)
    {
        Lengths = lengths;
        Strides = strides;
        Offset = offset;
        Count = DeepLearning.Shape.CountOf(lengths);
        IsContiguous = HasContiguousStrides(lengths, strides, Count);
    }

    public int[] Lengths { get; }

    public long[] Strides { get; }

    public long Offset { get; }

    public long Count { get; }

    /// <summary>Row-major without gaps (at any offset); axes of length 1 may have any stride.</summary>
    public bool IsContiguous { get; }

    public int Rank => Lengths.Length;

    /// <summary>True when an axis repeats its elements, as <c>Expand</c> makes it.</summary>
    public bool HasRepeats
    {
        get
        {
            for (int axis = 0; !IsContiguous && axis < Lengths.Length; axis++)
            {
                if (Strides[axis] == 0 && Lengths[axis] > 1)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// True when two elements may share memory: repeated ones, or windows that overlap. False is certain; true is a guess for layouts
    /// that no view of this library has.
    /// </summary>
    public bool HasOverlap
    {
        get
        {
            if (IsContiguous)
            {
                return false;
            }

            // From the innermost axis outwards, a step must go beyond all that the axes within reach.
            Span<long> steps = Rank <= 16 ? stackalloc long[Rank] : new long[Rank];
            Span<int> lengths = Rank <= 16 ? stackalloc int[Rank] : new int[Rank];
            for (int axis = 0; axis < Rank; axis++)
            {
                steps[axis] = Math.Abs(Strides[axis]);
                lengths[axis] = Lengths[axis];
            }

            steps.Sort(lengths);
            long reach = 0;
            for (int axis = 0; axis < Rank; axis++)
            {
                if (lengths[axis] == 1)
                {
                    continue;
                }

                if (steps[axis] <= reach)
                {
                    return true;
                }

                reach += (lengths[axis] - 1) * steps[axis];
            }

            return false;
        }
    }

    public Shape Shape => DeepLearning.Shape.Own(Lengths);

    /// <summary>The row-major layout at offset 0; recently used ones are shared, so that steady loops allocate none.</summary>
    public static Layout Contiguous(ReadOnlySpan<int> lengths)
    {
        Layout?[] cache = s_cache ??= new Layout?[CacheSize];
        uint hash = (uint)lengths.Length;
        foreach (int length in lengths)
        {
            hash = (hash * 31) + (uint)length;
        }

        hash = (hash * 2654435769u) >> 25;
        ref Layout? slot = ref cache[hash];
        if (slot is { } found && lengths.SequenceEqual(found.Lengths))
        {
            return found;
        }

        int[] copy = lengths.ToArray();
        return slot = new Layout(copy, ContiguousStrides(copy), 0);
    }

    public static long[] ContiguousStrides(ReadOnlySpan<int> lengths)
    {
        long[] strides = new long[lengths.Length];
        long stride = 1;
        for (int i = lengths.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(lengths[i], 1);
        }

        return strides;
    }

    public bool SameShape(Layout other) => ReferenceEquals(this, other) || Lengths.AsSpan().SequenceEqual(other.Lengths);

    /// <summary>This layout seen at a broadcast shape: new or stretched axes get stride 0. The shape must be reachable.</summary>
    public Layout BroadcastTo(ReadOnlySpan<int> lengths)
    {
        if (lengths.SequenceEqual(Lengths))
        {
            return this;
        }

        long[] strides = new long[lengths.Length];
        int added = lengths.Length - Rank;
        for (int i = 0; i < Rank; i++)
        {
            strides[added + i] = Lengths[i] == 1 && lengths[added + i] != 1 ? 0 : Strides[i];
        }

        return new Layout(lengths.ToArray(), strides, Offset);
    }

    /// <summary>The strides under which the same elements have the new lengths, or null when only a copy can.</summary>
    public Layout? TryReshape(ReadOnlySpan<int> lengths)
    {
        if (IsContiguous)
        {
            return Offset == 0 ? Contiguous(lengths) : new Layout(lengths.ToArray(), ContiguousStrides(lengths), Offset);
        }

        if (Count == 0)
        {
            return new Layout(lengths.ToArray(), ContiguousStrides(lengths), Offset);
        }

        // Walk both shapes from the inside: each maximal run of old axes without gaps must be covered exactly by new axes.
        long[] strides = new long[lengths.Length];
        int next = lengths.Length - 1;
        long stride = Rank == 0 ? 1 : Strides[^1], run = 1, covered = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            run *= Lengths[axis];
            bool runEnds = axis == 0 || (Lengths[axis - 1] != 1 && Strides[axis - 1] != run * stride);
            if (!runEnds)
            {
                continue;
            }

            for (; next >= 0 && (covered < run || lengths[next] == 1); next--)
            {
                strides[next] = covered * stride;
                covered *= lengths[next];
            }

            if (covered != run)
            {
                return null;
            }

            if (axis > 0)
            {
                (stride, run, covered) = (Strides[axis - 1], 1, 1);
            }
        }

        return next >= 0 ? null : new Layout(lengths.ToArray(), strides, Offset);
    }

    private static bool HasContiguousStrides(int[] lengths, long[] strides, long count)
    {
        if (count == 0)
        {
            return true;
        }

        long expected = 1;
        for (int i = lengths.Length - 1; i >= 0; i--)
        {
            if (lengths[i] != 1)
            {
                if (strides[i] != expected)
                {
                    return false;
                }

                expected *= lengths[i];
            }
        }

        return true;
    }
}
