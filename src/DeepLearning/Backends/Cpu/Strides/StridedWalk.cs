namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Operands of one elementwise operation seen at the result's shape, with neighboring axes merged wherever all operands allow it.
/// The result's elements are numbered in row-major order; any stretch of them can be read from or written to an operand.
/// </summary>
internal sealed class StridedWalk
{
    private readonly int[] _lengths;
    private readonly long[][] _strides;

    public StridedWalk(ReadOnlySpan<int> lengths, params ReadOnlySpan<Layout?> operands)
    {
        int rank = 0;
        int[] merged = new int[Math.Max(lengths.Length, 1)];
        long[][] strides = new long[operands.Length][];
        long[][] full = new long[operands.Length][];
        for (int k = 0; k < operands.Length; k++)
        {
            full[k] = operands[k]?.BroadcastTo(lengths).Strides ?? [];
            strides[k] = new long[merged.Length];
        }

        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] == 1)
            {
                continue;
            }

            bool merges = rank > 0 && (long)merged[rank - 1] * lengths[axis] <= int.MaxValue;
            for (int k = 0; merges && k < operands.Length; k++)
            {
                merges = operands[k] is null || strides[k][rank - 1] == full[k][axis] * lengths[axis];
            }

            if (!merges)
            {
                merged[rank++] = 1;
            }

            merged[rank - 1] *= lengths[axis];
            for (int k = 0; k < operands.Length; k++)
            {
                if (operands[k] is not null)
                {
                    strides[k][rank - 1] = full[k][axis];
                }
            }
        }

        Rank = rank;
        _lengths = merged;
        _strides = strides;
    }

    /// <summary>The number of merged axes; 0 for a single element.</summary>
    public int Rank { get; }

    /// <summary>True when the operand's elements follow one another in the result's order.</summary>
    public bool IsLinear(int operand)
    {
        long expected = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            if (_strides[operand][axis] != expected)
            {
                return false;
            }

            expected *= _lengths[axis];
        }

        return true;
    }

    /// <summary>True when the operand is one element, repeated.</summary>
    public bool IsConstant(int operand)
    {
        for (int axis = 0; axis < Rank; axis++)
        {
            if (_strides[operand][axis] != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The length after which the operand repeats itself, when it is one row for all others; otherwise 0.</summary>
    public int Period(int operand)
    {
        long[] strides = _strides[operand];
        for (int axis = 0; axis < Rank - 1; axis++)
        {
            if (strides[axis] != 0)
            {
                return 0;
            }
        }

        return Rank > 1 && strides[Rank - 1] == 1 ? _lengths[Rank - 1] : 0;
    }

    /// <summary>
    /// Splits a stretch of the result's elements into runs along the innermost axis: for each run calls
    /// <paramref name="visitor"/> with the operand's first element, its step, and the run's length.
    /// </summary>
    public void Visit<TVisitor>(int operand, long start, int count, ref TVisitor visitor)
        where TVisitor : struct, IRunVisitor, allows ref struct
    {
        if (Rank == 0)
        {
            visitor.Run(0, 1, count);
            return;
        }

        long[] strides = _strides[operand];
        Span<int> index = stackalloc int[Rank];
        long rest = start, offset = 0;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            index[axis] = (int)(rest % _lengths[axis]);
            rest /= _lengths[axis];
            offset += index[axis] * strides[axis];
        }

        int inner = Rank - 1;
        int innerLength = _lengths[inner];
        long step = strides[inner];
        while (count > 0)
        {
            int run = Math.Min(count, innerLength - index[inner]);
            visitor.Run(offset, step, run);
            count -= run;
            offset += run * step;
            index[inner] += run;
            for (int axis = inner; axis > 0 && index[axis] == _lengths[axis]; axis--)
            {
                offset += strides[axis - 1] - (strides[axis] * _lengths[axis]);
                index[axis] = 0;
                index[axis - 1]++;
            }
        }
    }
}

/// <summary>What is done with each run of elements at a constant step.</summary>
internal interface IRunVisitor
{
    void Run(long offset, long step, int count);
}
