namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A reduction's axes as its kernels walk them: the axis that lies closest in memory is the inner one, whether it is reduced (a row
/// kernel) or kept (a column kernel); the others are merged where their strides allow it, and no operand is ever copied as a whole.
/// </summary>
/// <remarks>The lists live in memory that the caller provides, <see cref="WorkLength"/> numbers, for as long as the plan is used.</remarks>
internal unsafe struct ReductionPlan
{
    /// <summary>Outer kept axes: lengths, strides in the operand, strides in the result.</summary>
    public AxisList Kept;

    /// <summary>Outer reduced axes.</summary>
    public AxisList Reduced;

    public long InnerLength;
    public long InnerStride;
    public long InnerResultStride;
    public bool InnerIsReduced;

    /// <summary>True when the kernels produce the results in the result tensor's own order.</summary>
    public readonly bool IsInOrder => InnerIsReduced || InnerResultStride == 1;

    public static int WorkLength(int rank) => (6 * rank) + 6;

    public static ReductionPlan Create(Layout x, ulong axes, long* work)
    {
        int capacity = x.Rank + 1;
        ReductionPlan plan = new()
        {
            Kept = new AxisList(work, capacity),
            Reduced = new AxisList(work + (3 * capacity), capacity),
            InnerLength = 1,
            InnerStride = 1,
            InnerResultStride = 1,
            InnerIsReduced = true,
        };
        int inner = InnerAxis(x);
        long resultStride = 1;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            bool reduced = ((axes >> axis) & 1) != 0;
            if (axis == inner)
            {
                plan.InnerLength = x.Lengths[axis];
                plan.InnerStride = x.Strides[axis];
                plan.InnerResultStride = reduced ? 1 : resultStride;
                plan.InnerIsReduced = reduced;
            }
            else if (x.Lengths[axis] != 1)
            {
                ref AxisList list = ref reduced ? ref plan.Reduced : ref plan.Kept;
                list.Add(x.Lengths[axis], x.Strides[axis], reduced ? 0 : resultStride);
            }

            resultStride *= reduced ? 1 : x.Lengths[axis];
        }

        plan.Reduced.SortByStride();
        plan.MergeInner();
        plan.Kept.Merge();
        plan.Reduced.Merge();
        return plan;
    }

    /// <summary>The axis whose neighbors are closest in memory; the innermost one when nothing tells.</summary>
    private static int InnerAxis(Layout x)
    {
        int inner = -1;
        long best = long.MaxValue;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            // A repeated element (stride 0) is next to nothing.
            long stride = x.Strides[axis] == 0 ? long.MaxValue - 1 : Math.Abs(x.Strides[axis]);
            if (x.Lengths[axis] != 1 && stride < best)
            {
                (inner, best) = (axis, stride);
            }
        }

        return inner;
    }

    private void MergeInner()
    {
        ref AxisList list = ref InnerIsReduced ? ref Reduced : ref Kept;
        for (int i = 0; i < list.Count;)
        {
            if (list.Strides[i] == InnerStride * InnerLength && (InnerIsReduced
                || list.ResultStrides[i] == InnerResultStride * InnerLength))
            {
                InnerLength *= list.Lengths[i];
                list.RemoveAt(i);
                i = 0;
            }
            else
            {
                i++;
            }
        }
    }
}

/// <summary>Axes with lengths and strides, innermost first.</summary>
internal unsafe struct AxisList
{
    public AxisList(long* memory, int capacity)
    {
        Lengths = memory;
        Strides = memory + capacity;
        ResultStrides = memory + (2 * capacity);
    }

    public int Count;
    public long* Lengths;
    public long* Strides;
    public long* ResultStrides;

    public readonly long Total
    {
        get
        {
            long total = 1;
            for (int i = 0; i < Count; i++)
            {
                total *= Lengths[i];
            }

            return total;
        }
    }

    public void Add(long length, long stride, long resultStride)
    {
        Lengths[Count] = length;
        Strides[Count] = stride;
        ResultStrides[Count++] = resultStride;
    }

    public void RemoveAt(int index)
    {
        Count--;
        for (int i = index; i < Count; i++)
        {
            Move(i + 1, i);
        }
    }

    /// <summary>Puts axes that are close in memory first; only for axes whose order does not matter.</summary>
    public readonly void SortByStride()
    {
        for (int i = 1; i < Count; i++)
        {
            for (int j = i; j > 0 && Math.Abs(Strides[j]) < Math.Abs(Strides[j - 1]); j--)
            {
                (Lengths[j], Lengths[j - 1]) = (Lengths[j - 1], Lengths[j]);
                (Strides[j], Strides[j - 1]) = (Strides[j - 1], Strides[j]);
            }
        }
    }

    /// <summary>Joins neighbors that are one longer axis.</summary>
    public void Merge()
    {
        for (int i = 0; i + 1 < Count;)
        {
            if (Strides[i + 1] == Strides[i] * Lengths[i] && ResultStrides[i + 1] == ResultStrides[i] * Lengths[i])
            {
                Lengths[i] *= Lengths[i + 1];
                RemoveAt(i + 1);
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>The operand's offset of the position that has a number in row-major order.</summary>
    public readonly long OffsetOf(long position)
    {
        if (Count <= 1)
        {
            return Count == 0 ? 0 : position * Strides[0];
        }

        long offset = 0;
        for (int i = 0; i < Count; i++)
        {
            (position, long index) = Math.DivRem(position, Lengths[i]);
            offset += index * Strides[i];
        }

        return offset;
    }

    /// <summary>The result's offset of the position that has a number in row-major order.</summary>
    public readonly long ResultOffsetOf(long position)
    {
        long offset = 0;
        for (int i = 0; i < Count; i++)
        {
            (position, long index) = Math.DivRem(position, Lengths[i]);
            offset += index * ResultStrides[i];
        }

        return offset;
    }

    private readonly void Move(int from, int to)
    {
        Lengths[to] = Lengths[from];
        Strides[to] = Strides[from];
        ResultStrides[to] = ResultStrides[from];
    }
}
