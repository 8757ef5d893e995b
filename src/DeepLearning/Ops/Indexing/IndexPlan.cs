namespace DeepLearning;

/// <summary>
/// An index expression resolved against a tensor's lengths: first a view (positions, slices, new axes), then reversed axes, then
/// index tensors over axes of that view.
/// </summary>
internal sealed class IndexPlan
{
    private readonly Device _device;
    private readonly int[] _shape;
    private readonly int[] _starts;
    private readonly List<int> _lengths = [];
    private readonly List<int> _sources = [];
    private readonly List<int> _steps = [];
    private readonly List<int> _reversed = [];
    private readonly List<int> _indexedAxes = [];
    private readonly List<Tensor> _indices = [];
    private readonly string _operation;
    private readonly IndexRule _rule;
    private bool _isWhole = true;

    public IndexPlan(Tensor x, ReadOnlySpan<TensorIndex?> indices, string operation)
    {
        _device = x.Device;
        _shape = x.Layout.Lengths;
        _starts = new int[_shape.Length];
        _operation = operation;
        int rest = FindRest(indices, out int missing);
        int axis = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            TensorIndex index = indices[i] ?? TensorIndex.NewAxis;
            if (i == rest)
            {
                for (int k = 0; k < missing; k++)
                {
                    AddWhole(axis++);
                }
            }
            else
            {
                axis += Add(index, axis);
            }
        }

        while (axis < _shape.Length)
        {
            AddWhole(axis++);
        }

