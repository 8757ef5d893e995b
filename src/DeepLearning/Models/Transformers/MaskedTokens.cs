namespace DeepLearning.Models;

/// <summary>A batch of text of which a model has to say what was masked.</summary>
/// <param name="Inputs">What the model reads, [.., length].</param>
/// <param name="Labels">
/// The tokens that it has to name, and <see cref="IgnoreIndex"/> at all places that were not chosen, int64 [.., length]: the target of
/// <c>Loss.CrossEntropy(logits.Flatten(0, 1), labels.Flatten())</c>, which leaves these out by default.
/// </param>
public sealed record MaskedTokens(Tensor Inputs, Tensor Labels)
{
    /// <summary>The label of a place that takes no part in the loss.</summary>
    public const long IgnoreIndex = -100;

    /// <summary>
    /// Masks tokens for pre-training (Devlin et al. 2019, section 3.1): each token that is not a special one is chosen with the same
    /// probability, apart from all others; of those chosen four fifths become the mask, a tenth another token, drawn from all that are not
    /// special, and a tenth stay. As Hugging Face's <c>DataCollatorForLanguageModeling</c>, which also draws special tokens.
    /// </summary>
    /// <param name="tokens">The numbers of the tokens, int64 or int32 [.., length]; not changed.</param>
    /// <param name="vocabSize">The number of tokens.</param>
    /// <param name="maskToken">The token that stands for a masked one.</param>
    /// <param name="specialTokens">
    /// The tokens that are never chosen nor drawn, such as the start, the separator and what fills up; the mask is always one.
    /// </param>
    /// <param name="share">The probability that a token is chosen.</param>
    /// <param name="maskShare">Which part of those chosen become the mask.</param>
    /// <param name="randomShare">Which part become a token drawn at random.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ShapeException">The tokens are a single number.</exception>
    /// <exception cref="DTypeException">The tokens are not whole numbers.</exception>
    /// <exception cref="IndexException">A token is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException">All tokens are special, or the two parts are more than all.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A share is not from 0 to 1, or a special token is not in the vocabulary.</exception>
    public static MaskedTokens Of(
        Tensor tokens, int vocabSize, long maskToken, ReadOnlySpan<long> specialTokens = default, double share = 0.15,
        double maskShare = 0.8, double randomShare = 0.1, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabSize);
        OptionChecks.Probability(share, nameof(MaskedTokens));
        OptionChecks.Probability(maskShare, nameof(MaskedTokens));
        OptionChecks.Probability(randomShare, nameof(MaskedTokens));
        if (maskShare + randomShare > 1 + 1e-12)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"MaskedTokens: parts of {maskShare} and {randomShare} are more than all that are chosen."),
                nameof(randomShare));
        }

        if (tokens.Rank == 0)
        {
            throw new ShapeException($"MaskedTokens: tokens {tokens.Shape} do not fit; they must be [.., length].");
        }

        GraphChecks.Numbers(nameof(MaskedTokens), tokens, nameof(tokens), nameof(tokens), vocabSize);
        bool[] isSpecial = new bool[vocabSize];
        Mark(isSpecial, maskToken, nameof(maskToken));
        foreach (long token in specialTokens)
        {
            Mark(isSpecial, token, nameof(specialTokens));
        }

        long[] others = [.. Enumerable.Range(0, vocabSize).Where(token => !isSpecial[token]).Select(static token => (long)token)];
        if (others.Length == 0)
        {
            throw new ArgumentException("MaskedTokens: all tokens are special, and none is left to be masked.", nameof(specialTokens));
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor whole = tokens.To(DType.Int64), draw = Tensor.Rand(tokens.Shape, DType.Float64, generator, tokens.Device);
        Tensor drawn = Tensor.RandInt(0, others.Length, tokens.Shape, DType.Int64, generator, tokens.Device);
        Tensor special = Picked(Tensor.From(isSpecial), whole);
        Tensor isChosen = draw.Less(share).LogicalAnd(special.LogicalNot());
        Tensor isMasked = isChosen.LogicalAnd(draw.Less(share * maskShare));
        Tensor isReplaced = isChosen.LogicalAnd(draw.Less(share * Math.Min(maskShare + randomShare, 1)));
        Tensor inputs = Tensor.Where(isReplaced, Picked(Tensor.From(others), drawn), whole).MaskedFill(isMasked, maskToken);
        return new MaskedTokens(inputs.To(tokens.DType), whole.MaskedFill(isChosen.LogicalNot(), IgnoreIndex));

        static Tensor Picked(Tensor table, Tensor rows) =>
            table.To(rows.Device).IndexSelect(0, rows.Flatten()).Reshape(rows.Shape);

        void Mark(bool[] special, long token, string argument)
        {
            if (token < 0 || token >= vocabSize)
            {
                throw new ArgumentOutOfRangeException(
                    argument, token, $"MaskedTokens: a special token is one of the vocabulary, from 0 to {vocabSize - 1}.");
            }

            special[token] = true;
        }
    }
}
