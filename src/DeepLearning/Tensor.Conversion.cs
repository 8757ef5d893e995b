using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The elements in row-major order, converted to <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The element type of the array.</typeparam>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        Reading.Note(this);
        using Lease<T> lease = new(this.OnHost(DTypes.Of<T>()));
        return lease.Span.ToArray();
    }

    /// <summary>The only element of this tensor.</summary>
    /// <typeparam name="T">The type to convert it to.</typeparam>
    /// <exception cref="ShapeException">There is more than one element, or none.</exception>
    public T Item<T>()
        where T : unmanaged
    {
        if (Count != 1)
        {
            throw Reading.NotOne(this, "Item");
        }

        Reading.Note(this);
        if (DType == DTypes.Of<T>() && ReferenceEquals(Device, Device.Cpu))
        {
            using Lease<T> lease = new(this);
            return lease.First;
        }

        // What a loop asks of its loss at every step.
        if (typeof(T) == typeof(double) && DType == DType.Float32 && ReferenceEquals(Device, Device.Cpu))
        {
            using Lease<float> lease = new(this);
            return (T)(object)(double)lease.First;
        }

        return ToArray<T>()[0];
    }

    /// <summary>The same numbers in another type; this tensor itself when it already has it.</summary>
    /// <param name="dtype">The element type. Floating point to integer truncates toward zero; to bool gives whether not 0.</param>
    public Tensor To(DType dtype)
    {
        if (dtype == DType)
        {
            return this;
        }

        Tensor result = Allocate(Layout, dtype, Device);
        Backend.Copy(this, result);
        return Recording.Of(new ToOperation(DType, dtype), result, this);
    }

    /// <summary>A copy of this tensor, contiguous, that shares no memory; gradients pass through.</summary>
    public Tensor Clone()
    {
        Tensor result = Allocate(Layout, DType, Device);
        Backend.Copy(this, result);
        return Recording.Of(new CopyOperation("Clone"), result, this);
    }

    /// <summary>This tensor when its elements already lie in row-major order, else a copy that does.</summary>
    public Tensor Contiguous() => IsContiguous ? this : Clone();

    /// <summary>Copies another tensor's elements into this one, converting their type.</summary>
    /// <param name="source">The other tensor, on any device; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ShapeException">The source does not broadcast to this tensor's shape.</exception>
    /// <exception cref="DTypeException">The source is one number that this tensor's integer type does not hold.</exception>
    public Tensor CopyFrom(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        source = source.To(Device);
        this.CheckBroadcastsInto(source, "CopyFrom");
        NumberOperands.CheckFits(source, DType, "CopyFrom");
        bool records = GradMode.Records(this, source) && DType.IsFloatingPoint();
        CheckInPlace("CopyFrom", records);
        InPlace.CheckRecordable(records, source);
        Backend.Copy(SharedMemory.Between(source, this) ? source.Detach().Clone() : source, this);
        return Recording.Copied(this, source, records);
    }
}

/// <summary>The same values under another name.</summary>
internal static class Copies
{
    /// <summary>The same value as a node of its own in the record, sharing memory.</summary>
    public static Tensor Alias(this Tensor x)
    {
        Tensor view = x.MakeView(x.Layout);
        return Recording.Of(new CopyOperation("Alias"), view, x);
    }
}

/// <summary>The same values in another tensor.</summary>
internal readonly struct CopyOperation(string name) : IDerivative
{
    public string Name => name;

    public Node CreateNode() => new OperationNode<CopyOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient;

    public Replay? CreateReplay() => name switch
    {
        "Clone" => static (inputs, outputs) => outputs[0] = inputs[0]!.Clone(),
        "Alias" => static (inputs, outputs) => outputs[0] = inputs[0]!,
        _ => null,
    };
}

file readonly struct ToOperation(DType from, DType to) : IDerivative
{
    public string Name => "To";

    public void Describe(OperationAttributes attributes) => attributes.Add("dtype", to);

    public Node CreateNode() => new OperationNode<ToOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.To(from);

    public Replay CreateReplay()
    {
        DType dtype = to;
        return (inputs, outputs) => outputs[0] = inputs[0]!.To(dtype);
    }
}
