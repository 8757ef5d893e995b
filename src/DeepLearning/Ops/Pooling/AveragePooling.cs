using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// The mean of each window over one to three spatial axes. It is linear, so its gradient is its transpose, and the gradient of that is the
/// pooling again.
/// </summary>
internal static class AveragePooling
{
    /// <summary>The sum of each window over a divisor, or over its count where that is null.</summary>
    public static Tensor Run(Tensor x, in PoolWindows windows, int? divisor) =>
        Fused.Run(new AveragePoolOp(windows, divisor, x.Layout.Lengths), [x.To(x.DType.Compute())]).To(x.DType);
}

/// <summary>The means of windows of an input of a shape; input: that.</summary>
file readonly record struct AveragePoolOp(PoolWindows Windows, int? Divisor, int[] Lengths) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => Windows.Axes switch { 1 => "AvgPool1d", 2 => "AvgPool2d", _ => "AvgPool3d" };

    public void Describe(OperationAttributes attributes)
    {
        Windows.Describe(attributes.AddIf("divisor", Divisor));
        if (Windows.CountsPadding)
        {
            attributes.Add("count_include_pad", true);
        }
    }

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    /// <summary>One axis after the other, and along each one window after the other.</summary>
    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!, values = Pooling.Volumes(x, Windows);
        int[] lengths = Pooling.ResultShape(x, Windows);
        if (lengths.AsSpan().Contains(0))
        {
            return (x.Sum() * 0.0).Expand(lengths);
        }

        values = Along(Along(Along(values, Windows.Horizontal, 3), Windows.Vertical, 2), Windows.Depth, 1);
        return (Divisor is { } divisor ? values / (double)divisor : values).Reshape(lengths);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Pooling.ResultShape(x, Windows), x.DType, x.Device);
        return x.Backend.TryAveragePool(Windows, Divisor, Pooling.Planes(x, Windows.Axes), Pooling.Planes(y, Windows.Axes)) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new AveragePoolGradientOp(Windows, Divisor, Lengths), [gradient]);
        return true;
    }

    private Tensor Along(Tensor x, PoolAxis windows, int axis)
    {
        Tensor[] parts = new Tensor[windows.Outputs];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Pooling.Window(x, windows, i, axis).Sum(axis, keepDim: true);
            parts[i] = Divisor is null ? parts[i] / (double)windows.Counts[i] : parts[i];
        }

        return Tensor.Cat(parts, axis);
    }
}

/// <summary>Gradients shared out over their windows; input: the gradient of the means.</summary>
file readonly record struct AveragePoolGradientOp(PoolWindows Windows, int? Divisor, int[] Lengths) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => Windows.Axes switch { 1 => "AvgPool1dBackward", 2 => "AvgPool2dBackward", _ => "AvgPool3dBackward" };

    public void Describe(OperationAttributes attributes) => Windows.Describe(attributes.AddIf("divisor", Divisor));

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        AveragePoolOp pool = new(Windows, Divisor, Lengths);
        return Composition.Transpose(x => pool.Compose([x]), Lengths, inputs[0]!);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor dy = inputs[0]!, dx = Tensor.Allocate(Lengths, dy.DType, dy.Device);
        int axes = Windows.Axes;
        return dy.Backend.TryAveragePoolBackward(Windows, Divisor, Pooling.Planes(dy, axes), Pooling.Planes(dx, axes)) ? dx : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new AveragePoolOp(Windows, Divisor, Lengths), [gradient]);
        return true;
    }
}

/// <content>Over the spatial axes of tensors [planes, spatial axes ..] of float32 and float64.</content>
internal abstract partial class Backend
{
    /// <summary>y = the sum of each window over <paramref name="divisor"/>, or over its count where that is null</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAveragePool(PoolWindows windows, int? divisor, Tensor x, Tensor y) => false;

    /// <summary>dx = the gradient of x from that of y: each is shared out over its window</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAveragePoolBackward(PoolWindows windows, int? divisor, Tensor dy, Tensor dx) => false;
}
