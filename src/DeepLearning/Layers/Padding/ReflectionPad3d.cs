namespace DeepLearning.Layers;

/// <summary>
/// A volume mirrored at its edges, which are not repeated, [N, C, D, H, W] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Reflect"/>.
/// </summary>
public sealed class ReflectionPad3d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">
    /// One number for all sides, or 6: left, right, top, bottom, front, back. A negative one takes elements away.
    /// </param>
    public ReflectionPad3d(params ReadOnlySpan<int> padding)
        : base(3, padding, PadMode.Reflect)
    {
    }
}
