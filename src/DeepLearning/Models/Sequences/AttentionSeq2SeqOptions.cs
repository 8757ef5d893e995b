namespace DeepLearning.Models;

/// <summary>How an <see cref="AttentionSeq2Seq"/> scores the source.</summary>
public enum AttentionScore
{
    /// <summary>v · tanh(W · query + U · key): <see cref="AdditiveAttention"/>.</summary>
    Additive,

    /// <summary>queryᵀ · W · key: <see cref="BilinearAttention"/>.</summary>
    Bilinear,

    /// <summary>query · key, scaled: <see cref="DotProductAttention"/>. The decoder then is as wide as the encoder's output.</summary>
    DotProduct,
}

/// <summary>The sizes of an <see cref="AttentionSeq2Seq"/>.</summary>
/// <param name="SourceVocab">The number of tokens of the source.</param>
/// <param name="TargetVocab">The number of tokens of the target.</param>
/// <param name="EmbeddingWidth">The width of the tokens' vectors.</param>
/// <param name="EncoderHidden">The hidden units of each of the encoder's two directions.</param>
/// <param name="DecoderHidden">The hidden units of the decoder.</param>
/// <param name="Score">How the source is scored.</param>
/// <param name="Dropout">The probability of dropout of vectors and of what the logits are computed of.</param>
/// <param name="PadToken">The token that fills up short texts, behind them; none when null.</param>
/// <param name="DType">The type of the parameters.</param>
public sealed record AttentionSeq2SeqOptions(
    int SourceVocab, int TargetVocab, int EmbeddingWidth = 256, int EncoderHidden = 256, int DecoderHidden = 512,
    AttentionScore Score = AttentionScore.Additive, double Dropout = 0, long? PadToken = null, DType DType = DType.Float32);
