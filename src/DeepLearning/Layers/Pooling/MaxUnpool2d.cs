namespace DeepLearning.Layers;

/// <summary>
/// The partial inverse of <see cref="MaxPool2d"/>, of its output and the positions that <see cref="MaxPool.ForwardWithIndices"/> gives:
/// see <see cref="Tensor.MaxUnpool2d"/>.
/// </summary>
/// <param name="kernelSize">The height and width of a window of the pooling.</param>
/// <param name="stride">The distance between its windows; the kernel's size when null.</param>
/// <param name="padding">How far its windows reached over the edge.</param>
public sealed class MaxUnpool2d(PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default)
    : MaxUnpool(2, kernelSize, stride, padding);
