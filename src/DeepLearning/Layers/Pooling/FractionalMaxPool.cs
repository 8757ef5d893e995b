namespace DeepLearning.Layers;

/// <summary>The greatest elements of windows at random, unequal distances, over two or three spatial axes.</summary>
public abstract class FractionalMaxPool : Layer
{
    private readonly int _axes;
    private readonly PerAxis _kernel;
    private readonly PerAxis? _size;
    private readonly ScalePerAxis? _ratio;
    private readonly Generator? _generator;

    [Buffer]
    [Name("_random_samples")]
    private readonly Tensor? _randomSamples;

    private protected FractionalMaxPool(
        int axes, PerAxis kernelSize, PerAxis? outputSize, ScalePerAxis? outputRatio, Tensor? randomSamples, Generator? generator)
    {
        FractionalPooling.CheckOutputs(kernelSize, outputSize, outputRatio, axes, GetType().Name);
        _axes = axes;
        _kernel = kernelSize;
        _size = outputSize;
        _ratio = outputRatio;
        _randomSamples = randomSamples;
        _generator = generator;
    }

    /// <inheritdoc/>
    protected internal override string Details => $"kernel {_kernel}, " + (_size is { } size ? $"size {size}" : $"ratio {_ratio}");

    /// <summary>The output with the positions of its elements, as PyTorch gives with <c>return_indices</c>.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The greatest elements, and their row-major positions in their channel, int64.</returns>
    /// <exception cref="ShapeException">The input has another rank, or too few elements.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    public ValuesAndIndices ForwardWithIndices(Tensor input) => RunWithIndices(input, Run);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Run(input).Values;

    private ValuesAndIndices Run(Tensor input) =>
        FractionalPooling.Run(input, _kernel, _size, _ratio, _randomSamples, _generator, _axes, GetType().Name);
}
