namespace DeepLearning.Training;

/// <summary>Figures of how well scores rank positives above negatives.</summary>
internal static class RankingFigures
{
    /// <summary>The share of pairs of a positive and a negative in which the positive scores higher, equal ones counting half.</summary>
    public static double RocAuc(double[] scores, bool[] positives)
    {
        double below = 0, pairs = 0;
        long negatives = 0, total = positives.LongCount(static isPositive => isPositive);
        foreach ((int own, int others) in Steps(scores, positives, descending: false))
        {
            pairs += own * (below + (others / 2.0));
            below += others;
            negatives += others;
        }

        return total == 0 || negatives == 0 ? double.NaN : pairs / total / negatives;
    }

    /// <summary>Σ (Rₙ − Rₙ₋₁) · Pₙ.</summary>
    public static double AveragePrecision(double[] scores, bool[] positives)
    {
        double right = 0, seen = 0, sum = 0;
        foreach ((int own, int others) in Steps(scores, positives, descending: true))
        {
            right += own;
            seen += own + others;
            sum += own * (right / seen);
        }

        return right == 0 ? double.NaN : sum / right;
    }

    /// <summary>How many positives and negatives have each score, in the order of the scores.</summary>
    private static IEnumerable<(int Positives, int Negatives)> Steps(double[] scores, bool[] positives, bool descending)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort((double[])scores.Clone(), order);
        if (descending)
        {
            Array.Reverse(order);
        }

        for (int start = 0, end; start < order.Length; start = end)
        {
            int own = 0;
            for (end = start; end < order.Length && scores[order[end]].Equals(scores[order[start]]); end++)
            {
                own += positives[order[end]] ? 1 : 0;
            }

            yield return (own, end - start - own);
        }
    }
}
