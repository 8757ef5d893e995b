namespace DeepLearning.Models;

/// <summary>The sizes of an <see cref="ALBERT"/>; the defaults are those of ALBERT-base, version 2.</summary>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="EmbeddingWidth">The width of the vectors of tokens, segments and positions.</param>
/// <param name="Width">The width of the layer.</param>
/// <param name="NumLayers">How often the layer is applied.</param>
/// <param name="NumHeads">The number of heads; it divides the width.</param>
/// <param name="Intermediate">The width inside the feed-forward part.</param>
/// <param name="MaxLength">The longest text.</param>
/// <param name="NumSegments">The number of segments.</param>
/// <param name="Dropout">The probability of dropout, of attention weights too.</param>
/// <param name="LayerNormEps">Added to the variances of the normalizations.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record ALBERTOptions(
    int VocabSize = 30000, int EmbeddingWidth = 128, int Width = 768, int NumLayers = 12, int NumHeads = 12, int Intermediate = 3072,
    int MaxLength = 512, int NumSegments = 2, double Dropout = 0, double LayerNormEps = 1e-12, DType DType = DType.Float32);
