namespace DeepLearning.Models;

/// <summary>The sizes of a <see cref="TranslationTransformer"/>; the defaults are the paper's base model.</summary>
/// <param name="SourceVocab">The number of tokens of the source.</param>
/// <param name="TargetVocab">The number of tokens of the target.</param>
/// <param name="Width">The width.</param>
/// <param name="NumHeads">The number of heads; it divides the width.</param>
/// <param name="NumEncoderLayers">The number of layers of the encoder.</param>
/// <param name="NumDecoderLayers">The number of layers of the decoder.</param>
/// <param name="FeedForward">The width inside the feed-forward parts.</param>
/// <param name="Dropout">The probability of dropout, of attention weights too.</param>
/// <param name="PadToken">The token that fills up short texts and is hidden; none when null.</param>
/// <param name="TieTarget">Whether the weight of the output is the table of the target's tokens, as in the paper.</param>
/// <param name="NormFirst">Whether is normalized before each part instead of behind it.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record TranslationTransformerOptions(
    int SourceVocab, int TargetVocab, int Width = 512, int NumHeads = 8, int NumEncoderLayers = 6, int NumDecoderLayers = 6,
    int FeedForward = 2048, double Dropout = 0.1, long? PadToken = null, bool TieTarget = false, bool NormFirst = false,
    DType DType = DType.Float32);
