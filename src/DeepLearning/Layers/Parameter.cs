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
    }

    /// <summary>How many parameters this process has made.</summary>
    internal static long Made => Volatile.Read(ref s_made);

    /// <summary>The position of this parameter among all that were made, from 1.</summary>
    internal long Number { get; } = Interlocked.Increment(ref s_made);

    private static Tensor NotNull(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }
}
