namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A view of all windows of one axis: result[…, w, …, k] = x[…, w · step + k, …], the place in the window as a new last axis.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="size">The length of a window.</param>
    /// <param name="step">The distance between windows.</param>
    /// <returns>The axis has ⌊(length − size) / step⌋ + 1 windows.</returns>
    /// <exception cref="ShapeException">The axis is out of range, the window longer than it, or the step not positive.</exception>
    public Tensor Unfold(int axis, int size, int step)
    {
        axis = this.AxisOf(axis, "Unfold");
        int length = Size(axis);
        if (size < 0 || size > length || step < 1)
        {
            throw new ShapeException(
                $"Unfold: windows of {size} every {step} do not fit axis {axis} of length {length} of a tensor {Shape}; "
                + $"use a size of 0 to {length} and a step of at least 1.");
        }

        int windows = ((length - size) / step) + 1;
        int[] lengths = [.. Layout.Lengths, size];
        long[] strides = [.. Layout.Strides, Layout.Strides[axis]];
        lengths[axis] = windows;
        strides[axis] *= step;
        Tensor view = MakeView(new Layout(lengths, strides, Layout.Offset));
        return Recording.Of(new UnfoldOperation(axis, size, step, Layout.Lengths), view, this);
    }

    /// <summary>The transpose of <see cref="Unfold"/>: each window added to where it came from.</summary>
    internal static Tensor FoldWindows(Tensor windows, int axis, int step, int[] lengths)
    {
        if (windows.DType.Compute() is var compute && compute != windows.DType)
        {
            return FoldWindows(windows.To(compute), axis, step, lengths).To(windows.DType);
        }

        Tensor result = Zeros(lengths, windows.DType, windows.Device);
        int size = windows.Size(-1);
        int count = windows.Size(axis);
        using (GradMode.NoGrad())
        {
            // The windows of one place k do not overlap.
            for (int k = 0; k < size; k++)
            {
                Tensor places = result.ViewAs(new NarrowRule(axis, k, count, step).Apply(result.Layout));
                places.AddInPlace(windows.Select(-1, k));
                places.Return();
            }
        }

        return Recording.Of(new FoldWindowsOperation(axis, size, step), result, windows);
    }
}

file readonly struct UnfoldOperation(int axis, int size, int step, int[] lengths) : IDerivative
{
    public string Name => "Unfold";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Add("size", size).Add("step", step);

    public Node CreateNode() => new OperationNode<UnfoldOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = Tensor.FoldWindows(gradient, axis, step, lengths);

    public Replay CreateReplay()
    {
        (int along, int length, int by) = (axis, size, step);
        return (inputs, outputs) => outputs[0] = inputs[0]!.Unfold(along, length, by);
    }
}

file readonly struct FoldWindowsOperation(int axis, int size, int step) : IDerivative
{
    public string Name => "FoldWindows";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", axis).Add("size", size).Add("step", step);

    public Node CreateNode() => new OperationNode<FoldWindowsOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.Unfold(axis, size, step);
}
