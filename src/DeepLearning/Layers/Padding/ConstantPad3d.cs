namespace DeepLearning.Layers;

/// <summary>A number around a volume […, D, H, W]: see <see cref="Tensor.Pad"/>.</summary>
public sealed class ConstantPad3d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">6 numbers: left, right, top, bottom, front, back. A negative one takes elements away.</param>
    /// <param name="value">The number.</param>
    public ConstantPad3d(ReadOnlySpan<int> padding, Scalar value)
        : base(3, padding, PadMode.Constant, value)
    {
    }

    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all sides.</param>
    /// <param name="value">The number.</param>
    public ConstantPad3d(int padding, Scalar value)
        : this([padding], value)
    {
    }
}
