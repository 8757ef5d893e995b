namespace DeepLearning.Layers;

/// <summary>
/// The partial inverse of max pooling over one, two or three spatial axes: each element goes back to its position, all others are 0.
/// </summary>
public abstract class MaxUnpool : Module<Tensor, Tensor, Tensor>
{
    private readonly int _axes;

    private protected MaxUnpool(int axes, PerAxis kernelSize, PerAxis? stride, PerAxis padding)
    {
        MaxUnpooling.CheckWindows(axes, kernelSize, stride ?? kernelSize, padding, GetType().Name);
        _axes = axes;
        KernelSize = kernelSize;
        Stride = stride ?? kernelSize;
        Padding = padding;
    }

    /// <summary>The lengths of a window of the pooling.</summary>
    public PerAxis KernelSize { get; }

    /// <summary>The distance between its windows.</summary>
    public PerAxis Stride { get; }

    /// <summary>How far its windows reached over the edge.</summary>
    public PerAxis Padding { get; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"kernel {KernelSize}" + (Stride == KernelSize ? "" : $", stride {Stride}") + (Padding == 0 ? "" : $", padding {Padding}");

    /// <summary>Puts elements back in their places; the output has the size that the pooling's parameters give.</summary>
    /// <param name="first">The elements, what the pooling gave.</param>
    /// <param name="second">Their positions, of the same shape.</param>
    /// <returns>The output.</returns>
    /// <exception cref="ShapeException">The input has another rank, or the positions another shape.</exception>
    /// <exception cref="IndexException">A position is negative or beyond the output.</exception>
    /// <exception cref="DTypeException">The positions are not of an integer type.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, []);

    /// <summary>Puts elements back in their places, into an output of a given size.</summary>
    /// <param name="input">The elements, what the pooling gave.</param>
    /// <param name="indices">Their positions, of the same shape.</param>
    /// <param name="outputSize">
    /// The spatial lengths of the output, or its whole shape: what the pooling's input had, less than a stride from the usual size.
    /// </param>
    /// <returns>The output.</returns>
    /// <exception cref="ShapeException">The input has another rank, the positions another shape, or the size does not fit.</exception>
    /// <exception cref="IndexException">A position is negative or beyond the output.</exception>
    /// <exception cref="DTypeException">The positions are not of an integer type.</exception>
    public Tensor Forward(Tensor input, Tensor indices, ReadOnlySpan<int> outputSize) => NamedCall.OfTwo(
        this, input, indices, outputSize.ToArray(), static (layer, x, places, size) => MaxUnpooling.Run(
            x, places, layer.KernelSize, layer.Stride, layer.Padding, size, layer._axes));

    private protected override bool CallsHooks => true;
}
