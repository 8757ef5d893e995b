namespace DeepLearning.Models;

/// <summary>The sizes of an <see cref="XLNet"/>; the defaults are those of XLNet-base, cased.</summary>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="Width">The width.</param>
/// <param name="NumLayers">The number of layers.</param>
/// <param name="NumHeads">The number of heads; it divides the width.</param>
/// <param name="Intermediate">The width inside the feed-forward parts.</param>
/// <param name="Dropout">The probability of dropout, of attention weights too.</param>
/// <param name="LayerNormEps">Added to the variances of the normalizations.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record XLNetOptions(
    int VocabSize = 32000, int Width = 768, int NumLayers = 12, int NumHeads = 12, int Intermediate = 3072, double Dropout = 0.1,
    double LayerNormEps = 1e-12, DType DType = DType.Float32);
