namespace DeepLearning.Layers;

/// <summary>Zeros around a sequence […, L]: see <see cref="Tensor.Pad"/>.</summary>
public sealed class ZeroPad1d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all ends, or 2: left, right. A negative one takes elements away.</param>
    public ZeroPad1d(params ReadOnlySpan<int> padding)
        : base(1, padding, PadMode.Constant)
    {
    }
}
