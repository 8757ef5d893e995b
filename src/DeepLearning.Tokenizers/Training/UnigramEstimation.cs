using DeepLearning.Tokenizers.Models;

namespace DeepLearning.Tokenizers.Training;

/// <summary>
/// Pieces and their probabilities, made likelier for given words. Words are counted in a fixed number of parts, whose sums are added in
/// their order: the result does not depend on the number of cores.
/// </summary>
internal sealed class UnigramEstimation(KeyValuePair<string, long>[] words, List<UnigramPiece> pieces)
{
    private const int Parts = 64;

    /// <summary>Expected to be used less often than this, a piece is left out.</summary>
    private const double LeastUse = 0.5;

    private CharTrie _trie = Trie(pieces);

    public List<UnigramPiece> Pieces { get; private set; } = pieces;

    /// <summary>
    /// A step of expectation maximization with a sparse prior: new probabilities from how often each piece is to be expected over all ways
    /// to cut the words, exp ψ(c) / exp ψ(Σ c).
    /// </summary>
    public void Improve(HashSet<string> alphabet)
    {
        var expected = Count(static (self, word, count, counts) => self.Expect(word, count, counts));
        List<UnigramPiece> kept = [];
        List<double> uses = [];
        for (var id = 0; id < Pieces.Count; id++)
        {
            // A character that only occurs in longer pieces must stay possible.
            var isNeeded = alphabet.Contains(Pieces[id].Text);
            if (expected[id] >= LeastUse || isNeeded)
            {
                kept.Add(Pieces[id]);
                uses.Add(Math.Max(expected[id], LeastUse));
            }
        }

        var whole = Digamma(uses.Sum());
        Pieces = [.. kept.Select((piece, i) => piece with { Score = Digamma(uses[i]) - whole })];
        _trie = Trie(Pieces);
    }

    /// <summary>Leaves out the pieces without which the likelihood of the words falls least.</summary>
    public void Prune(int size, HashSet<string> alphabet)
    {
        var uses = Count(static (self, word, count, counts) =>
        {
            foreach (var id in self.Best(word, -1))
            {
                counts[id] += count;
            }
        });
        var sum = uses.Sum();
        var losses = new (int Id, double Loss)[Pieces.Count];
        Parallel.For(0, Pieces.Count, id => losses[id] = (id, Loss(id, uses, sum, alphabet)));
        HashSet<int> stay = [.. losses.OrderByDescending(static piece => piece.Loss).ThenBy(static piece => piece.Id).Take(size)
            .Where(static piece => !double.IsNegativeInfinity(piece.Loss)).Select(static piece => piece.Id)];
        Pieces = [.. Pieces.Where((_, id) => stay.Contains(id))];
        _trie = Trie(Pieces);
    }

    /// <summary>What the mean log likelihood loses without a piece; ∞ for what must stay, −∞ for what nothing uses.</summary>
    private double Loss(int id, double[] uses, double sum, HashSet<string> alphabet)
    {
        var piece = Pieces[id];
        if (alphabet.Contains(piece.Text))
        {
            return double.PositiveInfinity;
        }

        if (uses[id] == 0 || Best(piece.Text, -1) is not [var only] || only != id)
        {
            return double.NegativeInfinity;
        }

        var others = Best(piece.Text, id);
        var without = Math.Log(sum + (uses[id] * (others.Length - 1)));
        return uses[id] / sum * (Math.Log(uses[id] / sum) - others.Sum(other => Math.Log(uses[other] + uses[id]) - without));
    }

    private double[] Count(Action<UnigramEstimation, string, long, double[]> add)
    {
        var sums = new double[Parts][];
        Parallel.For(0, Parts, part =>
        {
            var counts = sums[part] = new double[Pieces.Count];
            for (var i = (int)((long)words.Length * part / Parts); i < (int)((long)words.Length * (part + 1) / Parts); i++)
            {
                add(this, words[i].Key, words[i].Value, counts);
            }
        });
        var total = new double[Pieces.Count];
        foreach (var counts in sums)
        {
            for (var id = 0; id < total.Length; id++)
            {
                total[id] += counts[id];
            }
        }

        return total;
    }

    /// <summary>How often each piece is to be expected in a word: forward and backward over all ways to cut it.</summary>
    private void Expect(string word, long count, double[] counts)
    {
        var before = new double[word.Length + 1];
        var after = new double[word.Length + 1];
        Array.Fill(before, double.NegativeInfinity);
        Array.Fill(after, double.NegativeInfinity);
        (before[0], after[word.Length]) = (0, 0);
        List<(int Start, int End, int Id)> edges = [];
        for (var start = 0; start < word.Length; start++)
        {
            if (double.IsNegativeInfinity(before[start]))
            {
                continue;
            }

            for (var (end, node) = (start, 0); end < word.Length;)
            {
                node = _trie.Step(node, word[end++]);
                if (node < 0)
                {
                    break;
                }

                if (_trie.Value(node) is >= 0 and var id)
                {
                    edges.Add((start, end, id));
                    before[end] = LogAdd(before[end], before[start] + Pieces[id].Score);
                }
            }
        }

        for (var i = edges.Count - 1; i >= 0; i--)
        {
            var (start, end, id) = edges[i];
            after[start] = LogAdd(after[start], after[end] + Pieces[id].Score);
        }

        foreach (var (start, end, id) in edges)
        {
            counts[id] += count * Math.Exp(before[start] + Pieces[id].Score + after[end] - before[word.Length]);
        }
    }

    /// <summary>The likeliest way to cut a word, without one of the pieces.</summary>
    private int[] Best(string word, int without)
    {
        var best = new (double Score, int Start, int Id)[word.Length + 1];
        Array.Fill(best, (double.NegativeInfinity, -1, -1));
        best[0] = (0, -1, -1);
        for (var start = 0; start < word.Length; start++)
        {
            for (var (end, node) = (start, 0); end < word.Length && !double.IsNegativeInfinity(best[start].Score);)
            {
                node = _trie.Step(node, word[end++]);
                if (node < 0)
                {
                    break;
                }

                if (_trie.Value(node) is >= 0 and var id && id != without && best[start].Score + Pieces[id].Score is var score
                    && score > best[end].Score)
                {
                    best[end] = (score, start, id);
                }
            }
        }

        List<int> ids = [];
        for (var end = word.Length; end > 0; end = best[end].Start)
        {
            ids.Add(best[end].Id);
        }

        return [.. ids];
    }

    private static CharTrie Trie(List<UnigramPiece> pieces)
    {
        CharTrie trie = new();
        for (var id = 0; id < pieces.Count; id++)
        {
            trie.Add(pieces[id].Text, id);
        }

        return trie;
    }

    private static double LogAdd(double a, double b)
    {
        var (least, most) = a < b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(least) ? most : most + Math.Log(1 + Math.Exp(least - most));
    }

    /// <summary>ψ(x) for x > 0: the recurrence up to 7, then the asymptotic series.</summary>
    private static double Digamma(double x)
    {
        double y = 0;
        for (; x < 7; x++)
        {
            y -= 1 / x;
        }

        var r = 1 / (x * x);
        return y + Math.Log(x) - (0.5 / x) - (r * ((1 / 12.0) - (r * ((1 / 120.0) - (r * ((1 / 252.0) - (r / 240.0)))))));
    }
}
