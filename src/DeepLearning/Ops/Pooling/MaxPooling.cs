using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>The greatest element of each window over one to three spatial axes, NaN above all.</summary>
internal static class MaxPooling
{
    /// <summary>
    /// The elements and, when wanted, their positions in their plane (int64): the first of equals, the last of several NaN.
    /// </summary>
    public static ValuesAndIndices Run(Tensor x, in PoolWindows windows, bool wantsIndices)
    {
        Tensor? indices = wantsIndices || GradMode.Records(x)
            ? Tensor.Allocate(Pooling.ResultShape(x, windows), DType.Int32, x.Device)
            : null;
        Tensor values = Fused.Run(new MaxPoolOp(windows, indices, x.Layout.Lengths), [x.To(x.DType.Compute())]).To(x.DType);
        if (wantsIndices && Trace.IsAnyOn)
        {
            // The operation gives them beside its result; who reads them must not see a constant.
            Trace.Add(new MaxPoolIndicesOperation(windows), [indices!], [x]);
        }

        return new ValuesAndIndices(values, wantsIndices ? indices!.To(DType.Int64) : null!);
    }
}

/// <summary>
/// The greatest elements of the windows of an input of a shape; input: that. Their positions are written to a tensor, where there is one;
/// they are all that the gradient needs.
/// </summary>
file readonly record struct MaxPoolOp(PoolWindows Windows, Tensor? Indices, int[] Lengths) : IFusedOp
{
    public Replay CreateReplay()
    {
        MaxPoolOp op = this with { Indices = null };
        return (inputs, outputs) => outputs[0] = Fused.Run(op, inputs[..1]);
    }

    public static bool HasRecordedGradient => true;

    public string Name => Windows.Axes switch { 1 => "MaxPool1d", 2 => "MaxPool2d", _ => "MaxPool3d" };

    public void Describe(OperationAttributes attributes) => Windows.Describe(attributes);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!;
        int[] lengths = Pooling.ResultShape(x, Windows);
        if (lengths.AsSpan().Contains(0))
        {
            return (x.Sum() * 0.0).Expand(lengths);
        }

        int planes = (int)Shape.CountOf(lengths.AsSpan(0, lengths.Length - Windows.Axes));
        Tensor places = Places(x.Detach()).Reshape(planes, Windows.Outputs);
        if (Indices is not null)
        {
            x.Backend.Copy(places.Reshape(lengths), Indices);
        }

        return x.Reshape(planes, (int)Windows.Source).Gather(1, places).Reshape(lengths);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, y = Tensor.Allocate(Pooling.ResultShape(x, Windows), x.DType, x.Device);
        int axes = Windows.Axes;
        kept.First = Indices;
        return x.Backend.TryMaxPool(
            Windows, Pooling.Planes(x, axes), Pooling.Planes(y, axes), Indices is null ? null : Pooling.Planes(Indices, axes)) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new MaxPoolGradientOp(Windows, Lengths), [gradient, node.Kept(0)]);
        return true;
    }

    /// <summary>
    /// The positions, [planes, depth, height, width]: one axis after the other from the last, so that among equals the first row wins, and
    /// in it the first column.
    /// </summary>
    private Tensor Places(Tensor x)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor values = Pooling.Volumes(x, Windows), places = Tensor.Zeros(values.Shape, DType.Int64, x.Device);
        (values, places) = Along(values, places, Windows.Horizontal, 3, 1);
        (values, places) = Along(values, places, Windows.Vertical, 2, Windows.Horizontal.Source);
        return Along(values, places, Windows.Depth, 1, Windows.Horizontal.Source * Windows.Vertical.Source).Places;
    }

    private static (Tensor Values, Tensor Places) Along(Tensor values, Tensor places, PoolAxis windows, int axis, int distance)
    {
        Tensor[] tops = new Tensor[windows.Outputs], spots = new Tensor[windows.Outputs];
        for (int i = 0; i < tops.Length; i++)
        {
            Tensor window = Pooling.Window(values, windows, i, axis);
            // Turned round, the first NaN is the last one.
            ValuesAndIndices first = window.Max(axis, keepDim: true), last = window.Flip(axis).Max(axis, keepDim: true);
            Tensor at = Tensor.Where(first.Values.IsNaN(), window.Size(axis) - 1 - last.Indices, first.Indices);
            tops[i] = first.Values;
            spots[i] = Pooling.Window(places, windows, i, axis).Gather(axis, at)
                + (((at * windows.Step) + windows.First[i]) * distance);
        }

        return (Tensor.Cat(tops, axis), Tensor.Cat(spots, axis));
    }
}

/// <summary>The places of the greatest elements, as a trace shows them.</summary>
file readonly struct MaxPoolIndicesOperation(PoolWindows windows) : IOperation
{
    public string Name => windows.Axes switch { 1 => "MaxPool1dIndices", 2 => "MaxPool2dIndices", _ => "MaxPool3dIndices" };

    public void Describe(OperationAttributes attributes) => windows.Describe(attributes);

    public Replay CreateReplay()
    {
        PoolWindows over = windows;
        return (inputs, outputs) => outputs[0] = MaxPooling.Run(inputs[0]!, over, wantsIndices: true).Indices.To(DType.Int32);
    }
}

/// <summary>For each element the sum of the gradients of the windows that took it; inputs: these gradients, and the positions.</summary>
file readonly record struct MaxPoolGradientOp(PoolWindows Windows, int[] Lengths) : IFusedOp
{
    private int Axes => Windows.Axes;

    public static int Differentiable => 1;

    public string Name => Axes switch { 1 => "MaxPool1dBackward", 2 => "MaxPool2dBackward", _ => "MaxPool3dBackward" };

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor gradient = inputs[0]!;
        int planes = (int)Shape.CountOf(Lengths.AsSpan(0, Lengths.Length - Axes));
        int size = (int)Shape.CountOf(Lengths.AsSpan(Lengths.Length - Axes));
        int windows = (int)Shape.CountOf(gradient.Layout.Lengths.AsSpan(Lengths.Length - Axes));
        Tensor places = inputs[1]!.To(DType.Int64).Reshape(planes, windows);
        Tensor zeros = Tensor.Zeros([planes, size], gradient.DType, gradient.Device);
        return zeros.ScatterAdd(1, places, gradient.Reshape(planes, windows)).Reshape(Lengths);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor dy = inputs[0]!, dx = Tensor.Allocate(Lengths, dy.DType, dy.Device);
        Tensor gradients = Pooling.Planes(dy, Axes), places = Pooling.Planes(inputs[1]!, Axes);
        return dy.Backend.TryMaxPoolBackward(Windows, gradients, places, Pooling.Planes(dx, Axes)) ? dx : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients) => false;
}

/// <content>Over the spatial axes of tensors [planes, spatial axes ..] of float32 and float64.</content>
internal abstract partial class Backend
{
    /// <summary>
    /// y = the greatest element of each window, NaN above all; <paramref name="indices"/> (int32), where not null, its position in the
    /// plane: the first of equals, the last of several NaN.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryMaxPool(PoolWindows windows, Tensor x, Tensor y, Tensor? indices) => false;

    /// <summary>dx [planes, size] = for each element the sum of the gradients dy [planes, windows] of the windows that took it</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryMaxPoolBackward(PoolWindows windows, Tensor dy, Tensor indices, Tensor dx) => false;
}
