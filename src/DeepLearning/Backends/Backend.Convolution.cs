namespace DeepLearning.Backends;

/// <summary>
/// Two-dimensional convolution over float32 and float64. The base versions take one tap of the kernel after the other: what it reads is a
/// strided part of the padded input, and its share a product of matrices, [out, in] × [in, positions], for each image and group.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>y = x ⋆ weight + bias</summary>
    public virtual void Convolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor padded = Padded(shape, x), sum = Grouped(shape, y, shape.OutputChannels);
        Fill(sum, 0);
        for (int tap = 0; tap < shape.Taps; tap++)
        {
            sum.AddInPlace(TapWeight(shape, weight, tap).MatMul(Grouped(shape, TapPart(shape, padded, tap), shape.InputChannels)));
        }

        if (bias is not null)
        {
            y.AddInPlace(bias.Reshape(-1, 1, 1));
        }
    }

    /// <summary>dx = the gradient of x from that of y</summary>
    public virtual void ConvolveInputGradient(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor dx)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor padded = Tensor.Zeros(
            [shape.Batch, shape.InputChannels, shape.InputHeight + (2 * shape.PaddingHeight), shape.InputWidth + (2 * shape.PaddingWidth)],
            dx.DType, dx.Device);
        Tensor gradient = Grouped(shape, dy, shape.OutputChannels);
        for (int tap = 0; tap < shape.Taps; tap++)
        {
            Tensor part = TapPart(shape, padded, tap);
            part.AddInPlace(TapWeight(shape, weight, tap).T.MatMul(gradient).Reshape(part.Shape));
        }

        Copy(padded.Narrow(2, shape.PaddingHeight, shape.InputHeight).Narrow(3, shape.PaddingWidth, shape.InputWidth), dx);
    }

    /// <summary>dw = the gradient of the weight from that of y</summary>
    public virtual void ConvolveWeightGradient(in ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor padded = Padded(shape, x), gradient = Grouped(shape, dy, shape.OutputChannels);
        for (int tap = 0; tap < shape.Taps; tap++)
        {
            Tensor part = Grouped(shape, TapPart(shape, padded, tap), shape.InputChannels);
            Tensor share = gradient.MatMul(part.T).Sum(0);
            Tensor target = dw.Select(3, tap % shape.KernelWidth).Select(2, tap / shape.KernelWidth);
            Copy(share.Reshape(shape.OutputChannels, shape.GroupInput), target);
        }
    }

    private static Tensor Padded(in ConvolutionShape shape, Tensor x) =>
        x.Detach().Pad([shape.PaddingWidth, shape.PaddingWidth, shape.PaddingHeight, shape.PaddingHeight]);

    /// <summary>The elements of the padded input that one tap reads, [batch, channels, output height, output width].</summary>
    private static Tensor TapPart(in ConvolutionShape shape, Tensor padded, int tap)
    {
        (int y, int x) = Math.DivRem(tap, shape.KernelWidth);
        return padded
            .NarrowAxis(2, y * shape.DilationHeight, shape.OutputHeight, shape.StrideHeight)
            .NarrowAxis(3, x * shape.DilationWidth, shape.OutputWidth, shape.StrideWidth);
    }

    /// <summary>[batch, channels, height, width] as [batch, groups, channels of a group, positions].</summary>
    private static Tensor Grouped(in ConvolutionShape shape, Tensor images, int channels) =>
        images.Detach().Reshape(shape.Batch, shape.Groups, channels / shape.Groups, shape.OutputHeight * shape.OutputWidth);

    /// <summary>One tap of the weight as [groups, out, in].</summary>
    private static Tensor TapWeight(in ConvolutionShape shape, Tensor weight, int tap) => weight.Detach()
        .Select(3, tap % shape.KernelWidth).Select(2, tap / shape.KernelWidth).Reshape(shape.Groups, shape.GroupOutput, shape.GroupInput);
}
