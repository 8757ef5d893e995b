namespace DeepLearning.Layers;

/// <summary>
/// Layers for inference that do the work of two: y = s · (f(x) − mean) + bias with s = weight / √(variance + eps) is what f itself computes
/// with its weight times s and its bias moved. PyTorch's <c>torch.nn.utils.fusion</c>; Jacob et al., "Quantization and training of neural
/// networks for efficient integer-arithmetic-only inference", 2018, section 3.2.
/// </summary>
public static class Fuse
{
    /// <summary>
    /// A copy of a convolution that computes what it and the batch normalization behind it compute in evaluation, as PyTorch's
    /// <c>fuse_conv_bn_eval</c>; transposed convolutions too, with any number of groups.
    /// </summary>
    /// <typeparam name="TConvolution">The layer's type.</typeparam>
    /// <param name="convolution">The convolution, in evaluation mode; it stays as it is.</param>
    /// <param name="norm">The normalization of its output, in evaluation mode.</param>
    /// <returns>The convolution with another weight and with a bias.</returns>
    /// <exception cref="InvalidOperationException">
    /// One of the two is in training mode, has no running statistics, or has parametrized parameters.
    /// </exception>
    /// <exception cref="ShapeException">The normalization has another number of channels.</exception>
    public static TConvolution ConvBatchNorm<TConvolution>(TConvolution convolution, BatchNorm norm)
        where TConvolution : ConvolutionLayer
    {
        ArgumentNullException.ThrowIfNull(convolution);
        ArgumentNullException.ThrowIfNull(norm);
        const string Name = $"Fuse.{nameof(ConvBatchNorm)}";
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        (Tensor scale, Tensor shift) = Affine(Name, convolution, norm, convolution.OutChannels);
        Parameter weight = convolution.Weight;
        TConvolution fused = convolution.DeepCopy();
        fused.Weight = Like(weight, Scaled(weight, scale, convolution is TransposedConvolutionLayer));
        fused.Bias = Like(weight, Moved(convolution.Bias, scale, shift));
        return fused;
    }

    /// <summary>
    /// A copy of a linear layer that computes what it and the batch normalization behind it compute in evaluation, of inputs [N, in]; as
    /// PyTorch's <c>fuse_linear_bn_eval</c>.
    /// </summary>
    /// <param name="linear">The linear layer, in evaluation mode; it stays as it is.</param>
    /// <param name="norm">The normalization of its output, in evaluation mode.</param>
    /// <returns>The layer with another weight and with a bias.</returns>
    /// <exception cref="InvalidOperationException">
    /// One of the two is in training mode, has no running statistics, or has parametrized parameters.
    /// </exception>
    /// <exception cref="ShapeException">The normalization has another number of channels.</exception>
    public static Linear LinearBatchNorm(Linear linear, BatchNorm1d norm)
    {
        ArgumentNullException.ThrowIfNull(linear);
        ArgumentNullException.ThrowIfNull(norm);
        const string Name = $"Fuse.{nameof(LinearBatchNorm)}";
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        (Tensor scale, Tensor shift) = Affine(Name, linear, norm, linear.OutFeatures);
        Linear fused = linear.DeepCopy();
        fused.Weight = Like(linear.Weight, Scaled(linear.Weight, scale, isTransposed: false));
        fused.Bias = Like(linear.Weight, Moved(linear.Bias, scale, shift));
        return fused;
    }

    /// <summary>What a normalization multiplies by and then adds, in float64.</summary>
    private static (Tensor Scale, Tensor Shift) Affine(string name, Layer layer, BatchNorm norm, int channels)
    {
        foreach (Layer one in (Layer[])[layer, norm])
        {
            if (one.Training)
            {
                throw new InvalidOperationException($"{name}: {one} is in training mode; fuse layers in evaluation mode, after Eval().");
            }

            if (one.HasParametrizations)
            {
                throw new InvalidOperationException(
                    $"{name}: {one} has parametrized parameters, which would be computed again; remove them by Parametrizations.Remove.");
            }
        }

        if (norm is not { RunningMean: { } mean, RunningVar: { } variance })
        {
            throw new InvalidOperationException(
                $"{name}: {norm} has no running statistics; what it computes depends on the batch, in evaluation too.");
        }

        if (norm.Channels != channels)
        {
            throw new ShapeException(
                $"{name}: {norm} does not fit {layer}; it must have {channels} channels, as many as the other's output.");
        }

        return Affine(mean, variance, norm.Eps, norm.Weight, norm.Bias);
    }

    /// <summary>What a normalization by running figures multiplies by and then adds, in float64.</summary>
    internal static (Tensor Scale, Tensor Shift) Affine(Tensor mean, Tensor variance, double eps, Tensor? weight, Tensor? bias)
    {
        Tensor scale = (variance.To(DType.Float64) + eps).Rsqrt();
        scale = weight is not null ? scale * weight.To(DType.Float64) : scale;
        Tensor shift = -(mean.To(DType.Float64) * scale);
        return (scale, bias is not null ? shift + bias.To(DType.Float64) : shift);
    }

    /// <summary>A weight times a number for each channel that it makes, in float64.</summary>
    /// <param name="weight">Of a linear layer or a convolution.</param>
    /// <param name="scale">The numbers, [channels].</param>
    /// <param name="isTransposed">Whether it is that of a transposed convolution.</param>
    internal static Tensor Scaled(Tensor weight, Tensor scale, bool isTransposed)
    {
        Tensor kernels = weight.To(DType.Float64);
        int[] taps = [.. Enumerable.Repeat(1, weight.Rank - 2)];
        if (!isTransposed)
        {
            return kernels * scale.Reshape([-1, 1, .. taps]);
        }

        // The output channels are the second axis, group by group.
        int inGroup = weight.Size(1), groups = scale.Size(0) / inGroup;
        return (kernels.Unflatten(0, groups, weight.Size(0) / groups) * scale.Reshape([groups, 1, inGroup, .. taps])).Flatten(0, 1);
    }

    /// <summary>The bias that goes with <see cref="Scaled"/>, in float64.</summary>
    internal static Tensor Moved(Tensor? bias, Tensor scale, Tensor shift) =>
        bias is null ? shift : (bias.To(DType.Float64) * scale) + shift;

    private static Parameter Like(Parameter weight, Tensor value) => new(value.To(weight.DType), weight.RequiresGrad);
}
