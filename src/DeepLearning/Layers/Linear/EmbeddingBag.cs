namespace DeepLearning.Layers;

/// <summary>
/// Sums, means or maxima of bags of learned vectors, without a tensor of all of them outside: [bags, length] → [bags, dim], or [n] with
/// the positions at which bags begin → [bags, dim]. See <see cref="Tensor.EmbeddingBag"/>. Starts normal(0, 1), as PyTorch's
/// <c>nn.EmbeddingBag</c>.
/// </summary>
public sealed class EmbeddingBag : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="dim">The length of a vector.</param>
    /// <param name="maxNorm">Rows that are used and are longer than this are first shortened to it.</param>
    /// <param name="normType">The p of the p-norm that <paramref name="maxNorm"/> is about.</param>
    /// <param name="scaleGradByFreq">Divides a row's gradient by how often its number is in the batch; not for maxima.</param>
    /// <param name="mode">How the rows of a bag become one.</param>
    /// <param name="sparse">Keeps the gradient by rows; not for maxima.</param>
    /// <param name="includeLastOffset">Whether the last offset is the end of the last bag.</param>
    /// <param name="paddingIdx">A row that starts at 0 and does not count; negative counts from the end.</param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is negative, the padding row is not in the table, or a norm is not positive.
    /// </exception>
    /// <exception cref="ArgumentException">An option does not fit the mode.</exception>
    public EmbeddingBag(
        int count, int dim, double? maxNorm = null, double normType = 2, bool scaleGradByFreq = false, BagMode mode = BagMode.Mean,
        bool sparse = false, bool includeLastOffset = false, int? paddingIdx = null, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        EmbeddingTables.CheckNorm(maxNorm, normType, nameof(EmbeddingBag));
        EmbeddingTables.CheckBagMode(mode, scaleGradByFreq, sparse);
        Weight = EmbeddingRows.New(count, dim, paddingIdx, dtype, generator, nameof(EmbeddingBag));
        PaddingIdx = EmbeddingRows.Padding(paddingIdx, count, nameof(EmbeddingBag));
        (MaxNorm, NormType, ScaleGradByFreq, Mode, Sparse, IncludeLastOffset) =
            (maxNorm, normType, scaleGradByFreq, mode, sparse, includeLastOffset);
    }

    /// <summary>The row that does not count, or null.</summary>
    public int? PaddingIdx { get; }

    /// <summary>The norm to which longer rows are shortened when they are used, or null.</summary>
    public double? MaxNorm { get; }

    /// <summary>The p of that norm.</summary>
    public double NormType { get; }

    /// <summary>Whether a row's gradient is divided by how often its number is in the batch.</summary>
    public bool ScaleGradByFreq { get; }

    /// <summary>How the rows of a bag become one.</summary>
    public BagMode Mode { get; }

    /// <summary>Whether the gradient is kept by rows.</summary>
    public bool Sparse { get; }

    /// <summary>Whether the last offset is the end of the last bag.</summary>
    public bool IncludeLastOffset { get; }

    /// <summary>The table, [count, dim].</summary>
    public Parameter Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        EmbeddingRows.Details(Weight, PaddingIdx, MaxNorm, NormType, ScaleGradByFreq, Sparse)
        + $", {Mode}" + (IncludeLastOffset ? ", last offset included" : "");

    /// <summary>The vectors of bags that lie one after the other.</summary>
    /// <param name="indices">Row numbers, [n].</param>
    /// <param name="offsets">Where each bag begins, from 0 and ascending.</param>
    /// <param name="perSampleWeights">A factor for each row, [n]; for sums alone.</param>
    /// <returns>A tensor [bags, dim].</returns>
    /// <inheritdoc cref="Tensor.EmbeddingBag" path="/exception"/>
    public Tensor Forward(Tensor indices, Tensor offsets, Tensor? perSampleWeights = null) => Tensor.EmbeddingBag(
        Weight, indices, offsets, Mode, perSampleWeights, IncludeLastOffset, PaddingIdx, MaxNorm, NormType, ScaleGradByFreq, Sparse);

    /// <summary>The vectors of bags of one length: indices [bags, length].</summary>
    /// <param name="input">Row numbers.</param>
    /// <returns>A tensor [bags, dim].</returns>
    protected override Tensor Compute(Tensor input) => Tensor.EmbeddingBag(
        Weight, input, null, Mode, null, false, PaddingIdx, MaxNorm, NormType, ScaleGradByFreq, Sparse);
}
