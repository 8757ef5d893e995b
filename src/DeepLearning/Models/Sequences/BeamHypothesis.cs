namespace DeepLearning.Models;

/// <summary>A sequence that a beam search has found.</summary>
/// <param name="Tokens">Its tokens, those of the prompt first, and the one of the end last where it ended.</param>
/// <param name="LogProbability">The logarithm of the probability of what was added to the prompt.</param>
/// <param name="Score">What sequences are ranked by: the logarithm divided by a power of the length.</param>
public sealed record BeamHypothesis(IReadOnlyList<long> Tokens, double LogProbability, double Score)
{
    /// <summary>The tokens, the probability and the score.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"[{string.Join(", ", Tokens)}], log probability {LogProbability:G6}, score {Score:G6}");
}
