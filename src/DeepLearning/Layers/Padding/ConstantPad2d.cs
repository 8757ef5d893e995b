namespace DeepLearning.Layers;

/// <summary>A number around an image […, H, W]: see <see cref="Tensor.Pad"/>.</summary>
public sealed class ConstantPad2d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">4 numbers: left, right, top, bottom. A negative one takes elements away.</param>
    /// <param name="value">The number.</param>
    public ConstantPad2d(ReadOnlySpan<int> padding, Scalar value)
        : base(2, padding, PadMode.Constant, value)
    {
    }

    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all sides.</param>
    /// <param name="value">The number.</param>
    public ConstantPad2d(int padding, Scalar value)
        : this([padding], value)
    {
    }
}
