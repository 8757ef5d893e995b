namespace DeepLearning.Layers;

/// <summary>
/// A volume continued by its edge elements, [N, C, D, H, W] or without N: <see cref="Tensor.Pad"/> in mode
/// <see cref="PadMode.Replicate"/>.
/// </summary>
public sealed class ReplicationPad3d : PadLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="padding">
    /// One number for all sides, or 6: left, right, top, bottom, front, back. A negative one takes elements away.
    /// </param>
    public ReplicationPad3d(params ReadOnlySpan<int> padding)
        : base(3, padding, PadMode.Replicate)
    {
    }
}
