namespace DeepLearning.Layers;

/// <summary>
/// A tensor that training changes. A module owns the parameters that its fields hold; a parameter requires its gradient and outlives
/// every <see cref="TensorScope"/>.
/// </summary>
public sealed class Parameter : Tensor
{
    private static long s_made;

    /// <summary>Makes a parameter of a tensor's elements; shares its memory, and nothing of its history.</summary>
    /// <param name="value">The starting values, of a floating-point type where a gradient is wanted.</param>
    /// <param name="requiresGrad">False for a frozen parameter.</param>
    /// <exception cref="DTypeException">A gradient is wanted and the type is not a floating-point type.</exception>
    public Parameter(Tensor value, bool requiresGrad = true)
        : base(NotNull(value).Storage, value.Layout, value.DType)
    {
        LeaveScope();
        RequiresGrad = requiresGrad;
        Number = Interlocked.Increment(ref s_made);
    }

    /// <summary>Takes over a computed value with its history, in place of a parameter that is computed from others.</summary>
    private Parameter(Tensor value, Node? node)
        : base(value.Storage, value.Layout, value.DType)
    {
        LeaveScope();
        if (node is not null)
        {
            SetNode(node);
        }
    }

    /// <summary>A parameter that is not a leaf of the record but what was computed from others; it does not count as made.</summary>
    internal static Parameter Computed(Tensor value)
    {
        // An original handed on as it is would lose its gradient in a copy that has no history.
        Tensor computed = value is { IsLeaf: true, RequiresGrad: true } ? value.Alias() : value;
        return new Parameter(computed, computed.Node);
    }

    /// <summary>How many parameters this process has made.</summary>
    internal static long Made => Volatile.Read(ref s_made);

    /// <summary>The position of this parameter among all that were made, from 1; 0 for one that is computed.</summary>
    internal long Number { get; }

    private static Tensor NotNull(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }
}
