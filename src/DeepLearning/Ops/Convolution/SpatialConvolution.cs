using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// Convolution over one to three spatial axes. It is bilinear in input and weight, so its two gradients are operations of the same kind,
/// and the gradients of those are again one of the three: that makes it differentiable to any order.
/// </summary>
internal static class SpatialConvolution
{
    /// <summary>Checks the operands and convolves them; see <see cref="Tensor.Conv2d"/>.</summary>
    public static Tensor Run(
        Tensor x, Tensor weight, Tensor? bias, PerAxis stride, Padding padding, PerAxis dilation, int groups, int axes)
    {
        string operation = NameOf(axes);
        CheckOperands(x, weight, bias, groups, axes, operation);
        stride.Check(axes, 1, "stride", operation);
        dilation.Check(axes, 1, "dilation", operation);
        padding.Check(axes, stride, operation);
        int[] around = padding.Around(weight.Layout.Lengths.AsSpan(2), dilation);
        if (padding.IsSame && !IsEven(around))
        {
            x = x.Pad(around);
            around.AsSpan().Clear();
        }

        ConvolutionShape shape = ShapeOf(x, weight, stride, around, dilation, groups, axes, operation);
        DType dtype = x.DType, compute = dtype.Compute();
        if (x.Rank == axes + 1)
        {
            Tensor y = Fused.Run(new ConvolveOp(shape), [x.To(compute).Unsqueeze(0), weight.To(compute), bias?.To(compute)]);
            return y.Squeeze(0).To(dtype);
        }

        return Fused.Run(new ConvolveOp(shape), [x.To(compute), weight.To(compute), bias?.To(compute)]).To(dtype);
    }

    private static string NameOf(int axes) => axes switch { 1 => "Conv1d", 2 => "Conv2d", _ => "Conv3d" };

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

    private static void CheckOperands(Tensor x, Tensor weight, Tensor? bias, int groups, int axes, string operation)
    {
        if (groups < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"{operation}: there must be at least 1 group.");
        }

        if ((x.Rank != axes + 1 && x.Rank != axes + 2) || weight.Rank != axes + 2)
        {
            string letters = axes switch { 1 => "L", 2 => "H, W", _ => "D, H, W" };
            throw new ShapeException(
                $"{operation}: an input {x.Shape} and a weight {weight.Shape} do not fit; the input is [N, in, {letters}] or "
                + $"[in, {letters}] and the weight [out, in / groups, {AxisNames(axes, ", ")}].");
        }

        int channels = x.Layout.Lengths[^(axes + 1)], outputs = weight.Layout.Lengths[0], each = weight.Layout.Lengths[1];
        if (channels != each * (long)groups)
        {
            throw new ShapeException(
                $"{operation}: an input {x.Shape} of {channels} channels does not fit a weight {weight.Shape}"
                + (groups > 1 ? $" in {groups} groups" : "") + $"; it must have {each * (long)groups} channels.");
        }

        if (weight.Layout.Lengths.AsSpan(2).Contains(0))
        {
            throw new ShapeException(
                $"{operation}: a weight {weight.Shape} has no taps; its {AxisNames(axes, " and ")} must be at least 1.");
        }

        if (outputs % groups != 0)
        {
            throw new ShapeException(
                $"{operation}: a weight {weight.Shape} of {outputs} output channels cannot be cut into {groups} groups; "
                + $"use a multiple of {groups}.");
        }

        if (bias is not null && (bias.Rank != 1 || bias.Layout.Lengths[0] != outputs))
        {
            throw new ShapeException($"{operation}: a bias {bias.Shape} does not fit a weight {weight.Shape}; it is [{outputs}].");
        }

        if (x.DType != weight.DType || (bias is not null && bias.DType != x.DType) || !x.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: an input of {x.DType.Name()}, a weight of {weight.DType.Name()}"
                + (bias is null ? "" : $" and a bias of {bias.DType.Name()}")
                + " do not fit; all must be of one floating-point type: convert the input with To(...), or the model.");
        }

        Broadcasting.CheckDevices(x, weight, operation);
        if (bias is not null)
        {
            Broadcasting.CheckDevices(x, bias, operation);
        }
    }

    private static ConvolutionShape ShapeOf(
        Tensor x, Tensor weight, PerAxis stride, int[] around, PerAxis dilation, int groups, int axes, string operation)
    {
        int[] lengths = x.Layout.Lengths, kernel = weight.Layout.Lengths;
        Span<SpatialAxis> spatial = [SpatialAxis.None, SpatialAxis.None, SpatialAxis.None];
        spatial = spatial[^axes..];
        for (int axis = 0; axis < axes; axis++)
        {
            spatial[axis] = new SpatialAxis(
                lengths[lengths.Length - axes + axis], kernel[2 + axis], stride[axis], around[2 * (axes - 1 - axis)], dilation[axis]);
        }

        foreach (SpatialAxis axis in spatial)
        {
            if (axis.Outputs == 0)
            {
                throw new ShapeException(
                    $"{operation}: a kernel that reaches over {Join(spatial, static axis => axis.Reach)} does not fit an input {x.Shape} "
                    + $"of {Join(spatial, static axis => axis.PaddedInput)} with its padding; pad more, or use a smaller kernel or "
                    + "dilation.");
            }

            _ = Shape.AxisLength(axis.Outputs, operation);
        }

        return new ConvolutionShape
        {
            Batch = x.Rank == axes + 2 ? lengths[0] : 1,
            InputChannels = lengths[^(axes + 1)],
            OutputChannels = kernel[0],
            Groups = groups,
            Axes = axes,
            Depth = axes > 2 ? spatial[^3] : SpatialAxis.None,
            Height = axes > 1 ? spatial[^2] : SpatialAxis.None,
            Width = spatial[^1],
        };
    }

    private static string AxisNames(int axes, string separator) => axes switch
    {
        1 => "length",
        2 => $"height{separator}width",
        _ => $"depth{separator}height{separator}width",
    };

    private static string Join(ReadOnlySpan<SpatialAxis> axes, Func<SpatialAxis, long> number)
    {
        string[] numbers = new string[axes.Length];
        for (int axis = 0; axis < numbers.Length; axis++)
        {
            numbers[axis] = FormattableString.Invariant($"{number(axes[axis])}");
        }

        return string.Join(" x ", numbers);
    }
}

