namespace DeepLearning.Layers;

/// <summary>Zeros around a volume […, D, H, W]: see <see cref="Tensor.Pad"/>.</summary>
public sealed class ZeroPad3d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">
    /// One number for all sides, or 6: left, right, top, bottom, front, back. A negative one takes elements away.
    /// </param>
    public ZeroPad3d(params ReadOnlySpan<int> padding)
        : base(3, padding, PadMode.Constant)
    {
    }
}
