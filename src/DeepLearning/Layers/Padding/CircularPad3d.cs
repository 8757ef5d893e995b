namespace DeepLearning.Layers;

/// <summary>
/// A volume continued from its other end, [N, C, D, H, W] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Circular"/>.
/// </summary>
public sealed class CircularPad3d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">
    /// One number for all sides, or 6: left, right, top, bottom, front, back. A negative one takes elements away.
    /// </param>
    public CircularPad3d(params ReadOnlySpan<int> padding)
        : base(3, padding, PadMode.Circular)
    {
    }
}