        _rule = new IndexRule([.. _lengths], [.. _sources], [.. _steps], _starts);
        if (_indices.Count > 0)
        {
            Tensor[] checkedIndices = new Tensor[_indices.Count];
            for (int i = 0; i < checkedIndices.Length; i++)
            {
                int of = _indexedAxes[i];
                checkedIndices[i] = IndexTensors.Checked(_indices[i], _sources[of], _lengths[of], operation, allowsNegative: true);
            }

            Selection = Selection.OfAxes(_rule.Lengths, [.. _indexedAxes], checkedIndices, operation);
        }
    }

    /// <summary>What index tensors select of the view; null without any.</summary>
    public Selection? Selection { get; }

    /// <summary>The shape of what the expression selects.</summary>
    public int[] Result => Selection?.Result ?? _rule.Lengths;

    /// <summary>What the expression selects: a view where there is no index tensor and no negative step.</summary>
    public Tensor Pick(Tensor x)
    {
        Tensor view = _isWhole ? (Selection is null ? x.ViewBy(_rule) : x) : x.ViewBy(_rule);
        Tensor picked = Selection is { } selection ? view.TakeAt(selection) : view;
        return _reversed.Count == 0 ? picked : picked.Flip(ReversedAxes());
    }

    /// <summary>
    /// Writes values of the result's shape, contiguous, of the target's type and in memory of their own; without a record.
    /// </summary>
    public void Write(Tensor target, Tensor values, bool accumulate)
    {
        using (GradMode.NoGrad())
        {
            values = _reversed.Count == 0 ? values : values.Flip(ReversedAxes());
            Tensor part = target.ViewAs(_rule.Apply(target.Layout));
            if (Selection is { } selection)
            {
                target.Backend.ScatterBlocks(
                    part, selection.ApartFrom(target), values.Contiguous(),
                    accumulate ? ScatterMode.Add : ScatterMode.Set);
            }
            else if (accumulate)
            {
                part.AddInPlace(values);
            }
            else
            {
                target.Backend.Copy(values, part);
            }

            part.Return();
        }
    }

    /// <summary>Says what the indices pick: the part of the tensor by axes, then the tensors that index it.</summary>
    public void Describe(OperationAttributes attributes)
    {
        attributes.Add("starts", _starts).Add("lengths", _rule.Lengths).Add("sources", [.. _sources]).Add("steps", [.. _steps])
            .Add("reversed", [.. _reversed]);
        if (Selection is { } selection)
        {
            attributes.Add("axes", selection.Axes).Operand(selection.Indices);
        }
    }

    /// <summary>The axis that <c>..</c> or an ellipsis fills with the missing axes, and their number.</summary>
    private int FindRest(ReadOnlySpan<TensorIndex?> indices, out int missing)
    {
        int taken = 0, ellipsis = -1, firstRest = -1;
        for (int i = 0; i < indices.Length; i++)
        {
            TensorIndex index = indices[i] ?? TensorIndex.NewAxis;
            switch (index.Kind)
            {
                case IndexKind.Ellipsis when ellipsis >= 0:
                    throw new ShapeException($"{_operation}: {Text(indices)} has more than one ellipsis; which axes each takes is open.");
                case IndexKind.Ellipsis:
                    ellipsis = i;
                    break;
                case IndexKind.NewAxis:
                    break;
                case IndexKind.Tensor when index.Tensor!.DType == DType.Bool:
                    taken += index.Tensor.Rank;
                    break;
                default:
                    firstRest = index.Kind == IndexKind.Rest && firstRest < 0 ? i : firstRest;
                    taken++;
                    break;
            }
        }

        if (taken > _shape.Length)
        {
            throw new ShapeException(
                $"{_operation}: {Text(indices)} indexes {taken} axes, but a tensor {Shape.Format(_shape)} has {_shape.Length}.");
        }

        missing = _shape.Length - taken;
        if (ellipsis >= 0)
        {
            return ellipsis;
        }

        // The axis that `..` counted for itself is among those it fills.
        missing += firstRest >= 0 ? 1 : 0;
        return firstRest;
    }

    private int Add(TensorIndex index, int axis)
    {
        switch (index.Kind)
        {
            case IndexKind.NewAxis:
                AddAxis(-1, 1, 0);
                return 0;
            case IndexKind.Position:
                AddPosition(index.IsBehindEnd ? _shape[axis] : index.Position, axis);
                return 1;
            case IndexKind.Rest:
                AddWhole(axis);
                return 1;
            case IndexKind.Slice:
                AddSlice(index, axis);
                return 1;
            default:
                return AddTensor(index.Tensor!, axis);
        }
    }

    private void AddAxis(int source, int length, int step)
    {
        _isWhole &= source >= 0 && step == 1 && length == _shape[source];
        _lengths.Add(length);
        _sources.Add(source);
        _steps.Add(step);
    }

    private void AddWhole(int axis) => AddAxis(axis, _shape[axis], 1);

    private void AddPosition(long position, int axis)
    {
        _starts[axis] = IndexTensors.Position(position, axis, _shape[axis], _operation);
        _isWhole = false;
    }

    private void AddSlice(TensorIndex index, int axis)
    {
        (int start, int count) = index.Resolve(_shape[axis]);
        if (index.Step < 0)
        {
            // The same elements forwards, reversed afterwards.
            start += (count - 1) * index.Step;
            _reversed.Add(_lengths.Count);
        }

        _starts[axis] = count == 0 ? 0 : start;
        AddAxis(axis, count, Math.Abs(index.Step));
    }

    private int AddTensor(Tensor given, int axis)
    {
        Tensor index = OnDevice(given);
        if (index.DType != DType.Bool)
        {
            IndexTensors.CheckType(index, _operation);
            if (index.Rank == 0)
            {
                AddPosition(index.Item<long>(), axis);
                return 1;
            }

            _indexedAxes.Add(_lengths.Count);
            _indices.Add(index);
            AddWhole(axis);
            return 1;
        }

        if (index.Rank == 0 || !index.Layout.Lengths.AsSpan().SequenceEqual(_shape.AsSpan(axis, index.Rank)))
        {
            throw new ShapeException(
                $"{_operation}: a mask {index.Shape} does not fit a tensor {Shape.Format(_shape)} at axis {axis}; "
                + (index.Rank == 0
                    ? "it needs at least one axis."
                    : $"use a mask of shape {Shape.Format(_shape.AsSpan(axis, index.Rank))}."));
        }

        foreach (Tensor column in index.NonZeroAsTuple())
        {
            _indexedAxes.Add(_lengths.Count);
            _indices.Add(column);
            AddWhole(axis++);
        }

        return index.Rank;
    }

    /// <summary>An index of the host, where arrays become tensors too, comes to the tensor that it points into.</summary>
    private Tensor OnDevice(Tensor index) => ReferenceEquals(index.Device, _device) || ReferenceEquals(index.Device, Device.Cpu)
        ? index.To(_device)
        : throw new DeviceException(
            $"{_operation}: the index {index.DType.Name()}{index.Shape} is on {index.Device}, the tensor {Shape.Format(_shape)} on "
            + $"{_device}; move the index with To(device).");

    /// <summary>The reversed axes of the view, as axes of the result.</summary>
    private int[] ReversedAxes()
    {
        if (Selection is not { } selection)
        {
            return [.. _reversed];
        }

        int positions = selection.Indices[0].Rank;
        return [.. _reversed.Select(axis => Array.IndexOf(selection.OuterAxes, axis) is var outer and >= 0
            ? outer
            : selection.OuterAxes.Length + positions + Array.IndexOf(selection.InnerAxes, axis))];
    }

    private static string Text(ReadOnlySpan<TensorIndex?> indices) =>
        $"[{string.Join(", ", indices.ToArray().Select(static index => (index ?? TensorIndex.NewAxis).ToString()))}]";
}

/// <summary>Picks positions and slices of a tensor's axes, and adds axes of length 1 (source −1).</summary>
internal readonly struct IndexRule(int[] lengths, int[] sources, int[] steps, int[] starts) : IViewRule
{
    public static string Name => "Index";

    public int[] Lengths => lengths;

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("starts", starts).Add("lengths", lengths).Add("sources", sources).Add("steps", steps);

    public Layout Apply(Layout source)
    {
        long[] strides = new long[lengths.Length];
        for (int axis = 0; axis < strides.Length; axis++)
        {
            strides[axis] = sources[axis] < 0 ? 0 : source.Strides[sources[axis]] * steps[axis];
        }

        long offset = source.Offset;
        for (int axis = 0; axis < starts.Length; axis++)
        {
            offset += starts[axis] * source.Strides[axis];
        }

        return new Layout(lengths, strides, offset);
    }
}
