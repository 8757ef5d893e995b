namespace DeepLearning.Tokenizers;

/// <summary>A token that is found in a text before the model sees it.</summary>
/// <param name="Content">The token.</param>
/// <param name="Special">Whether decoding may leave it out.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="LStrip">Whether it takes the white space before it along.</param>
/// <param name="RStrip">Whether it takes the white space after it along.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text; by default where it is not special.</param>
public sealed record AddedToken(string Content, bool Special = false, bool SingleWord = false, bool LStrip = false, bool RStrip = false,
    bool? Normalized = null)
{
    internal bool IsNormalized => Normalized ?? !Special;
}
