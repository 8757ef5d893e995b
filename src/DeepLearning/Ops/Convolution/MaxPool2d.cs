namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The greatest element of each window, channel by channel; NaN counts as the greatest. Padding never wins.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <returns>
    /// [N, C, H', W'] for an input [N, C, H, W], or without N, where H' = ⌊(H + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1,
    /// rounded up instead of down with <paramref name="ceilMode"/>. Among equals the gradient goes to the first.
    /// </returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or the padding not in 0 to half the kernel.</exception>
    public Tensor MaxPool2d(Pair kernelSize, Pair? stride = null, Pair padding = default, Pair? dilation = null, bool ceilMode = false) =>
        MaxPool(this, RegularWindows(this, kernelSize, stride ?? kernelSize, padding, dilation ?? 1, ceilMode, false, "MaxPool2d"), false)
            .Values;

    /// <summary>As <see cref="MaxPool2d"/>, with the positions of the elements: row · W + column, int64, as PyTorch returns them.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">The distance between windows; the kernel's size when null.</param>
    /// <param name="padding">How far windows reach over the edge; at most half the kernel.</param>
    /// <param name="dilation">The distance between the elements of a window; 1 when null.</param>
    /// <param name="ceilMode">Whether a last window that reaches over the end counts too.</param>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size, stride or dilation is below 1, or the padding not in 0 to half the kernel.</exception>
    public ValuesAndIndices MaxPool2dWithIndices(
        Pair kernelSize, Pair? stride = null, Pair padding = default, Pair? dilation = null, bool ceilMode = false) =>
        MaxPool(
            this, RegularWindows(this, kernelSize, stride ?? kernelSize, padding, dilation ?? 1, ceilMode, false, "MaxPool2dWithIndices"),
            true);

    /// <summary>
    /// The greatest element of each of H' × W' windows that cover the image evenly: window i spans ⌊i · H / H'⌋ to ⌈(i + 1) · H / H'⌉ − 1.
    /// </summary>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public Tensor AdaptiveMaxPool2d(int? height, int? width) =>
        MaxPool(this, AdaptiveWindows(this, height, width, "AdaptiveMaxPool2d"), false).Values;

    /// <summary>The greatest element of each of size × size windows that cover the image evenly.</summary>
    /// <param name="size">The height and width of the output.</param>
    /// <returns>[N, C, size, size] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public Tensor AdaptiveMaxPool2d(int size) => AdaptiveMaxPool2d(size, size);

    private static ValuesAndIndices MaxPool(Tensor x, in PoolWindows windows, bool wantsIndices)
    {
        if (x.DType.Compute() != x.DType)
        {
            ValuesAndIndices wide = MaxPool(x.To(x.DType.Compute()), windows, wantsIndices);
            return new ValuesAndIndices(wide.Values.To(x.DType), wide.Indices);
        }

        int[] lengths = PooledShape(x, windows);
        Tensor y = Allocate(lengths, x.DType, x.Device);
        bool records = GradMode.Records(x);
        Tensor? indices = records || wantsIndices ? Allocate(lengths, DType.Int32, x.Device) : null;
        x.Backend.MaxPool(windows.Vertical, windows.Horizontal, Planes(x), Planes(y), indices is null ? null : Planes(indices));
        return new ValuesAndIndices(
            Recording.Of(new MaxPool2dOperation(windows, indices, x.Layout.Lengths), y, x), wantsIndices ? indices!.To(DType.Int64) : null!);
    }

    private readonly struct MaxPool2dOperation(PoolWindows windows, Tensor? indices, int[] shape) : IOperation
    {
        public string Name => "MaxPool2d";

        public void Describe(OperationAttributes attributes) => windows.Describe(attributes);

        public Node CreateNode() => new MaxPool2dNode(indices!, shape);
    }

    private sealed class MaxPool2dNode : Node
    {
        private readonly int[] _shape;

        public MaxPool2dNode(Tensor indices, int[] shape)
        {
            _shape = shape;
            Save(indices);
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor indices = Saved(0);
            if (GradMode.Enabled)
            {
                int planes = (int)Shape.CountOf(_shape.AsSpan(0, _shape.Length - 2));
                Tensor zeros = Zeros([planes, _shape[^2] * _shape[^1]], gradient.DType, gradient.Device);
                int windows = indices.Layout.Lengths[^2] * indices.Layout.Lengths[^1];
                Tensor places = indices.Reshape(planes, windows).To(DType.Int64);
                gradients[0] = zeros.ScatterAdd(1, places, gradient.Reshape(planes, windows)).Reshape(_shape);
                return;
            }

            Tensor dx = Allocate(_shape, gradient.DType, gradient.Device);
            gradient.Backend.MaxPoolBackward(Planes(gradient), Planes(indices), Planes(dx));
            gradients[0] = dx;
        }
    }
}
