using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// Convolution over one to three spatial axes, and the transposed one. It is bilinear in input and weight, so its two gradients are
/// operations of the same kind, and the gradients of those are again one of the three: that makes it differentiable to any order. The
/// gradient of the input is what a transposed convolution computes.
/// </summary>
internal static class SpatialConvolution
{
    /// <summary>Checks the operands and convolves them; see <see cref="Tensor.Conv2d"/>.</summary>
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor? bias, PerAxis stride, Padding padding, PerAxis dilation, int groups, int axes)
    {
        using Autocast.Operation cast = Autocast.Enter(ConvolutionOperands.NameOf(axes, isTransposed: false));
        (x, weight, bias) = (cast.Of(x), cast.Of(weight), cast.OrNull(bias));
        ConvolutionOperands operands = new(x, weight, bias, groups, axes, isTransposed: false);
        operands.CheckWindow(stride, dilation);
        padding.Check(axes, stride, operands.Operation);
        int[] around = padding.Around(weight.Layout.Lengths.AsSpan(2), dilation);
        if (padding.IsSame && !IsEven(around))
        {
            operands = operands with { X = x.Pad(around) };
            around.AsSpan().Clear();
        }

        return Run(new ConvolveOp(operands.ShapeOf(stride, around, dilation)), operands);
    }

    /// <summary>Checks the operands and convolves them, transposed; see <see cref="Tensor.ConvTranspose2d"/>.</summary>
    public static Tensor RunTransposed(
        Tensor x, Tensor weight, Tensor? bias, PerAxis stride, PerAxis padding, PerAxis outputPadding, PerAxis dilation, int groups,
        int axes)
    {
        using Autocast.Operation cast = Autocast.Enter(ConvolutionOperands.NameOf(axes, isTransposed: true));
        (x, weight, bias) = (cast.Of(x), cast.Of(weight), cast.OrNull(bias));
        ConvolutionOperands operands = new(x, weight, bias, groups, axes, isTransposed: true);
        operands.CheckWindow(stride, dilation);
        padding.Check(axes, 0, "padding", operands.Operation);
        outputPadding.CheckOutputPadding(axes, stride, dilation, operands.Operation);
        ConvolutionShape shape = operands.TransposedShapeOf(stride, padding, outputPadding, dilation);

        // An output padding of a stride and more, which a dilation allows, is as if there were more input: zeros.
        int[] lengths = x.Layout.Lengths, needed = shape.OutputLengths, missing = new int[2 * axes];
        for (int axis = 0; axis < axes; axis++)
        {
            missing[(2 * axis) + 1] = needed[^(axis + 1)] - lengths[^(axis + 1)];
        }

        if (missing.AsSpan().IndexOfAnyExcept(0) >= 0)
        {
            operands = operands with { X = x.Pad(missing) };
        }

        return Run(new ConvolveTransposedOp(shape, IsGradient: false), operands);
    }

    private static Tensor Run<TOp>(in TOp op, in ConvolutionOperands operands)
        where TOp : struct, IFusedOp
    {
        DType dtype = operands.X.DType, compute = operands.X.Backend.ConvolvesNarrow ? dtype : dtype.Compute();
        Tensor x = operands.X.To(compute);
        Tensor y = Fused.Run(op, [operands.IsBatched ? x : x.Unsqueeze(0), operands.Weight.To(compute), operands.Bias?.To(compute)]);
        return (operands.IsBatched ? y : y.Squeeze(0)).To(dtype);
    }

    private static bool IsEven(int[] around)
    {
        for (int i = 0; i < around.Length; i += 2)
        {
            if (around[i] != around[i + 1])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>x ⋆ weight + bias; inputs: x, weight, bias.</summary>
file readonly record struct ConvolveOp(ConvolutionShape Sizes) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => Sizes.Axes switch { 1 => "Conv1d", 2 => "Conv2d", _ => "Conv3d" };

    public void Describe(OperationAttributes attributes) => Sizes.Describe(attributes);

    public PrepareProduct CreatePreparation()
    {
        ConvolutionShape sizes = Sizes;
        return (_, weight, bias) => weight.Backend.Prepare(sizes, weight, bias);
    }

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => input < 2 && inputs[1 - input]!.RequiresGrad;

    /// <summary>
    /// One tap of the kernel after the other: what it reads is a strided part of the padded input, and its share a product of matrices,
    /// [out, in] × [in, positions], for each image and group.
    /// </summary>
    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        // 16-bit numbers are summed as float32, and rounded once.
        (SpatialAxis depth, SpatialAxis height, SpatialAxis width) = (Sizes.Depth, Sizes.Height, Sizes.Width);
        DType dtype = inputs[0]!.DType, compute = dtype.Compute();
        Tensor x = inputs[0]!.To(compute).Reshape(Sizes.Batch, Sizes.InputChannels, depth.Input, height.Input, width.Input);
        Tensor taps = inputs[1]!.To(compute).Reshape(Sizes.Groups, Sizes.GroupOutput, Sizes.GroupInput, Sizes.Taps);
        x = x.Pad([width.Padding, width.Padding, height.Padding, height.Padding, depth.Padding, depth.Padding]);
        int positions = checked(depth.Output * height.Output * width.Output);
        Tensor? sum = null;
        for (int tap = 0; tap < Sizes.Taps; tap++)
        {
            (int plane, int inPlane) = Math.DivRem(tap, height.Kernel * width.Kernel);
            (int row, int column) = Math.DivRem(inPlane, width.Kernel);
            Tensor part = Part(Part(Part(x, 2, depth, plane), 3, height, row), 4, width, column);
            Tensor share = taps.Select(3, tap).MatMul(part.Reshape(Sizes.Batch, Sizes.Groups, Sizes.GroupInput, positions));
            sum = sum is null ? share : sum + share;
        }

        Tensor y = sum!.Reshape(Sizes.OutputLengths);
        y = inputs[2] is { } bias ? y + bias.To(compute).Reshape([Sizes.OutputChannels, .. Enumerable.Repeat(1, Sizes.Axes)]) : y;
        return y.To(dtype);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Sizes.OutputLengths, x.DType, x.Device);
        return x.Backend.TryConvolve(Sizes, x, inputs[1]!, inputs[2], y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? Fused.Run(new ConvolveTransposedOp(Sizes, IsGradient: true), [gradient, node.Input(1), null]) : null;
        gradients[1] = node.Wants(1) ? Fused.Run(new ConvolveWeightGradientOp(Sizes), [node.Input(0), gradient]) : null;
        gradients[2] = node.Wants(2) ? gradient.Sum([0, .. Enumerable.Range(2, Sizes.Axes)]) : null;
        return true;
    }

    /// <summary>What one tap of an axis reads.</summary>
    private static Tensor Part(Tensor x, int axis, in SpatialAxis spatial, int tap) =>
        x.NarrowAxis(axis, tap * spatial.Dilation, spatial.Output, spatial.Stride);
}