/// <summary>x ⋆ weight + bias; inputs: x, weight, bias.</summary>
file readonly record struct ConvolveOp(ConvolutionShape Sizes) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => Sizes.Axes switch { 1 => "Conv1d", 2 => "Conv2d", _ => "Conv3d" };

    public void Describe(OperationAttributes attributes) => Sizes.Describe(attributes);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => input < 2 && inputs[1 - input]!.RequiresGrad;

    /// <summary>
    /// One tap of the kernel after the other: what it reads is a strided part of the padded input, and its share a product of matrices,
    /// [out, in] × [in, positions], for each image and group.
    /// </summary>
    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        (SpatialAxis depth, SpatialAxis height, SpatialAxis width) = (Sizes.Depth, Sizes.Height, Sizes.Width);
        Tensor x = inputs[0]!.Reshape(Sizes.Batch, Sizes.InputChannels, depth.Input, height.Input, width.Input);
        Tensor taps = inputs[1]!.Reshape(Sizes.Groups, Sizes.GroupOutput, Sizes.GroupInput, Sizes.Taps);
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
        return inputs[2] is { } bias ? y + bias.Reshape([Sizes.OutputChannels, .. Enumerable.Repeat(1, Sizes.Axes)]) : y;
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Sizes.OutputLengths, x.DType, x.Device);
        return x.Backend.TryConvolve(Sizes, x, inputs[1]!, inputs[2], y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? Fused.Run(new ConvolveInputGradientOp(Sizes), [gradient, node.Input(1)]) : null;
        gradients[1] = node.Wants(1) ? Fused.Run(new ConvolveWeightGradientOp(Sizes), [node.Input(0), gradient]) : null;
        gradients[2] = node.Wants(2) ? gradient.Sum([0, .. Enumerable.Range(2, Sizes.Axes)]) : null;
        return true;
    }

    /// <summary>What one tap of an axis reads.</summary>
    private static Tensor Part(Tensor x, int axis, in SpatialAxis spatial, int tap) =>
        x.NarrowAxis(axis, tap * spatial.Dilation, spatial.Output, spatial.Stride);
}

/// <summary>The gradient of the input of a convolution; inputs: the gradient of its output, and its weight.</summary>
file readonly record struct ConvolveInputGradientOp(ConvolutionShape Sizes) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => Sizes.Axes switch { 1 => "Conv1dInputGradient", 2 => "Conv2dInputGradient", _ => "Conv3dInputGradient" };

    public void Describe(OperationAttributes attributes) => Sizes.Describe(attributes);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => inputs[1 - input]!.RequiresGrad;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        ConvolveOp convolve = new(Sizes);
        Tensor weight = inputs[1]!;
        return Composition.Transpose(x => convolve.Compose([x, weight, null]), Sizes.InputLengths, inputs[0]!);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor dy = inputs[0]!, dx = Tensor.Allocate(Sizes.InputLengths, dy.DType, dy.Device);
        return dy.Backend.TryConvolveInputGradient(Sizes, dy, inputs[1]!, dx) ? dx : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? Fused.Run(new ConvolveOp(Sizes), [gradient, node.Input(1), null]) : null;
        gradients[1] = node.Wants(1) ? Fused.Run(new ConvolveWeightGradientOp(Sizes), [gradient, node.Input(0)]) : null;
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
        Tensor x = inputs[0]!;
        return Composition.Transpose(weight => convolve.Compose([x, weight, null]), Sizes.WeightLengths, inputs[1]!);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor dy = inputs[1]!, dw = Tensor.Allocate(Sizes.WeightLengths, dy.DType, dy.Device);
        return dy.Backend.TryConvolveWeightGradient(Sizes, inputs[0]!, dy, dw) ? dw : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? Fused.Run(new ConvolveInputGradientOp(Sizes), [node.Input(1), gradient]) : null;
        gradients[1] = node.Wants(1) ? Fused.Run(new ConvolveOp(Sizes), [node.Input(0), gradient, null]) : null;
        return true;
    }
}
