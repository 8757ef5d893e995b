namespace DeepLearning.Layers;

/// <summary>
/// An image continued from its other end, [N, C, H, W] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Circular"/>.
/// </summary>
public sealed class CircularPad2d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all sides, or 4: left, right, top, bottom. A negative one takes elements away.</param>
    public CircularPad2d(params ReadOnlySpan<int> padding)
        : base(2, padding, PadMode.Circular)
    {
    }
}
