using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// How the way past a residual block fits the block's output where channels or sides change (He et al. 2016, section 4.1).
/// </summary>
public enum ResNetShortcut
{
    /// <summary>A 1×1 convolution and a batch norm: option B.</summary>
    Projection,

    /// <summary>Every stride-th pixel, and zeros for the channels that come to it, half of them on either side: option A.</summary>
    Padding,
}

/// <summary>Option A; [batch, channels, height, width] in.</summary>
internal sealed class PaddingShortcut(int stride, int inChannels, int outChannels) : Layer
{
    protected override Tensor Compute(Tensor input)
    {
        Tensor pixels = stride == 1 ? input : input.IndexSelect(2, Every(input.Size(2))).IndexSelect(3, Every(input.Size(3)));
        int front = (outChannels - inChannels) / 2;
        return pixels.Pad([0, 0, 0, 0, front, outChannels - inChannels - front]);

        Tensor Every(int length) => Tensor.Arange(0, length, stride, DType.Int64, input.Device);
    }
}
