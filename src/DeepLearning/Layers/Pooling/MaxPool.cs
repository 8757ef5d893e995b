namespace DeepLearning.Layers;

/// <summary>
/// The greatest element of each window, over one, two or three spatial axes; NaN counts as the greatest, padding never wins.
/// </summary>
public abstract class MaxPool : WindowPool
{
    private protected MaxPool(int axes, PerAxis kernelSize, PerAxis? stride, PerAxis padding, PerAxis? dilation, bool ceilMode)
        : base(axes, kernelSize, stride, padding, dilation ?? 1, ceilMode) => Dilation = dilation ?? 1;

    /// <summary>The distance between the elements of a window.</summary>
    public PerAxis Dilation { get; }

    /// <summary>
    /// The output with the positions of its elements, as PyTorch gives with <c>return_indices</c>: what a MaxUnpool takes.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <returns>The greatest elements, and their row-major positions in their channel, int64.</returns>
    /// <exception cref="ShapeException">The input has another rank, or no window fits.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    public ValuesAndIndices ForwardWithIndices(Tensor input) => RunWithIndices(input, x => Run(x, true));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Run(input, false).Values;

    private protected override string MoreDetails(string ceil) => (Dilation == 1 ? "" : $", dilation {Dilation}") + ceil;

    private ValuesAndIndices Run(Tensor input, bool wantsIndices) => MaxPooling.Run(
        input, Pooling.Regular(input, KernelSize, Stride, Padding, Dilation, CeilMode, false, Axes, $"MaxPool{Axes}d"), wantsIndices);
}
