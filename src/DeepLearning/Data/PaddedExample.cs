namespace DeepLearning.Data;

/// <summary>A batch of sequences padded to the longest.</summary>
/// <param name="Input">The inputs, [samples, longest, ..].</param>
/// <param name="Lengths">The inputs' own lengths: a vector of int64.</param>
/// <param name="Target">The targets, [samples, ..] or, when they are sequences, [samples, longest, ..].</param>
public readonly record struct PaddedExample(Tensor Input, Tensor Lengths, Tensor Target)
{
    /// <summary>The same on another device.</summary>
    /// <param name="device">The device.</param>
    public PaddedExample To(Device device) => new(Input.To(device), Lengths.To(device), Target.To(device));
}
