namespace DeepLearning.Layers;

/// <summary>
/// A sequence continued by its edge elements, [N, C, L] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Replicate"/>.
/// </summary>
public sealed class ReplicationPad1d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all ends, or 2: left, right. A negative one takes elements away.</param>
    public ReplicationPad1d(params ReadOnlySpan<int> padding)
        : base(1, padding, PadMode.Replicate)
    {
    }
}
