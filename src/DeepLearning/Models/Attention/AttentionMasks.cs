namespace DeepLearning.Models;

/// <summary>
/// Masks of attention, as the blocks take them: truth values, true where a key takes part. Where there are more keys than queries, the
/// queries are the last of the positions, as when the first are kept in a <see cref="KeyValueCache"/>.
/// </summary>
public static class AttentionMasks
{
    /// <summary>Query i sees the keys up to its own position, i + keys − queries.</summary>
    /// <param name="queries">The number of queries.</param>
    /// <param name="keys">The number of keys; at least that of queries.</param>
    /// <param name="device">Where the mask is; on the host when null.</param>
    /// <returns>The mask, [queries, keys].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer keys than queries.</exception>
    public static Tensor Causal(int queries, int keys, Device? device = null)
    {
        CheckLengths(queries, keys);
        return Tensor.Ones([queries, keys], DType.Bool, device).Tril(keys - queries);
    }

    /// <summary>
    /// Query i sees the <paramref name="window"/> keys that end at its own position (Child et al. 2019; Jiang et al. 2023, "Mistral 7B");
    /// where it is not causal as many before and behind it: those less than <paramref name="window"/> away (Beltagy, Peters and Cohan
    /// 2020, "Longformer").
    /// </summary>
    /// <param name="queries">The number of queries.</param>
    /// <param name="keys">The number of keys; at least that of queries.</param>
    /// <param name="window">The length of the window.</param>
    /// <param name="isCausal">Whether what comes later is hidden.</param>
    /// <param name="device">Where the mask is; on the host when null.</param>
    /// <returns>The mask, [queries, keys].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The window is not positive, or there are fewer keys than queries.</exception>
    public static Tensor SlidingWindow(int queries, int keys, int window, bool isCausal = true, Device? device = null)
    {
        CheckLengths(queries, keys);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        int offset = keys - queries;
        return Tensor.Ones([queries, keys], DType.Bool, device).Tril(isCausal ? offset : offset + window - 1).Triu(offset - window + 1);
    }

    /// <summary>The first positions of each example take part.</summary>
    /// <param name="lengths">How many of each example.</param>
    /// <param name="steps">The number of positions.</param>
    /// <param name="device">Where the mask is; on the host when null.</param>
    /// <returns>The mask, [batch, steps]. As a mask of attention, of shape [batch, 1, 1, steps]: <see cref="OfTokens"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or greater than <paramref name="steps"/>.</exception>
    public static Tensor Padding(ReadOnlySpan<int> lengths, int steps, Device? device = null)
    {
        bool[] isThere = new bool[lengths.Length * steps];
        for (int example = 0; example < lengths.Length; example++)
        {
            if (lengths[example] < 0 || lengths[example] > steps)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(lengths), lengths[example], $"AttentionMasks.Padding: a length of example {example} is from 0 to {steps}.");
            }

            isThere.AsSpan(example * steps, lengths[example]).Fill(true);
        }

        Tensor mask = Tensor.From(isThere, lengths.Length, steps);
        return device is null ? mask : mask.To(device);
    }

    /// <summary>A mask of tokens, [batch, steps], true where there is one, as one of attention: [batch, 1, 1, steps].</summary>
    /// <param name="tokens">The mask, or null for none.</param>
    /// <returns>A view of it, or null.</returns>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(tokens))]
    public static Tensor? OfTokens(Tensor? tokens) => tokens?.Unsqueeze(1).Unsqueeze(1);

    /// <summary>What takes part in both masks.</summary>
    internal static Tensor? Both(Tensor? first, Tensor? second) =>
        first is null || second is null ? first ?? second : first.LogicalAnd(second);

    private static void CheckLengths(int queries, int keys)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, queries);
    }
}
