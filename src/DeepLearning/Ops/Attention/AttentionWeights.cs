namespace DeepLearning;

/// <summary>The weights of an attention, all of them at once: its definition, and what a caller gets who asks for them.</summary>
internal static class AttentionWeights
{
    /// <summary>softmax(scale · q kᵀ + mask) over the keys, [.., queries, keys].</summary>
    /// <param name="q">The queries, [.., queries, width].</param>
    /// <param name="k">The keys, [.., keys, width].</param>
    /// <param name="mask">What is added, or truth values, true where a key is visible; null for none.</param>
    /// <param name="isCausal">Whether a query sees only the keys up to its own position.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="emptyAsZero">Whether a row without a visible key is 0; NaN, as of a softmax, otherwise.</param>
    public static Tensor Of(Tensor q, Tensor k, Tensor? mask, bool isCausal, double scale, bool emptyAsZero)
    {
        Tensor scores = (q * scale).MatMul(k.T);
        if (isCausal)
        {
            Tensor hidden = Tensor.Ones([scores.Size(-2), scores.Size(-1)], DType.Bool, q.Device).Triu(1);
            scores = scores.MaskedFill(hidden, double.NegativeInfinity);
        }

        return OfScores(scores, mask, emptyAsZero);
    }

    /// <summary>softmax(scores + mask) over the keys, of scores that there are.</summary>
    public static Tensor OfScores(Tensor scores, Tensor? mask, bool emptyAsZero)
    {
        if (mask is not null)
        {
            scores = mask.DType == DType.Bool
                ? scores.MaskedFill(mask.LogicalNot(), double.NegativeInfinity)
                : scores + mask.To(scores.DType);
        }

        if (!emptyAsZero)
        {
            return scores.Softmax(-1);
        }

        Tensor empty = scores.Detach().EqualTo(double.NegativeInfinity).All(-1, keepDim: true);
        return scores.MaskedFill(empty, 0.0).Softmax(-1).MaskedFill(empty, 0.0);
    }
}
