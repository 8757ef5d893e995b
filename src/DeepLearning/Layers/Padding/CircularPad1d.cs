namespace DeepLearning.Layers;

/// <summary>
/// A sequence continued from its other end, [N, C, L] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Circular"/>.
/// </summary>
public sealed class CircularPad1d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all ends, or 2: left, right. A negative one takes elements away.</param>
    public CircularPad1d(params ReadOnlySpan<int> padding)
        : base(1, padding, PadMode.Circular)
    {
    }
}
