namespace DeepLearning.Models;

/// <summary>The search of one row of a prompt: the sequences that it follows, and those that have ended.</summary>
internal sealed class BeamRow(long[] prompt, int beams, long? endToken, double lengthPenalty, int maxNewTokens)
{
    private readonly List<BeamHypothesis> _ended = [];
    private List<(long[] Tokens, double Log)> _open = [(prompt, 0)];

    /// <summary>Whether there is a sequence to go on with.</summary>
    public bool GoesOn => _open.Count > 0;

    /// <summary>
    /// Goes on by one token. The candidates are those of all rows' sequences, <paramref name="width"/> of each; the row's begin at
    /// <paramref name="first"/>. Adds what it goes on with to the lists.
    /// </summary>
    /// <returns>How many sequences the row had.</returns>
    public int Advance(double[] logs, long[] candidates, int width, int first, List<long> continued, List<long> next)
    {
        int count = _open.Count;
        List<(int From, long Token, double Log)> all = [];
        for (int from = 0; from < count; from++)
        {
            for (int place = (first + from) * width; place < (first + from + 1) * width; place++)
            {
                all.Add((from, candidates[place], _open[from].Log + logs[place]));
            }
        }

        List<(long[] Tokens, double Log)> open = [];
        // In a stable order: the same sequences on every run.
        foreach ((int from, long token, double log) in all.OrderByDescending(static c => c.Log))
        {
            if (open.Count == beams)
            {
                break;
            }

            long[] tokens = [.. _open[from].Tokens, token];
            if (token == endToken)
            {
                _ended.Add(Ranked(tokens, log));
                continue;
            }

            open.Add((tokens, log));
            continued.Add(first + from);
            next.Add(token);
        }

        if (open.Count > 0 && IsOver(open[0]))
        {
            continued.RemoveRange(continued.Count - open.Count, open.Count);
            next.RemoveRange(next.Count - open.Count, open.Count);
            open = [];
        }

        _open = open;
        return count;
    }

    /// <summary>What was found, the best first: what has ended, and what still went on at the last step.</summary>
    public IReadOnlyList<BeamHypothesis> Found() =>
    [
        .. _ended.Concat(_open.Select(o => Ranked(o.Tokens, o.Log))).OrderByDescending(static h => h.Score).Take(beams),
    ];

    /// <summary>Whether none that goes on could still be among the best: a logarithm only falls, and the length is bounded.</summary>
    private bool IsOver((long[] Tokens, double Log) best)
    {
        if (_ended.Count < beams)
        {
            return false;
        }

        double reachable = best.Log / Math.Pow(maxNewTokens, lengthPenalty);
        return _ended.OrderByDescending(static h => h.Score).ElementAt(beams - 1).Score >= reachable;
    }

    private BeamHypothesis Ranked(long[] tokens, double log) =>
        new(tokens, log, log / Math.Pow(Math.Max(tokens.Length - prompt.Length, 1), lengthPenalty));
}
