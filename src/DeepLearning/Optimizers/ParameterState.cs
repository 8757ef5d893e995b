namespace DeepLearning.Optimizers;

/// <summary>What an optimizer remembers of one parameter between steps.</summary>
public sealed class ParameterState
{
    private readonly Tensor _parameter;
    private readonly ParameterState? _whole;
    private readonly Tensor? _rows;
    private Tensor?[] _tensors = [];
    private Dictionary<int, double>? _initials;
    private Shape _shape;

    internal ParameterState(Tensor parameter) => (_parameter, _shape) = (parameter, parameter.Shape);

    /// <summary>The state of some rows of a parameter: copies, until <see cref="WriteBack"/>.</summary>
    internal ParameterState(ParameterState whole, Tensor rows, Tensor part)
        : this(part) => (_whole, _rows, Owner, Step) = (whole, rows, whole.Owner, whole.Step);

    /// <summary>The optimizer whose state it is, once its group belongs to one.</summary>
    internal Optimizer? Owner { get; set; }

    /// <summary>The number of steps taken with this parameter, the running one included.</summary>
    public long Step { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"state of {_parameter.DType.Name()}{_parameter.Shape} after {Step} steps");

    /// <summary>True when the tensor at a position exists.</summary>
    /// <param name="index">The position of its name in <see cref="Optimizer.StateNames"/>.</param>
    public bool Has(int index) => _whole?.Has(index) ?? (index < _tensors.Length && _tensors[index] is not null);

    /// <summary>
    /// A tensor of the parameter's shape (or what <see cref="Optimizer.StateShape"/> says), made at first use; outlives every
    /// <see cref="TensorScope"/>. Its type is that in which the parameter is computed: float32 for one of float16 or bfloat16, whose
    /// squares would overflow and whose small changes would be lost, else the parameter's own (or what <see cref="Optimizer.StateType"/>
    /// says). It lives where the parameter does, and follows it to another device; where a parameter has grown since, it grows along.
    /// </summary>
    /// <param name="index">The position of its name in <see cref="Optimizer.StateNames"/>.</param>
    /// <param name="initial">What it is filled with when it is made.</param>
    public Tensor Get(int index, double initial = 0)
    {
        if (index >= _tensors.Length || _tensors[index] is not { } tensor)
        {
            return Make(index, initial);
        }

        // A parameter that was moved or has grown since takes its states along.
        tensor.MoveTo(DeviceOf(index));
        if (_whole is null && _parameter.Shape != _shape)
        {
            Grow(index, initial);
        }

        return _tensors[index]!;
    }

    internal void Set(int index, Tensor? tensor)
    {
        if (index >= _tensors.Length)
        {
            Array.Resize(ref _tensors, index + 1);
        }

        _tensors[index] = tensor;
    }

    /// <summary>Where a state lives: with the parameter, or on the host.</summary>
    internal Device DeviceOf(int index) => Owner?.IsHostState(index) == true ? Device.Cpu : _parameter.Device;

    internal void Clear() => (_tensors, Step) = ([], 0);

    /// <summary>Puts the rows' states into those of the whole parameter.</summary>
    internal void WriteBack()
    {
        for (int i = 0; i < _tensors.Length; i++)
        {
            if (_tensors[i] is { } rows)
            {
                _whole!.Get(i).IndexCopyInPlace(0, _rows!, rows);
            }
        }
    }

    /// <summary>Gives all tensors the parameter's new room; what is new in them begins as a tensor that is made at first use.</summary>
    private void Grow(int index, double initial)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region none = GradMode.NoGrad();
        for (int i = 0; i < _tensors.Length; i++)
        {
            if (_tensors[i] is { } old && ShapeOf(i) is var shape && shape != old.Shape)
            {
                double filled = _initials is not null && _initials.TryGetValue(i, out double known) ? known : i == index ? initial : 0;
                Tensor larger = Tensor.Full(shape, filled, old.DType, DeviceOf(i)), part = larger, kept = old;
                for (int axis = 0; axis < Math.Min(shape.Rank, old.Rank); axis++)
                {
                    int both = Math.Min(shape[axis], old.Size(axis));
                    (part, kept) = (part.Narrow(axis, 0, both), kept.Narrow(axis, 0, both));
                }

                part.CopyFrom(kept);
                _tensors[i] = larger;
            }
        }

        _shape = _parameter.Shape;
    }

    private Shape ShapeOf(int index) => Owner?.StateShape(index, _parameter.Shape) ?? _parameter.Shape;

    private Tensor Make(int index, double initial)
    {
        if (_whole is not null)
        {
            Tensor rows = _whole.Get(index, initial).IndexSelect(0, _rows!);
            Set(index, rows);
            return rows;
        }

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        DType type = Owner?.StateType(index, _parameter.DType) ?? _parameter.DType.Compute();
        if (_parameter.Shape != _shape)
        {
            Grow(index, initial);
        }

        Tensor tensor = Tensor.Full(ShapeOf(index), initial, type, DeviceOf(index));
        Set(index, tensor);
        (_initials ??= [])[index] = initial;
        return tensor;
    }
}