/// <summary>
/// The gradient of the input of a convolution, which is a transposed convolution of the output's gradient; inputs: that gradient, the
/// weight, and a bias for each channel of the result.
/// </summary>
file readonly record struct ConvolveTransposedOp(ConvolutionShape Sizes, bool IsGradient) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => (Sizes.Axes, IsGradient) switch
    {
        (1, true) => "Conv1dInputGradient",
        (2, true) => "Conv2dInputGradient",
        (_, true) => "Conv3dInputGradient",
        (1, false) => "ConvTranspose1d",
        (2, false) => "ConvTranspose2d",
        (_, false) => "ConvTranspose3d",
    };

    public void Describe(OperationAttributes attributes)
    {
        Sizes.Describe(attributes);
        if (!IsGradient)
        {
            attributes.Add("outputPadding", Sizes.OutputPadding);
        }
    }

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => input < 2 && inputs[1 - input]!.RequiresGrad;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        ConvolveOp convolve = new(Sizes);
        DType dtype = inputs[0]!.DType, compute = dtype.Compute();
        Tensor weight = inputs[1]!.To(compute);
        Tensor y = Composition.Transpose(x => convolve.Compose([x, weight, null]), Sizes.InputLengths, inputs[0]!.To(compute));
        y = inputs[2] is { } bias ? y + bias.To(compute).Reshape([Sizes.InputChannels, .. Enumerable.Repeat(1, Sizes.Axes)]) : y;
        return y.To(dtype);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Sizes.InputLengths, x.DType, x.Device);
        return x.Backend.TryConvolveInputGradient(Sizes, x, inputs[1]!, inputs[2], y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? Fused.Run(new ConvolveOp(Sizes), [gradient, node.Input(1), null]) : null;
        gradients[1] = node.Wants(1) ? Fused.Run(new ConvolveWeightGradientOp(Sizes), [gradient, node.Input(0)]) : null;
        gradients[2] = node.Wants(2) ? gradient.Sum([0, .. Enumerable.Range(2, Sizes.Axes)]) : null;
        return true;
    }
}

/// <summary>The gradient of the weight of a convolution; inputs: its input, and the gradient of its output.</summary>
file readonly record struct ConvolveWeightGradientOp(ConvolutionShape Sizes) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => Sizes.Axes switch { 1 => "Conv1dWeightGradient", 2 => "Conv2dWeightGradient", _ => "Conv3dWeightGradient" };

    public void Describe(OperationAttributes attributes) => Sizes.Describe(attributes);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => inputs[1 - input]!.RequiresGrad;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        ConvolveOp convolve = new(Sizes);
        DType dtype = inputs[0]!.DType, compute = dtype.Compute();
        Tensor x = inputs[0]!.To(compute);
        return Composition.Transpose(weight => convolve.Compose([x, weight, null]), Sizes.WeightLengths, inputs[1]!.To(compute)).To(dtype);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor dy = inputs[1]!, dw = Tensor.Allocate(Sizes.WeightLengths, dy.DType, dy.Device);
        return dy.Backend.TryConvolveWeightGradient(Sizes, inputs[0]!, dy, dw) ? dw : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? Fused.Run(new ConvolveTransposedOp(Sizes, IsGradient: true), [node.Input(1), gradient, null]) : null;
        gradients[1] = node.Wants(1) ? Fused.Run(new ConvolveOp(Sizes), [node.Input(0), gradient, null]) : null;
        return true;
    }
}

/// <content>Over one to three spatial axes of contiguous float32 or float64.</content>
internal abstract partial class Backend
{
    /// <summary>Whether convolutions and their gradients take 16-bit floats as they are: summed as float32, rounded once.</summary>
    public virtual bool ConvolvesNarrow => false;

    /// <summary>y = x ⋆ weight + bias</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryConvolve(in ConvolutionShape shape, Tensor x, Tensor weight, Tensor? bias, Tensor y) => false;

    /// <summary>dx = the gradient of x from that of y, plus a bias for each channel: a transposed convolution of dy</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryConvolveInputGradient(in ConvolutionShape shape, Tensor dy, Tensor weight, Tensor? bias, Tensor dx) => false;

    /// <summary>dw = the gradient of the weight from that of y</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryConvolveWeightGradient(in ConvolutionShape shape, Tensor x, Tensor dy, Tensor dw) => false;
}
