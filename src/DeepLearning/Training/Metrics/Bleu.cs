namespace DeepLearning.Training;

/// <summary>
/// BLEU: how much of the n-grams of candidate texts, such as translations, stands in reference texts, over a whole corpus: min(1, exp(1 − r
/// / c)) · exp(Σ log pₙ / N), where pₙ is the share of matching n-grams, none counted more often than in a reference, c the candidates'
/// length and r that of the references closest to it. Papineni et al., "BLEU: a method for automatic evaluation of machine translation",
/// 2002.
/// </summary>
/// <example>
/// <code>
/// Bleu bleu = new();
/// bleu.Add("the cat sat on the mat".Split(), ["the cat is on the mat".Split()]);
/// Console.WriteLine(bleu.Value);
/// </code>
/// </example>
public sealed class Bleu
{
    private readonly int _order;
    private readonly bool _smooth;

    /// <summary>Makes an empty count.</summary>
    /// <param name="order">The longest n-grams that are compared, N.</param>
    /// <param name="smooth">Whether 1 is added to the counts of n-grams beyond single tokens, so that a short text without a match of four
    /// is not 0. Lin and Och, 2004.</param>
    public Bleu(int order = 4, bool smooth = false)
    {
        OptionChecks.AtLeast(order, 1, nameof(Bleu));
        (_order, _smooth) = (order, smooth);
        Counts = new long[(2 * order) + 2];
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"BLEU-{_order}: {Value:0.####}");

    /// <summary>The figure of all texts so far, 0 to 1; NaN before the first.</summary>
    public double Value
    {
        get
        {
            long candidates = Counts[2 * _order], references = Counts[(2 * _order) + 1];
            if (candidates == 0)
            {
                return references == 0 ? double.NaN : 0;
            }

            double logarithms = 0;
            for (int n = 0; n < _order; n++)
            {
                int more = _smooth && n > 0 ? 1 : 0;
                long matches = Counts[n] + more, all = Counts[_order + n] + more;
                if (matches == 0)
                {
                    return 0;
                }

                logarithms += Math.Log((double)matches / all) / _order;
            }

            return Math.Exp(logarithms + Math.Min(0, 1 - ((double)references / candidates)));
        }
    }

    /// <summary>Matching n-grams of each length, all of each length, then the candidates' and the references' tokens.</summary>
    internal long[] Counts { get; set; }

    /// <summary>Counts a text.</summary>
    /// <param name="candidate">Its tokens.</param>
    /// <param name="references">The tokens of one reference or more.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public void Add(IReadOnlyList<string> candidate, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
        {
            throw new ArgumentException("Bleu: a text is compared with one reference or more.", nameof(references));
        }

        for (int n = 1; n <= _order; n++)
        {
            Dictionary<string, int> most = [];
            foreach (IReadOnlyList<string> reference in references)
            {
                foreach ((string gram, int count) in Grams(reference, n))
                {
                    most[gram] = Math.Max(most.GetValueOrDefault(gram), count);
                }
            }

            Counts[n - 1] += Grams(candidate, n).Sum(own => Math.Min(own.Value, most.GetValueOrDefault(own.Key)));
            Counts[_order + n - 1] += Math.Max(candidate.Count - n + 1, 0);
        }

        Counts[2 * _order] += candidate.Count;
        // Of references equally close the shorter one.
        Counts[(2 * _order) + 1] += references.Select(static reference => reference.Count)
            .MinBy(length => (Math.Abs(length - candidate.Count), length));
    }

    /// <summary>Adds what another has counted.</summary>
    /// <param name="other">One of the same order.</param>
    /// <exception cref="ArgumentException">It is this one itself, or compares n-grams up to another length; nothing was
    /// changed.</exception>
    public void Merge(Bleu other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other) || other._order != _order)
        {
            throw new ArgumentException(
                ReferenceEquals(this, other)
                    ? "Bleu: it cannot be merged into itself; everything would count twice."
                    : $"Bleu: n-grams up to {other._order} do not fit those up to {_order}.",
                nameof(other));
        }

        Counts = [.. Counts.Zip(other.Counts, static (a, b) => a + b)];
    }

    /// <summary>Forgets all counts.</summary>
    public void Clear() => Counts = new long[Counts.Length];

    private static Dictionary<string, int> Grams(IReadOnlyList<string> tokens, int length)
    {
        Dictionary<string, int> counts = [];
        for (int i = 0; i + length <= tokens.Count; i++)
        {
            // Lengths in front, so that no two n-grams have one key whatever their tokens hold.
            string gram = string.Concat(
                Enumerable.Range(i, length).Select(k => FormattableString.Invariant($"{tokens[k].Length}:{tokens[k]}")));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }
}
