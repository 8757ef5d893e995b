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
    /// <param name="maxNorm">Rows that are used and are longer than this are first shortened to it.</param>
    /// <param name="normType">The p of the p-norm that <paramref name="maxNorm"/> is about.</param>
    /// <param name="scaleGradByFreq">Divides a row's gradient by how often its number is in the batch.</param>
    /// <param name="sparse">
    /// Keeps the gradient by rows, so that <see cref="Optimizers.SGD"/>, <see cref="Optimizers.AdaGrad"/> and
    /// <see cref="Optimizers.SparseAdam"/> change only rows that were used.
    /// </param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is negative, the padding row is not in the table, or a norm is not positive.
    /// </exception>
    public Embedding(
        int count, int dim, int? paddingIdx = null, double? maxNorm = null, double normType = 2, bool scaleGradByFreq = false,
        bool sparse = false, DType dtype = DType.Float32, Generator? generator = null)
        : this(EmbeddingRows.New(count, dim, paddingIdx, dtype, generator, nameof(Embedding)), paddingIdx, maxNorm, normType,
            scaleGradByFreq, sparse)
    {
    }

    private Embedding(Parameter weight, int? paddingIdx, double? maxNorm, double normType, bool scaleGradByFreq, bool sparse)
    {
        EmbeddingTables.CheckNorm(maxNorm, normType, nameof(Embedding));
        Weight = weight;
        PaddingIdx = EmbeddingRows.Padding(paddingIdx, weight.Size(0), nameof(Embedding));
        (MaxNorm, NormType, ScaleGradByFreq, Sparse) = (maxNorm, normType, scaleGradByFreq, sparse);
    }

    /// <summary>The row without a gradient, or null.</summary>
    public int? PaddingIdx { get; }

    /// <summary>The norm to which longer rows are shortened when they are used, or null.</summary>
    public double? MaxNorm { get; }

    /// <summary>The p of that norm.</summary>
    public double NormType { get; }

    /// <summary>Whether a row's gradient is divided by how often its number is in the batch.</summary>
    public bool ScaleGradByFreq { get; }

    /// <summary>Whether the gradient is kept by rows.</summary>
    public bool Sparse { get; }

    /// <summary>The table, [count, dim].</summary>
    public Parameter Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => EmbeddingRows.Details(Weight, PaddingIdx, MaxNorm, NormType, ScaleGradByFreq, Sparse);

    /// <summary>A layer of a table that there is, such as vectors from a file; as PyTorch's <c>Embedding.from_pretrained</c>.</summary>
    /// <param name="embeddings">The table, [count, dim]; it is not copied.</param>
    /// <param name="freeze">Whether training leaves it as it is.</param>
    /// <param name="paddingIdx">A row that gets no gradient; negative counts from the end.</param>
    /// <param name="maxNorm">Rows that are used and are longer than this are first shortened to it.</param>
    /// <param name="normType">The p of the p-norm that <paramref name="maxNorm"/> is about.</param>
    /// <param name="scaleGradByFreq">Divides a row's gradient by how often its number is in the batch.</param>
    /// <param name="sparse">Keeps the gradient by rows.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="ShapeException">The table is not a matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The padding row is not in the table, or a norm is not positive.</exception>
    public static Embedding FromPretrained(
        Tensor embeddings, bool freeze = true, int? paddingIdx = null, double? maxNorm = null, double normType = 2,
        bool scaleGradByFreq = false, bool sparse = false) =>
        new(EmbeddingRows.Given(embeddings, freeze, nameof(Embedding)), paddingIdx, maxNorm, normType, scaleGradByFreq, sparse);

    /// <inheritdoc/>
    /// <exception cref="IndexException">A number is not that of a row.</exception>
    protected override Tensor Compute(Tensor input) =>
        Tensor.Embedding(Weight, input, PaddingIdx, MaxNorm, NormType, ScaleGradByFreq, Sparse);
}

/// <summary>What the layers over tables of vectors share.</summary>
internal static class EmbeddingRows
{
    /// <summary>A new table, normal(0, 1), its padding row 0.</summary>
    public static Parameter New(int count, int dim, int? paddingIdx, DType dtype, Generator? generator, string layer)
    {
        OptionChecks.Floating(dtype, layer);
        OptionChecks.AtLeast(count, 0, layer);
        OptionChecks.AtLeast(dim, 0, layer);
        int? padding = Padding(paddingIdx, count, layer);
        Parameter weight = Initialize.NewNormal([count, dim], dtype, generator);
        if (padding is { } row)
        {
            using GradMode.Region region = GradMode.NoGrad();
            Initialize.Zeros(weight[row]);
        }

        return weight;
    }

    public static Parameter Given(Tensor embeddings, bool freeze, string layer)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        return embeddings.Rank == 2
            ? new Parameter(embeddings, requiresGrad: !freeze)
            : throw new ShapeException($"{layer}.FromPretrained: the table is [count, dim], not a tensor {embeddings.Shape}.");
    }

    /// <summary>The padding row counted from 0.</summary>
    public static int? Padding(int? paddingIdx, int count, string layer) => paddingIdx is { } row && (row < -count || row >= count)
        ? throw new ArgumentOutOfRangeException(
            nameof(paddingIdx), row, $"{layer}: the padding row is one of {count} rows, {-count} to {count - 1}.")
        : paddingIdx < 0 ? paddingIdx + count : paddingIdx;

    public static string Details(Tensor weight, int? padding, double? maxNorm, double normType, bool scaleGradByFreq, bool sparse) =>
        FormattableString.Invariant($"{weight.Size(0)}×{weight.Size(1)}")
        + (padding is { } row ? $", padding {row}" : "")
        + (maxNorm is { } norm ? FormattableString.Invariant($", max norm {norm}") : "")
        + (maxNorm is not null && normType != 2 ? FormattableString.Invariant($", norm type {normType}") : "")
        + (scaleGradByFreq ? ", gradient by frequency" : "")
        + (sparse ? ", sparse" : "");
}
