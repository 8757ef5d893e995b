using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// A table of learned vectors: the rows of the given numbers, [..] → [.., dim]. Starts normal(0, 1), as PyTorch's <c>nn.Embedding</c>.
/// </summary>
public sealed class Embedding : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="dim">The length of a vector.</param>
    /// <param name="paddingIdx">A row that starts at 0 and gets no gradient; negative counts from the end.</param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or the padding row is not in the table.</exception>
    public Embedding(int count, int dim, int? paddingIdx = null, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(dim);
        if (paddingIdx is { } row && (row < -count || row >= count))
        {
            throw new ArgumentOutOfRangeException(nameof(paddingIdx), row,
                $"Embedding: the padding row is one of {count} rows, {-count} to {count - 1}.");
        }

        PaddingIdx = paddingIdx < 0 ? paddingIdx + count : paddingIdx;
        Weight = Initialize.NewNormal([count, dim], dtype, generator);
        if (PaddingIdx is { } padding)
        {
            using GradMode.Region region = GradMode.NoGrad();
            Initialize.Zeros(Weight[padding]);
        }
    }

    /// <summary>The row without a gradient, or null.</summary>
    public int? PaddingIdx { get; }

    /// <summary>The table, [count, dim].</summary>
    public Parameter Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Weight.Shape[0]}×{Weight.Shape[1]}{(PaddingIdx is { } padding ? $", padding {padding}" : "")}";

    /// <inheritdoc/>
    /// <exception cref="IndexException">A number is not that of a row.</exception>
    protected override Tensor Compute(Tensor input) => Tensor.Embedding(Weight, input, PaddingIdx);
}
