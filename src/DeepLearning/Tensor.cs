using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// A multi-dimensional array of numbers, and a value of the computation that made it. Views (reshape, permute, slices) share memory
/// with their source. Operations on tensors that require gradients are recorded, and <see cref="Backward(Tensor?, bool, bool)"/> walks
/// the record back. Needs no <c>Dispose</c>.
/// </summary>
[DebuggerDisplay("{DebugText,nq}")]
public partial class Tensor
{
    private Storage? _storage;
    private Flags _flags;

    /// <summary>A tensor over a storage; the constructor every tensor goes through.</summary>
    internal Tensor(Storage storage, Layout layout, DType dtype)
    {
        _storage = storage;
        Layout = layout;
        DType = dtype;
        storage.AddTensor();
        if (GradMode.InferenceEnabled)
        {
            _flags = Flags.Inference;
        }

        if (BackwardPass.IsRunning)
        {
            _flags |= Flags.MadeByBackward;
        }

        ScopeFrame.Current?.Add(this);
    }

    [Flags]
    private enum Flags : byte
    {
        RequiresGrad = 1,
        Inference = 4,
        MadeByBackward = 8,
        GradExposed = 16,
        UnrecordedView = 32,
    }

    /// <summary>The type of the elements.</summary>
    public DType DType { get; private set; }

    /// <summary>The length of each axis, outermost first.</summary>
    public Shape Shape => Layout.Shape;

    /// <summary>The number of axes; 0 for a single number.</summary>
    public int Rank => Layout.Rank;

    /// <summary>The number of elements.</summary>
    public long Count => Layout.Count;

    /// <summary>Where the elements live.</summary>
    public Device Device => Storage.Device;

    /// <summary>True when the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous => Layout.IsContiguous;

    /// <summary>The distance, in elements, between neighbors along each axis.</summary>
    public ReadOnlySpan<long> Strides => Layout.Strides;

    /// <summary>The length of one axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Size(int axis)
    {
        int[] lengths = Layout.Lengths;
        int at = axis < 0 ? axis + lengths.Length : axis;
        return (uint)at < (uint)lengths.Length ? lengths[at] : NoAxis(axis);
    }

    internal Layout Layout { get; private set; }

    internal Storage Storage => _storage ?? throw Returned();

    internal Backend Backend => Storage.Device.Backend;

    /// <summary>The scope that returns this tensor, if one does.</summary>
    internal ScopeFrame? Scope { get; set; }

    internal bool IsReturned => _storage is null;

    internal bool IsInference => (_flags & Flags.Inference) != 0;

    internal bool IsMadeByBackward => (_flags & Flags.MadeByBackward) != 0;

    /// <summary>A new tensor for a result: contiguous, uninitialized.</summary>
    internal static Tensor Allocate(Layout like, DType dtype, Device device) =>
        Allocate(like.Lengths, dtype, device);

    internal static Tensor Allocate(ReadOnlySpan<int> lengths, DType dtype, Device device)
    {
        Layout layout = Layout.Contiguous(lengths);
        long size = dtype.Size();
        return layout.Count <= long.MaxValue / size
            ? new Tensor(device.Backend.Allocate(layout.Count * size), layout, dtype)
            : throw BufferPool.NoRoom((double)layout.Count * size, null);
    }

    /// <summary>An uninitialized tensor of another layout's shape and strides.</summary>
    internal static Tensor EmptyStrided(Layout layout, DType dtype, Device device)
    {
        long last = 0, first = 0;
        for (int axis = 0; axis < layout.Rank; axis++)
        {
            long reach = (layout.Lengths[axis] - 1) * layout.Strides[axis];
            last += Math.Max(reach, 0);
            first += Math.Min(reach, 0);
        }

        Layout moved = new(layout.Lengths, layout.Strides, -first);
        return new Tensor(device.Backend.Allocate((last - first + 1) * dtype.Size()), moved, dtype);
    }

    /// <summary>Another tensor over the same storage, with no history and no part in this one's; see <see cref="MakeView"/>.</summary>
    internal Tensor ViewAs(Layout layout) => new(Storage, layout, DType);

    /// <summary>Gives a fresh contiguous result, which nobody else has seen, another shape of as many elements.</summary>
    internal Tensor Relabel(ReadOnlySpan<int> lengths)
    {
        Layout = Layout.Contiguous(lengths);
        return this;
    }

    /// <summary>
    /// Takes another tensor's elements, layout and type in place of its own. Not for a tensor that a pending backward pass needs.
    /// </summary>
    internal void Replace(Tensor other)
    {
        Storage storage = other.Storage;
        storage.AddTensor();
        Storage? old = Interlocked.Exchange(ref _storage, storage);
        Layout = other.Layout;
        DType = other.DType;
        LeaveFamily();
        old?.RemoveTensor();
    }

    /// <summary>Takes this tensor out of the scope that would return it: its owner outlives the scope.</summary>
    internal void LeaveScope() => Scope = null;

    /// <summary>Gives this tensor's share of the memory back; every later use throws.</summary>
    internal void Return()
    {
        if (Interlocked.Exchange(ref _storage, null) is { } storage)
        {
            Scope = null;
            storage.RemoveTensor();
        }
    }

    private ObjectDisposedException Returned() => new(
        $"Tensor {DType.Name()}{Shape}",
        $"The tensor {DType.Name()}{Shape} was made inside a TensorScope that has ended, and its memory was returned; "
        + "call scope.Keep(tensor) to keep one, or read its numbers before the scope ends.");

    /// <summary>Says that there is no such axis.</summary>
    private int NoAxis(int axis) => Rank == 0
        ? throw new ShapeException("Size: a zero-dimensional tensor has no axes.")
        : Shape.Axis(axis, Rank, "Size");
}
