namespace DeepLearning.Models;

/// <summary>The sizes of a <see cref="BERT"/>; the defaults are those of BERT-base, uncased.</summary>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="Width">The width.</param>
/// <param name="NumLayers">The number of layers.</param>
/// <param name="NumHeads">The number of heads; it divides the width.</param>
/// <param name="Intermediate">The width inside the feed-forward parts.</param>
/// <param name="MaxLength">The longest text.</param>
/// <param name="NumSegments">The number of segments.</param>
/// <param name="Dropout">The probability of dropout, of attention weights too.</param>
/// <param name="LayerNormEps">Added to the variances of the normalizations.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record BERTOptions(
    int VocabSize = 30522, int Width = 768, int NumLayers = 12, int NumHeads = 12, int Intermediate = 3072, int MaxLength = 512,
    int NumSegments = 2, double Dropout = 0.1, double LayerNormEps = 1e-12, DType DType = DType.Float32)
{
    /// <summary>The deviation with which weights start.</summary>
    internal const double Std = 0.02;

    internal void Check(string block)
    {
        BlockChecks.Heads(block, Width, NumHeads, nameof(NumHeads));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(VocabSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(NumLayers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Intermediate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(NumSegments);
        OptionChecks.Probability(Dropout, block);
    }
}
