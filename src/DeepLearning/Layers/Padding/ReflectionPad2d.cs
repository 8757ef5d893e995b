namespace DeepLearning.Layers;

/// <summary>
/// An image mirrored at its edges, which are not repeated, [N, C, H, W] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Reflect"/>.
/// </summary>
public sealed class ReflectionPad2d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all sides, or 4: left, right, top, bottom. A negative one takes elements away.</param>
    public ReflectionPad2d(params ReadOnlySpan<int> padding)
        : base(2, padding, PadMode.Reflect)
    {
    }
}
