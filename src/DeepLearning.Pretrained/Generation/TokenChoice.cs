namespace DeepLearning.Pretrained;

/// <summary>Chooses the next token of a row of logits, as options say.</summary>
internal sealed class TokenChoice(GenerationOptions options)
{
    private readonly Generator _generator = options.Generator ?? Generator.Default;
    private int[] _order = [];
    private float[] _scores = [];

    /// <param name="logits">The logits of one row; changed.</param>
    /// <param name="text">The tokens that the row has so far.</param>
    public int Next(Span<float> logits, List<int> text)
    {
        if (options.RepetitionPenalty != 1)
        {
            Penalize(logits, text);
        }

        int best = Best(logits);
        return options.Sample ? Draw(logits) : best;
    }

    private void Penalize(Span<float> logits, List<int> text)
    {
        float penalty = (float)options.RepetitionPenalty;
        foreach (int token in text.Distinct())
        {
            if ((uint)token < (uint)logits.Length)
            {
                logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
            }
        }
    }

    /// <summary>The first of the greatest; a logit that is NaN is an error, since any token would do then.</summary>
    private static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(logits[i]))
            {
                throw new InvalidOperationException($"Generate: the logit of token {i} is NaN; the weights or the inputs are damaged.");
            }

            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private int Draw(ReadOnlySpan<float> logits)
    {
        int count = logits.Length;
        if (_order.Length != count)
        {
            (_order, _scores) = (new int[count], new float[count]);
        }

        for (int i = 0; i < count; i++)
        {
            (_order[i], _scores[i]) = (i, -(float)(logits[i] / options.Temperature));
        }

        // Sorted keys are minus the scores, so that the likeliest come first; equal ones in the order of their numbers.
        Array.Sort(_scores, _order, Comparer<float>.Default);
        for (int start = 0; start < count;)
        {
            int end = start + 1;
            while (end < count && _scores[end] == _scores[start])
            {
                end++;
            }

            Array.Sort(_order, start, end - start);
            start = end;
        }

        int kept = Math.Min(options.TopK ?? count, count);
        double[] weights = new double[kept];
        double sum = 0;
        for (int i = 0; i < kept; i++)
        {
            weights[i] = Math.Exp(_scores[0] - _scores[i]);
            sum += weights[i];
        }

        if (options.TopP is { } p)
        {
            double reached = 0, all = sum;
            for (int i = 0; i < kept; i++)
            {
                reached += weights[i];
                if (reached >= p * all)
                {
                    (kept, sum) = (i + 1, reached);
                    break;
                }
            }
        }

        double at = Tensor.Rand([1], DType.Float64, _generator).Item<double>() * sum;
        for (int i = 0; i < kept; i++)
        {
            at -= weights[i];
            if (at < 0)
            {
                return _order[i];
            }
        }

        return _order[kept - 1];
    }
}
