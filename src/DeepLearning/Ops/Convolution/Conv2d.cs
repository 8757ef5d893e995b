using DeepLearning.Backends;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Two-dimensional convolution (cross-correlation, as in PyTorch):
    /// y[n, o, i, j] = bias[o] + Σ over c, p, q of weight[o, c, p, q] · x[n, c, i · stride + p · dilation − padding, …],
    /// with zeros outside of x.
    /// </summary>
    /// <param name="weight">The kernels, [out, in / groups, height, width].</param>
    /// <param name="bias">Added to each output channel, [out]; none when null.</param>
    /// <param name="stride">The distance between neighbouring outputs; 1 when null.</param>
    /// <param name="padding">Zeros around the input.</param>
    /// <param name="dilation">The distance between neighbouring taps of a kernel; 1 when null.</param>
    /// <param name="groups">
    /// The channels are cut into this many groups, and outputs see only the inputs of their group; as many as channels is a depthwise
    /// convolution.
    /// </param>
    /// <returns>
    /// [N, out, H', W'] for an input [N, in, H, W], or without N for an input without it, where
    /// H' = ⌊(H + 2 · padding − dilation · (height − 1) − 1) / stride⌋ + 1. 16-bit floats are summed in float32.
    /// </returns>
    /// <exception cref="ShapeException">Shapes do not fit each other, or the kernel is larger than the padded input.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    /// <exception cref="ArgumentException">A stride, dilation or the number of groups is below 1, or a padding negative.</exception>
    public Tensor Conv2d(
        Tensor weight, Tensor? bias = null, Pair? stride = null, Padding padding = default, Pair? dilation = null, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Pair step = stride ?? 1, spread = dilation ?? 1;
        CheckConvolution(this, weight, bias, groups);
        if (padding.IsSame)
        {
            return ConvolveSame(this, weight, bias, step, spread, groups);
        }

        ConvolutionShape shape = ShapeOfConvolution(this, weight, step, padding.Amount, spread, groups);
        if (DType.Compute() != DType)
        {
            DType wide = DType.Compute();
            return To(wide).Conv2d(weight.To(wide), bias?.To(wide), step, padding, spread, groups).To(DType);
        }

        if (Rank == 4)
        {
            return Convolve(shape, this, weight, bias);
        }

        Tensor y = Convolve(shape, Reshape(1, Layout.Lengths[0], Layout.Lengths[1], Layout.Lengths[2]), weight, bias);
        return y.Reshape(shape.OutputChannels, shape.OutputHeight, shape.OutputWidth);
    }

    private static Tensor ConvolveSame(Tensor x, Tensor weight, Tensor? bias, Pair stride, Pair dilation, int groups)
    {
        if (stride != 1)
        {
            throw new ArgumentException($"Conv2d: padding \"same\" needs a stride of 1, not {stride}.", nameof(stride));
        }

        CheckPositive(dilation, "dilation", "Conv2d");
        int height = dilation.Height * (weight.Layout.Lengths[2] - 1), width = dilation.Width * (weight.Layout.Lengths[3] - 1);
        return height % 2 == 0 && width % 2 == 0
            ? x.Conv2d(weight, bias, stride, (height / 2, width / 2), dilation, groups)
            : x.Pad([width / 2, width - (width / 2), height / 2, height - (height / 2)]).Conv2d(weight, bias, stride, 0, dilation, groups);
    }

    private static void CheckConvolution(Tensor x, Tensor weight, Tensor? bias, int groups)
    {
        if (groups < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups, "Conv2d: there must be at least 1 group.");
        }

        if (x.Rank is not (3 or 4) || weight.Rank != 4)
        {
            throw new ShapeException(
                $"Conv2d: an input {x.Shape} and a weight {weight.Shape} do not fit; the input is [N, in, H, W] or [in, H, W] and the "
                + "weight [out, in / groups, height, width].");
        }

        int channels = x.Layout.Lengths[^3], outputs = weight.Layout.Lengths[0], each = weight.Layout.Lengths[1];
        if (channels != each * (long)groups)
        {
            throw new ShapeException(
                $"Conv2d: an input {x.Shape} of {channels} channels does not fit a weight {weight.Shape}"
                + (groups > 1 ? $" in {groups} groups" : "") + $"; it must have {each * (long)groups} channels.");
        }

        if (outputs % groups != 0)
        {
            throw new ShapeException(
                $"Conv2d: a weight {weight.Shape} of {outputs} output channels cannot be cut into {groups} groups; "
                + $"use a multiple of {groups}.");
        }

        if (bias is not null && (bias.Rank != 1 || bias.Layout.Lengths[0] != outputs))
        {
            throw new ShapeException($"Conv2d: a bias {bias.Shape} does not fit a weight {weight.Shape}; it is [{outputs}].");
        }

        if (x.DType != weight.DType || (bias is not null && bias.DType != x.DType) || !x.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"Conv2d: an input of {x.DType.Name()}, a weight of {weight.DType.Name()}"
                + (bias is null ? "" : $" and a bias of {bias.DType.Name()}")
                + " do not fit; all must be of one floating-point type: convert the input with To(...), or the model.");
        }

        Broadcasting.CheckDevices(x, weight, "Conv2d");
        if (bias is not null)
        {
            Broadcasting.CheckDevices(x, bias, "Conv2d");
        }
    }

    private static ConvolutionShape ShapeOfConvolution(Tensor x, Tensor weight, Pair stride, Pair padding, Pair dilation, int groups)
    {
        CheckPositive(stride, "stride", "Conv2d");
        CheckPositive(dilation, "dilation", "Conv2d");
        CheckNotNegative(padding, "Conv2d");
        ReadOnlySpan<int> lengths = x.Layout.Lengths, kernel = weight.Layout.Lengths;
        ConvolutionShape shape = new()
        {
            Batch = x.Rank == 4 ? lengths[0] : 1,
            InputChannels = lengths[^3],
            InputHeight = lengths[^2],
            InputWidth = lengths[^1],
            OutputChannels = kernel[0],
            KernelHeight = kernel[2],
            KernelWidth = kernel[3],
            StrideHeight = stride.Height,
            StrideWidth = stride.Width,
            PaddingHeight = padding.Height,
            PaddingWidth = padding.Width,
            DilationHeight = dilation.Height,
            DilationWidth = dilation.Width,
            Groups = groups,
        };
        if (shape.Taps == 0)
        {
            throw new ShapeException($"Conv2d: a weight {weight.Shape} has no taps; its height and width must be at least 1.");
        }

        if (shape.OutputHeight == 0 || shape.OutputWidth == 0)
        {
            Pair padded = (lengths[^2] + (2 * padding.Height), lengths[^1] + (2 * padding.Width));
            Pair reach = ((dilation.Height * (kernel[2] - 1)) + 1, (dilation.Width * (kernel[3] - 1)) + 1);
            throw new ShapeException(
                $"Conv2d: a kernel that reaches over {reach.Height} x {reach.Width} does not fit an input {x.Shape} of {padded.Height} x "
                + $"{padded.Width} with its padding; pad more, or use a smaller kernel or dilation.");
        }

        return shape;
    }

    private static void CheckPositive(Pair value, string what, string operation)
    {
        if (value.Height < 1 || value.Width < 1)
        {
            throw new ArgumentException($"{operation}: a {what} of {value} does not fit; it must be at least 1.", what);
        }
    }

    private static void CheckNotNegative(Pair padding, string operation)
    {
        if (padding.Height < 0 || padding.Width < 0)
        {
            throw new ArgumentException($"{operation}: a padding of {padding} does not fit; it must not be negative.", nameof(padding));
        }
    }
}
