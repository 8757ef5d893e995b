using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A tensor over an array, without a copy: a change of one is seen in the other. The tensor keeps the array alive.
    /// </summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="array">The elements in row-major order.</param>
    /// <param name="shape">The lengths; none for a vector of all elements.</param>
    /// <exception cref="ShapeException">The array does not have as many elements as the shape.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static Tensor Wrap<T>(T[] array, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        return Wrap(array.AsMemory(), shape);
    }

    /// <summary>
    /// A tensor over memory, without a copy: a change of one is seen in the other. Memory that is not of an array stays pinned until the
    /// last tensor over it is garbage; its owner must not return it earlier.
    /// </summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="memory">The elements in row-major order.</param>
    /// <param name="shape">The lengths; none for a vector of all elements.</param>
    /// <exception cref="ShapeException">The memory does not have as many elements as the shape.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static Tensor Wrap<T>(Memory<T> memory, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        DType dtype = DTypes.Of<T>();
        ReadOnlySpan<int> lengths = shape.Length == 0 ? [memory.Length] : shape;
        Filling.CheckCount(memory.Length, lengths);
        long bytes = (long)memory.Length * Unsafe.SizeOf<T>();
        if (MemoryMarshal.TryGetArray(memory, out ArraySegment<T> segment))
        {
            Layout layout = segment.Offset == 0
                ? Layout.Contiguous(lengths)
                : new Layout(lengths.ToArray(), Layout.ContiguousStrides(lengths), segment.Offset);
            return new Tensor(new ArrayStorage(segment.Array!, bytes), layout, dtype);
        }

        return new Tensor(new MemoryStorage(memory.Pin(), bytes), Layout.Contiguous(lengths), dtype);
    }

    /// <summary>
    /// A tensor over a tensor of System.Numerics.Tensors, without a copy; it stays pinned until the last tensor over it is garbage.
    /// </summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="tensor">The other tensor, of any strides.</param>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static Tensor Wrap<T>(System.Numerics.Tensors.Tensor<T> tensor)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Layout layout = new(Narrow(tensor.Lengths), Widen(tensor.Strides), 0);
        return new Tensor(new MemoryStorage(tensor.GetPinnedHandle(), ReachOf(layout) * Unsafe.SizeOf<T>()), layout, DTypes.Of<T>());
    }

    /// <summary>A copy of a span of System.Numerics.Tensors.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="values">The elements, of any strides.</param>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static Tensor From<T>(ReadOnlyTensorSpan<T> values)
        where T : unmanaged
    {
        Tensor result = Allocate(Narrow(values.Lengths), DTypes.Of<T>(), Device.Cpu);
        using Lease<T> lease = new(result);
        values.FlattenTo(lease.Span);
        return result;
    }

    /// <summary>The elements as a span to read. See <see cref="AsSpan{T}"/> for how long it may be used.</summary>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <exception cref="DeviceException">The elements are not on the processor.</exception>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous.</exception>
    public ReadOnlySpan<T> AsReadOnlySpan<T>()
        where T : unmanaged => ContiguousSpan<T>("AsReadOnlySpan");

    /// <summary>
    /// The elements as a span to read and write, in row-major order. A span keeps nothing alive: when the collector finds the tensor
    /// and all others over its memory unreachable, the memory is used for other tensors. Use the tensor after the last use of the span,
    /// such as in <c>GC.KeepAlive(tensor)</c>, or take <see cref="Access{T}"/>, <see cref="CopyTo{T}"/> or <see cref="ToArray{T}"/>, which
    /// need no care.
    /// </summary>
    /// <remarks>Counts as a write: a backward pass that needs the old elements refuses to run.</remarks>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <exception cref="DeviceException">The elements are not on the processor.</exception>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous.</exception>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        Span<T> span = ContiguousSpan<T>("AsSpan");
        CheckInPlace("AsSpan", false);
        Storage.Version++;
        return span;
    }

    /// <summary>Runs a function on the elements, which stay in place meanwhile. It may write to them.</summary>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <param name="action">What to do with the elements, in row-major order; the span must not be kept.</param>
    /// <exception cref="DeviceException">The elements are not on the processor.</exception>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous.</exception>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    public void Access<T>(Action<Span<T>> action)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(action);
        Storage storage = Storage;
        action(AsSpan<T>());
        GC.KeepAlive(storage);
    }

    /// <summary>Runs a function that reads the elements, which stay in place meanwhile.</summary>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <typeparam name="TResult">What the function gives.</typeparam>
    /// <param name="function">What to do with the elements, in row-major order; the span must not be kept.</param>
    /// <exception cref="DeviceException">The elements are not on the processor.</exception>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous.</exception>
    public TResult Read<T, TResult>(Func<ReadOnlySpan<T>, TResult> function)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(function);
        Storage storage = Storage;
        TResult result = function(ContiguousSpan<T>("Read"));
        GC.KeepAlive(storage);
        return result;
    }

    /// <summary>Copies the elements, of any layout, in row-major order, converted to <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The element type of the destination.</typeparam>
    /// <param name="destination">Receives the elements.</param>
    /// <exception cref="ShapeException">The destination is too short.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        if (destination.Length < Count)
        {
            throw new ShapeException($"CopyTo: a destination of {destination.Length} elements is too short for a tensor {Shape} of "
                + $"{Count}.");
        }

        using Lease<T> lease = new(this.OnHost(DTypes.Of<T>()));
        lease.Span.CopyTo(destination);
    }

    /// <summary>Copies elements in row-major order into this tensor, converting their type.</summary>
    /// <typeparam name="T">The element type of the source.</typeparam>
    /// <param name="source">As many elements as this tensor has.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    public Tensor CopyFrom<T>(ReadOnlySpan<T> source)
        where T : unmanaged => CopyFrom(From(source, Shape));

    /// <summary>
    /// The elements, with this tensor's strides, as a span of System.Numerics.Tensors to read and write. As with <see cref="AsSpan{T}"/>,
    /// the tensor must be kept alive until after its last use.
    /// </summary>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <exception cref="DeviceException">The elements are not on the processor.</exception>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    public TensorSpan<T> AsTensorSpan<T>()
        where T : unmanaged
    {
        CheckRecordedWrite("AsTensorSpan", false);
        Storage.Version++;
        return new TensorSpan<T>(ReachableSpan<T>("AsTensorSpan"), Widen(Layout.Lengths), Narrow(Layout.Strides));
    }

    /// <summary>As <see cref="AsTensorSpan{T}"/>, to read only.</summary>
    /// <typeparam name="T">The tensor's own element type.</typeparam>
    /// <exception cref="DeviceException">The elements are not on the processor.</exception>
    /// <exception cref="DTypeException">The elements are of another type.</exception>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan<T>()
        where T : unmanaged =>
        new(ReachableSpan<T>("AsReadOnlyTensorSpan"), Widen(Layout.Lengths), Narrow(Layout.Strides));

    /// <summary>
    /// A tensor of System.Numerics.Tensors with these elements: over the same array where this one wraps an array, else a copy.
    /// </summary>
    /// <typeparam name="T">The element type; the elements are converted to it.</typeparam>
    public System.Numerics.Tensors.Tensor<T> ToNumericsTensor<T>()
        where T : unmanaged
    {
        bool shares = DType == DTypes.Of<T>() && Storage is ArrayStorage { IsShared: true, Array: T[] };
        return shares
            ? System.Numerics.Tensors.Tensor.Create((T[])((ArrayStorage)Storage).Array, (int)Layout.Offset, Widen(Layout.Lengths),
                Narrow(Layout.Strides))
            : System.Numerics.Tensors.Tensor.Create(ToArray<T>(), Widen(Layout.Lengths));
    }

    private static int[] Narrow(ReadOnlySpan<nint> lengths)
    {
        int[] result = new int[lengths.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = checked((int)lengths[i]);
        }

        return result;
    }

    private static nint[] Narrow(long[] strides) => Array.ConvertAll(strides, static s => checked((nint)s));

    private static nint[] Widen(int[] lengths) => Array.ConvertAll(lengths, static l => (nint)l);

    private static long[] Widen(ReadOnlySpan<nint> strides)
    {
        long[] result = new long[strides.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = strides[i];
        }

        return result;
    }

    /// <summary>How many elements lie between the first and the last of a layout, both included.</summary>
    private static long ReachOf(Layout layout)
    {
        long reach = layout.Count == 0 ? 0 : 1;
        for (int axis = 0; axis < layout.Rank && reach > 0; axis++)
        {
            reach += (layout.Lengths[axis] - 1) * layout.Strides[axis];
        }

        return reach;
    }

    private Span<T> ContiguousSpan<T>(string operation)
        where T : unmanaged => IsContiguous
            ? ReachableSpan<T>(operation)
            : throw new InvalidOperationException(
                $"{operation}: a tensor {Shape} with gaps or another order has no span; take Contiguous(), AsTensorSpan or CopyTo.");

    private Span<T> ReachableSpan<T>(string operation)
        where T : unmanaged
    {
        Reading.Note(this);
        if (DType != DTypes.Of<T>())
        {
            throw new DTypeException($"{operation}: the elements are {DType.Name()}, not {DTypes.Of<T>().Name()}; convert with To(...), "
                + "or use CopyTo.");
        }

        this.CheckOnHost(operation);
        using Lease<T> lease = new(this);
        return MemoryMarshal.CreateSpan(ref lease.First, checked((int)ReachOf(Layout)));
    }
}
