namespace DeepLearning;

/// <summary>Which axes a reduction goes over, and the shape of its result.</summary>
internal readonly struct Reduction
{
    private readonly Tensor _x;
    private readonly bool _keepDim;

    private Reduction(Tensor x, ulong axes, bool keepDim)
    {
        _x = x;
        _keepDim = keepDim;
        Axes = axes;
    }

    /// <summary>A bit for each reduced axis.</summary>
    public ulong Axes { get; }

    /// <summary>How many elements each result is made from.</summary>
    public long Length
    {
        get
        {
            long length = 1;
            for (int axis = 0; axis < _x.Rank; axis++)
            {
                length *= Has(axis) ? _x.Size(axis) : 1;
            }

            return length;
        }
    }

    /// <summary>A reduction over some axes; no axes means all.</summary>
    public static Reduction Of(Tensor x, ReadOnlySpan<int> axes, bool keepDim, string operation)
    {
        int rank = x.Rank;
        if (rank > 64)
        {
            throw new ShapeException($"{operation}: a tensor of {rank} axes cannot be reduced; at most 64 are supported.");
        }

        ulong all = rank == 64 ? ulong.MaxValue : (1UL << rank) - 1, bits = 0;
        foreach (int given in axes)
        {
            ulong bit = 1UL << Shape.Axis(given, rank, operation);
            if ((bits & bit) != 0)
            {
                throw new ShapeException($"{operation}: axis {given} stands twice in {Shape.Format(axes)}.");
            }

            bits |= bit;
        }

        return new Reduction(x, axes.Length == 0 ? all : bits & all, keepDim);
    }

    public bool Has(int axis) => ((Axes >> axis) & 1) != 0;

    /// <summary>Says which axes are reduced, and whether they stay with length 1.</summary>
    public void Describe(OperationAttributes attributes) => attributes.Add("axes", AxisNumbers()).Add("keep_dim", _keepDim);

    /// <summary>A replay of the reduction, by a method that takes axes and whether they stay.</summary>
    public Replay Replay(Func<Tensor, int[], bool, Tensor> reduce)
    {
        int[] axes = AxisNumbers();
        bool keepDim = _keepDim;
        return (inputs, outputs) => outputs[0] = reduce(inputs[0]!, axes, keepDim);
    }

    private int[] AxisNumbers()
    {
        Reduction self = this;
        return [.. Enumerable.Range(0, _x.Rank).Where(axis => self.Has(axis))];
    }

    /// <summary>Refuses to reduce nothing, where nothing has no result.</summary>
    public void CheckNotEmpty(string operation)
    {
        for (int axis = 0; axis < _x.Rank; axis++)
        {
            if (Has(axis) && _x.Size(axis) == 0)
            {
                throw new ShapeException(
                    $"{operation}: axis {axis} of a tensor {_x.Shape} has no elements, so there is no result; its length must be at "
                        + "least 1.");
            }
        }
    }

    /// <summary>A tensor for the result.</summary>
    public Tensor Allocate(DType dtype)
    {
        int rank = _x.Rank, count = 0;
        Span<int> lengths = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            if (!Has(axis))
            {
                lengths[count++] = _x.Size(axis);
            }
            else if (_keepDim)
            {
                lengths[count++] = 1;
            }
        }

        return Tensor.Allocate(lengths[..count], dtype, _x.Device);
    }

    /// <summary>The operand's shape with the reduced axes at length 1.</summary>
    public int[] Kept()
    {
        int[] kept = (int[])_x.Layout.Lengths.Clone();
        for (int axis = 0; axis < kept.Length; axis++)
        {
            if (Has(axis))
            {
                kept[axis] = 1;
            }
        }

        return kept;
    }
}
