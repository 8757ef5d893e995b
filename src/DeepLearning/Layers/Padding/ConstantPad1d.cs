namespace DeepLearning.Layers;

/// <summary>A number around a sequence […, L]: see <see cref="Tensor.Pad"/>.</summary>
public sealed class ConstantPad1d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">2 numbers: left, right. A negative one takes elements away.</param>
    /// <param name="value">The number.</param>
    public ConstantPad1d(ReadOnlySpan<int> padding, Scalar value)
        : base(1, padding, PadMode.Constant, value)
    {
    }

    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all ends.</param>
    /// <param name="value">The number.</param>
    public ConstantPad1d(int padding, Scalar value)
        : this([padding], value)
    {
    }
}
