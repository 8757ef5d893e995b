namespace DeepLearning.Layers;

/// <summary>
/// Two-dimensional convolution with unshared weights, [N, in, H, W] → [N, out, H', W'], or without N:
/// y[n, o, i, j] = bias[o, i, j] + Σ over c, p, q of weight[i, j, o, c, p, q] · x[n, c, i · stride + p · dilation − padding, …],
/// with zeros outside of x. Keras's <c>LocallyConnected2D</c>, with the padding, dilation and starting values of
/// <see cref="Conv2d"/>.
/// </summary>
public sealed class LocallyConnected2d : LocallyConnectedLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="inputSize">The height and width of the input.</param>
    /// <param name="kernelSize">The height and width of the kernels.</param>
    /// <param name="stride">The distance between neighboring outputs; 1 when null.</param>
    /// <param name="padding">Zeros around the input.</param>
    /// <param name="dilation">The distance between neighboring taps of a kernel; 1 when null.</param>
    /// <param name="bias">Whether each output has a bias.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">
    /// A number of channels, a size, a stride or a dilation is below 1, a padding is negative, or the kernel is larger than the padded
    /// input.
    /// </exception>
    public LocallyConnected2d(
        int inChannels, int outChannels, PerAxis inputSize, PerAxis kernelSize, PerAxis? stride = null, PerAxis padding = default,
        PerAxis? dilation = null, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
        : base(axes: 2, inChannels, outChannels, inputSize, kernelSize, stride, padding, dilation, bias, dtype, generator)
    {
    }
}
