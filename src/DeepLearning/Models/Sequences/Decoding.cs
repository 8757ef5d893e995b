namespace DeepLearning.Models;

/// <summary>
/// Goes on with sequences of tokens, by anything that says what comes next: the likeliest token, one drawn, or the likeliest sequence
/// that a beam search finds. Nothing is recorded for gradients.
/// </summary>
public static partial class Decoding
{
    /// <summary>Takes the likeliest token each time.</summary>
    /// <param name="model">What says which token comes next.</param>
    /// <param name="prompt">The tokens to begin with, at least one, [rows, length], of int64.</param>
    /// <param name="maxNewTokens">The most tokens to add.</param>
    /// <param name="endToken">The token that ends a row, which is then filled with it; no row ends when null.</param>
    /// <returns>The prompt and what was added, [rows, length + added]; shorter where all rows have ended.</returns>
    /// <exception cref="ShapeException">Prompt or logits do not have the right shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is negative.</exception>
    public static Tensor Greedy(INextToken model, Tensor prompt, int maxNewTokens, long? endToken = null) =>
        GoOn(model, prompt, maxNewTokens, endToken, static logits => logits.ArgMax(-1));

    /// <summary>
    /// Draws each token: of the logits divided by the temperature; of the k likeliest only (Fan, Lewis and Dauphin 2018, "Hierarchical
    /// neural story generation"); of the fewest whose probabilities reach p only (Holtzman et al. 2020, "The curious case of neural text
    /// degeneration": nucleus).
    /// </summary>
    /// <param name="model">What says which token comes next.</param>
    /// <param name="prompt">The tokens to begin with, at least one, [rows, length], of int64.</param>
    /// <param name="maxNewTokens">The most tokens to add.</param>
    /// <param name="temperature">Divides the logits; below 1 the likely become likelier.</param>
    /// <param name="topK">How many of the likeliest may be drawn; all when null.</param>
    /// <param name="topP">The probability that those that may be drawn reach together; all when null.</param>
    /// <param name="endToken">The token that ends a row, which is then filled with it; no row ends when null.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The prompt and what was added, [rows, length + added]; shorter where all rows have ended.</returns>
    /// <exception cref="ShapeException">Prompt or logits do not have the right shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Tensor Sample(
        INextToken model, Tensor prompt, int maxNewTokens, double temperature = 1, int? topK = null, double? topP = null,
        long? endToken = null, Generator? generator = null)
    {
        CheckFilter(temperature, topK, topP);
        return GoOn(
            model, prompt, maxNewTokens, endToken,
            logits => Filter(logits, temperature, topK, topP).Softmax(-1).Multinomial(1, generator: generator).Squeeze(-1));
    }

    /// <summary>Logits divided by the temperature, −∞ where a token may not be drawn.</summary>
    /// <param name="logits">The logits, [.., vocabulary].</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="topK">How many of the likeliest may be drawn (more where several are as likely as the last); all when null.</param>
    /// <param name="topP">
    /// The probability that those that may be drawn reach together, the fewest that do, at least one; all when null. Where there is
    /// <paramref name="topK"/>, too, of what that leaves.
    /// </param>
    /// <returns>What is left, of the shape of the logits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Tensor Filter(Tensor logits, double temperature = 1, int? topK = null, double? topP = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        CheckFilter(temperature, topK, topP);
        Tensor left = logits / temperature;
        if (topK is { } k && k < left.Size(-1))
        {
            Tensor least = left.TopK(k).Values.Narrow(-1, k - 1, 1);
            left = left.MaskedFill(left.Less(least), double.NegativeInfinity);
        }

        if (topP is { } p)
        {
            (Tensor sorted, Tensor places) = left.Sort(-1, descending: true);
            Tensor probabilities = sorted.Softmax(-1);
            Tensor before = probabilities.CumSum(-1) - probabilities;
            Tensor isLeftOut = before.GreaterOrEqual(p);
            // The likeliest always stays: rounding must not leave out all.
            isLeftOut = isLeftOut.LogicalAnd(before.Greater(0.0));
            Tensor mask = Tensor.Zeros(left.Shape, DType.Bool, left.Device).Scatter(-1, places, isLeftOut);
            left = left.MaskedFill(mask, double.NegativeInfinity);
        }

        return left;
    }

    private static void CheckFilter(double temperature, int? topK, double? topP)
    {
        if (!(temperature > 0) || double.IsInfinity(temperature))
        {
            throw new ArgumentOutOfRangeException(
                nameof(temperature), temperature, "Decoding: a temperature is positive; for the likeliest token there is Decoding.Greedy.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topK ?? 1, nameof(topK));
        if (topP is { } p && !(p > 0 && p <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(topP), p, "Decoding: topP is a probability above 0, up to 1.");
        }
    }

    private static Tensor GoOn(INextToken model, Tensor prompt, int maxNewTokens, long? endToken, Func<Tensor, Tensor> choose)
    {
        CheckPrompt(model, prompt, maxNewTokens);
        using GradMode.Region none = GradMode.NoGrad();
        Tensor tokens = prompt.To(DType.Int64);
        Tensor? hasEnded = null;
        for (int step = 0; step < maxNewTokens; step++)
        {
            Tensor next = choose(Logits(model, tokens));
            if (endToken is { } end)
            {
                next = hasEnded is null ? next : next.MaskedFill(hasEnded, end);
                Tensor ends = next.EqualTo(end);
                hasEnded = hasEnded is null ? ends : hasEnded.LogicalOr(ends);
            }

            tokens = Tensor.Cat([tokens, next.Unsqueeze(1)], 1);
            if (hasEnded is not null && hasEnded.All().Item<bool>())
            {
                break;
            }
        }

        return tokens;
    }

    private static Tensor Logits(INextToken model, Tensor tokens)
    {
        Tensor logits = model.NextLogits(tokens);
        if (logits.Rank != 2 || logits.Size(0) != tokens.Size(0) || logits.Size(1) == 0)
        {
            throw new ShapeException(
                $"Decoding: the model gave logits {logits.Shape} of tokens {tokens.Shape}; they must be [{tokens.Size(0)}, vocabulary].");
        }

        return logits;
    }

    private static void CheckPrompt(INextToken model, Tensor prompt, int maxNewTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(maxNewTokens);
        if (prompt.Rank != 2 || prompt.Count == 0)
        {
            throw new ShapeException(
                $"Decoding: a prompt {prompt.Shape} does not fit; it must be [rows, length], with a token, such as that of the start.");
        }

        if (prompt.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException($"Decoding: a prompt is of int64 or int32, not of {prompt.DType.Name()}.");
        }
    }
}
