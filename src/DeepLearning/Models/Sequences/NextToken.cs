namespace DeepLearning.Models;

/// <summary>Makes an <see cref="INextToken"/>.</summary>
public static class NextToken
{
    /// <summary>Of a function that computes the logits anew from all tokens.</summary>
    /// <param name="logits">[rows, length] → [rows, vocabulary].</param>
    /// <returns>What decodes with it.</returns>
    public static INextToken Of(Func<Tensor, Tensor> logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return new OfFunction(logits);
    }

    private sealed class OfFunction(Func<Tensor, Tensor> logits) : INextToken
    {
        public Tensor NextLogits(Tensor tokens) => logits(tokens);

        public void Reorder(Tensor rows)
        {
        }
    }
}
