namespace DeepLearning.Layers;

/// <summary>
/// The partial inverse of <see cref="MaxPool1d"/>, of its output and the positions that <see cref="MaxPool.ForwardWithIndices"/> gives:
/// see <see cref="Tensor.MaxUnpool1d"/>.
/// </summary>
/// <param name="kernelSize">The length of a window of the pooling.</param>
/// <param name="stride">The distance between its windows; the kernel's size when null.</param>
/// <param name="padding">How far its windows reached over the ends.</param>
public sealed class MaxUnpool1d(PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default)
    : MaxUnpool(1, kernelSize, stride, padding);
