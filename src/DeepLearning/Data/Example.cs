namespace DeepLearning.Data;

/// <summary>What a model is given and what it should answer: one sample, or a batch of them along the first axis.</summary>
/// <param name="Input">The input.</param>
/// <param name="Target">The wanted output, such as a class index.</param>
public readonly record struct Example(Tensor Input, Tensor Target)
{
    /// <summary>The same on another device.</summary>
    /// <param name="device">The device.</param>
    public Example To(Device device) => new(Input.To(device), Target.To(device));
}
