namespace DeepLearning.Layers;

/// <summary>
/// Marks a <see cref="Tensor"/> field of a module as a buffer: state that is saved and loaded with the parameters and converted with
/// them, but not trained, such as a running mean. Put it on a property with <c>[field: Buffer]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class BufferAttribute : Attribute
{
    /// <summary>False for a buffer that is not part of the state dictionary, such as a table that the constructor computes.</summary>
    public bool Persistent { get; init; } = true;
}
