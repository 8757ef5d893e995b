using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>What a convolution is given, checked: errors name the operation, the shapes, and what would fit.</summary>
internal readonly record struct ConvolutionOperands
{
    private readonly int _groups;
    private readonly int _axes;

    /// <summary>Checks the operands.</summary>
    /// <exception cref="ShapeException">Shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    public ConvolutionOperands(Tensor x, Tensor weight, Tensor? bias, int groups, int axes, bool isTransposed)
    {
        ArgumentNullException.ThrowIfNull(weight);
        (X, Weight, Bias, _groups, _axes) = (x, weight, bias, groups, axes);
        Operation = NameOf(axes, isTransposed);
        if (groups < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(groups), groups, $"{Operation}: there must be at least 1 group.");
        }

        CheckRanks(isTransposed);
        CheckChannels(isTransposed);
        CheckTypes();
    }

    public Tensor X { get; init; }

    public Tensor Weight { get; }

    public Tensor? Bias { get; }

    public string Operation { get; }

    /// <summary>What a convolution is called.</summary>
    public static string NameOf(int axes, bool isTransposed) => (axes, isTransposed) switch
    {
        (1, false) => "Conv1d",
        (2, false) => "Conv2d",
        (_, false) => "Conv3d",
        (1, true) => "ConvTranspose1d",
        (2, true) => "ConvTranspose2d",
        _ => "ConvTranspose3d",
    };

    /// <summary>Whether the input has an axis of images; otherwise it is one.</summary>
    public bool IsBatched => X.Rank == _axes + 2;

    private int Batch => IsBatched ? X.Size(0) : 1;

    /// <summary>Refuses strides and dilations below 1.</summary>
    public void CheckWindow(PerAxis stride, PerAxis dilation)
    {
        stride.Check(_axes, 1, "stride", Operation);
        dilation.Check(_axes, 1, "dilation", Operation);
    }

    /// <summary>The sizes of the convolution.</summary>
    public ConvolutionShape ShapeOf(PerAxis stride, int[] around, PerAxis dilation)
    {
        int[] lengths = X.Layout.Lengths, kernel = Weight.Layout.Lengths;
        Span<SpatialAxis> spatial = [SpatialAxis.None, SpatialAxis.None, SpatialAxis.None];
        spatial = spatial[^_axes..];
        for (int axis = 0; axis < _axes; axis++)
        {
            spatial[axis] = new SpatialAxis(
                lengths[lengths.Length - _axes + axis], kernel[2 + axis], stride[axis], around[2 * (_axes - 1 - axis)], dilation[axis]);
        }

        foreach (SpatialAxis axis in spatial)
        {
            if (axis.Outputs == 0)
            {
                throw new ShapeException(
                    $"{Operation}: a kernel that reaches over {Join(spatial, static axis => axis.Reach)} does not fit an input {X.Shape} "
                    + $"of {Join(spatial, static axis => axis.PaddedInput)} with its padding; pad more, or use a smaller kernel or "
                    + "dilation.");
            }

            _ = Shape.AxisLength(axis.Outputs, Operation);
        }

        return Sizes(spatial, lengths[^(_axes + 1)], kernel[0]);
    }

    /// <summary>The sizes of the convolution that this one is the transpose of: its input is the result here.</summary>
    public ConvolutionShape TransposedShapeOf(PerAxis stride, PerAxis padding, PerAxis outputPadding, PerAxis dilation)
    {
        int[] lengths = X.Layout.Lengths, kernel = Weight.Layout.Lengths;
        Span<SpatialAxis> spatial = [SpatialAxis.None, SpatialAxis.None, SpatialAxis.None];
        spatial = spatial[^_axes..];
        Span<long> outputs = stackalloc long[_axes];
        bool fits = true;
        for (int axis = 0; axis < _axes; axis++)
        {
            int length = lengths[lengths.Length - _axes + axis];
            SpatialAxis one = new(0, kernel[2 + axis], stride[axis], padding[axis], dilation[axis]);
            outputs[axis] = one.LeastInput(length) + outputPadding[axis];
            fits &= length > 0 && outputs[axis] > 0;
            spatial[axis] = fits
                ? new SpatialAxis(Shape.AxisLength(outputs[axis], Operation), one.Kernel, one.Stride, one.Padding, one.Dilation) : one;
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{Operation}: an input {X.Shape} and a weight {Weight.Shape} with stride {stride} and padding {padding} would give an "
                + $"output of {string.Join(" x ", outputs.ToArray())}; every length of input and output must be at least 1: pad "
                + "less, or use a larger kernel or input.");
        }

        return Sizes(spatial, kernel[1] * _groups, kernel[0]);
    }

    private ConvolutionShape Sizes(ReadOnlySpan<SpatialAxis> spatial, int inputs, int outputs) => new()
    {
        Batch = Batch,
        InputChannels = inputs,
        OutputChannels = outputs,
        Groups = _groups,
        Axes = _axes,
        Depth = _axes > 2 ? spatial[^3] : SpatialAxis.None,
        Height = _axes > 1 ? spatial[^2] : SpatialAxis.None,
        Width = spatial[^1],
    };

    private void CheckRanks(bool isTransposed)
    {
        if ((X.Rank != _axes + 1 && X.Rank != _axes + 2) || Weight.Rank != _axes + 2)
        {
            string letters = _axes switch { 1 => "L", 2 => "H, W", _ => "D, H, W" };
            throw new ShapeException(
                $"{Operation}: an input {X.Shape} and a weight {Weight.Shape} do not fit; the input is [N, in, {letters}] or "
                + $"[in, {letters}] and the weight [{(isTransposed ? "in, out" : "out, in")} / groups, {AxisNames(", ")}].");
        }

        if (Weight.Layout.Lengths.AsSpan(2).Contains(0))
        {
            throw new ShapeException(
                $"{Operation}: a weight {Weight.Shape} has no taps; its {AxisNames(" and ")} must be at least 1.");
        }
    }

    private void CheckChannels(bool isTransposed)
    {
        int channels = X.Size(-(_axes + 1)), first = Weight.Size(0), each = Weight.Size(1);
        long inputs = isTransposed ? first : each * (long)_groups, outputs = isTransposed ? each * (long)_groups : first;
        if (channels != inputs)
        {
            throw new ShapeException(
                $"{Operation}: an input {X.Shape} of {channels} channels does not fit a weight {Weight.Shape}"
                + (_groups > 1 ? $" in {_groups} groups" : "") + $"; it must have {inputs} channels.");
        }

        if (first % _groups != 0)
        {
            throw new ShapeException(
                $"{Operation}: a weight {Weight.Shape} of {first} {(isTransposed ? "input" : "output")} channels cannot be cut into "
                + $"{_groups} groups; use a multiple of {_groups}.");
        }

        if (Bias is not null && (Bias.Rank != 1 || Bias.Size(0) != outputs))
        {
            throw new ShapeException($"{Operation}: a bias {Bias.Shape} does not fit a weight {Weight.Shape}; it is [{outputs}].");
        }

        _ = Shape.AxisLength(outputs, Operation);
    }

    private void CheckTypes()
    {
        if (X.DType != Weight.DType || (Bias is not null && Bias.DType != X.DType) || !X.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{Operation}: an input of {X.DType.Name()}, a weight of {Weight.DType.Name()}"
                + (Bias is null ? "" : $" and a bias of {Bias.DType.Name()}")
                + " do not fit; all must be of one floating-point type: convert the input with To(...), or the model.");
        }

        Broadcasting.CheckDevices(X, Weight, Operation);
        if (Bias is not null)
        {
            Broadcasting.CheckDevices(X, Bias, Operation);
        }
    }

    private string AxisNames(string separator) => _axes switch
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
