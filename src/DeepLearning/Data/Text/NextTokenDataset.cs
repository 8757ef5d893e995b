namespace DeepLearning.Data;

/// <summary>
/// Windows of a long sequence of tokens for training language models: the input is tokens i to i + L − 1, the target the same one
/// further, i + 1 to i + L; both int64 [L], in batches [n, L].
/// </summary>
public sealed class NextTokenDataset : IBatchedDataset<Example, Example>
{
    private readonly ReadOnlyMemory<int> _tokens;

    /// <summary>Takes the windows of a sequence, without a copy.</summary>
    /// <param name="tokens">The sequence, such as an encoded text.</param>
    /// <param name="length">Tokens a window, L.</param>
    /// <param name="stride">
    /// How far apart windows start: 1 for all of them, which is what sampling at random wants; L for an evaluation that sees every token
    /// once.
    /// </param>
    /// <exception cref="ArgumentException">The sequence is shorter than L + 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length or the stride is not positive.</exception>
    public NextTokenDataset(ReadOnlyMemory<int> tokens, int length, int stride = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        if (tokens.Length <= length)
        {
            throw new ArgumentException($"NextTokenDataset: {tokens.Length} tokens have no window of {length} and a token after it.",
                nameof(tokens));
        }

        _tokens = tokens;
        Length = length;
        Stride = stride;
        Count = ((tokens.Length - length - 1) / stride) + 1;
    }

    /// <summary>Tokens a window.</summary>
    public int Length { get; }

    /// <summary>How far apart windows start.</summary>
    public int Stride { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public override string ToString() => $"NextTokenDataset: {Count} samples of {Length} tokens";

    /// <inheritdoc/>
    public Example this[int index] => this.Single(index);

    /// <inheritdoc/>
    public Example GetBatch(ReadOnlySpan<int> indices)
    {
        Batched.CheckIndices(indices, Count);

        return new Example(Windows(indices, 0), Windows(indices, 1));
    }

    private Tensor Windows(ReadOnlySpan<int> indices, int shift)
    {
        ReadOnlySpan<int> tokens = _tokens.Span;
        long[] windows = new long[checked(indices.Length * Length)];
        for (int i = 0; i < indices.Length; i++)
        {
            ReadOnlySpan<int> from = tokens.Slice((indices[i] * Stride) + shift, Length);
            Span<long> to = windows.AsSpan(i * Length, Length);
            for (int j = 0; j < from.Length; j++)
            {
                to[j] = from[j];
            }
        }

        return Tensor.From(windows, indices.Length, Length);
    }
}
