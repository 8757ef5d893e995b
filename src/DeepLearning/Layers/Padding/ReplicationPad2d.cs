namespace DeepLearning.Layers;

/// <summary>
/// An image continued by its edge elements, [N, C, H, W] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Replicate"/>.
/// </summary>
public sealed class ReplicationPad2d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">One number for all sides, or 4: left, right, top, bottom. A negative one takes elements away.</param>
    public ReplicationPad2d(params ReadOnlySpan<int> padding)
        : base(2, padding, PadMode.Replicate)
    {
    }
}
