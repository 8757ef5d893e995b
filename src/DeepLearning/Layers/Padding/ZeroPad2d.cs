namespace DeepLearning.Layers;

/// <summary>Zeros around an image […, H, W]: see <see cref="Tensor.Pad"/>.</summary>
public sealed class ZeroPad2d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all sides, or 4: left, right, top, bottom. A negative one takes elements away.</param>
    public ZeroPad2d(params ReadOnlySpan<int> padding)
        : base(2, padding, PadMode.Constant)
    {
    }
}
