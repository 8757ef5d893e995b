namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The axes of a result as kernels walk them: neighboring ones merged where all operands allow it, six at most in a kernel. What is left
/// of more axes the host walks, a launch for each place.
/// </summary>
internal sealed class GpuWalk
{
    public const int InKernel = 6;

    private readonly List<long> _lengths = [];
    private readonly List<long>[] _strides;
    private readonly long[] _offsets;

    /// <param name="lengths">The result's lengths.</param>
    /// <param name="operands">The result and its operands, which broadcast to it.</param>
    public GpuWalk(ReadOnlySpan<int> lengths, params ReadOnlySpan<Layout> operands)
    {
        long[][] full = new long[operands.Length][];
        _strides = new List<long>[operands.Length];
        _offsets = new long[operands.Length];
        for (int k = 0; k < operands.Length; k++)
        {
            full[k] = operands[k].BroadcastTo(lengths).Strides;
            _strides[k] = [];
            _offsets[k] = operands[k].Offset;
        }

        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] != 1)
            {
                Add(lengths[axis], axis, full);
            }
        }

        while (_lengths.Count < InKernel)
        {
            _lengths.Insert(0, 1);
            Array.ForEach(_strides, static strides => strides.Insert(0, 0));
        }
    }

    /// <summary>The elements that one launch takes.</summary>
    public long Count => _lengths[^InKernel..].Aggregate(1L, static (product, length) => product * length);

    /// <summary>Whether an operand's elements follow one another in the result's order.</summary>
    public bool IsContiguous(int operand)
    {
        long expected = 1;
        for (int axis = _lengths.Count - 1; axis >= 0; axis--)
        {
            if (_lengths[axis] != 1 && _strides[operand][axis] != expected)
            {
                return false;
            }

            expected *= _lengths[axis];
        }

        return true;
    }

    public Axes Axes => new([.. _lengths[^InKernel..]]);

    /// <summary>An operand's strides for a launch, whose operands begin at the given places.</summary>
    public Strides StridesOf(int operand, long[] offsets) => new([.. _strides[operand][^InKernel..]], offsets[operand]);

    /// <summary>An operand's strides where one launch takes all.</summary>
    public Strides StridesOf(int operand) => StridesOf(operand, _offsets);

    /// <summary>Whether there are more axes than a kernel walks.</summary>
    public bool IsLong => _lengths.Count > InKernel;

    /// <summary>Where each operand begins, for each launch.</summary>
    public IEnumerable<long[]> Launches()
    {
        int outer = _lengths.Count - InKernel;
        long[] at = new long[outer], offsets = [.. _offsets];
        while (true)
        {
            yield return [.. offsets];
            int axis = outer - 1;
            for (; axis >= 0; axis--)
            {
                bool steps = ++at[axis] < _lengths[axis];
                for (int k = 0; k < offsets.Length; k++)
                {
                    offsets[k] += steps ? _strides[k][axis] : -_strides[k][axis] * (_lengths[axis] - 1);
                }

                if (steps)
                {
                    break;
                }

                at[axis] = 0;
            }

            if (axis < 0)
            {
                yield break;
            }
        }
    }

    private void Add(long length, int axis, long[][] full)
    {
        bool merges = _lengths.Count > 0;
        for (int k = 0; merges && k < full.Length; k++)
        {
            merges = _strides[k][^1] == full[k][axis] * length;
        }

        if (merges)
        {
            _lengths[^1] *= length;
        }
        else
        {
            _lengths.Add(length);
        }

        for (int k = 0; k < full.Length; k++)
        {
            if (merges)
            {
                _strides[k][^1] = full[k][axis];
            }
            else
            {
                _strides[k].Add(full[k][axis]);
            }
        }
    }
}
