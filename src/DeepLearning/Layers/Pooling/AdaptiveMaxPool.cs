namespace DeepLearning.Layers;

/// <summary>The greatest elements of windows that cover each channel evenly.</summary>
public abstract class AdaptiveMaxPool : AdaptivePool
{
    private protected AdaptiveMaxPool(int?[] sizes)
        : base(sizes)
    {
    }

    /// <summary>The output with the positions of its elements, as PyTorch gives with <c>return_indices</c>.</summary>
    /// <param name="input">The input.</param>
    /// <returns>The greatest elements, and their row-major positions in their channel, int64.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    public ValuesAndIndices ForwardWithIndices(Tensor input) => RunWithIndices(input, x => MaxPooling.Run(x, Windows(x), true));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => MaxPooling.Run(input, Windows(input), false).Values;
}
