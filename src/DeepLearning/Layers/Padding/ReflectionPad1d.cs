namespace DeepLearning.Layers;

/// <summary>
/// A sequence mirrored at its edges, which are not repeated, [N, C, L] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Reflect"/>.
/// </summary>
public sealed class ReflectionPad1d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all ends, or 2: left, right. A negative one takes elements away.</param>
    public ReflectionPad1d(params ReadOnlySpan<int> padding)
        : base(1, padding, PadMode.Reflect)
    {
    }
}
