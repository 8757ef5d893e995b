namespace DeepLearning.Models;

/// <summary>
/// Anything that says which token comes next: what <see cref="Decoding"/> needs of a model. An implementation may keep what it has computed
/// of the tokens before, since each call has those of the last one, and one more.
/// </summary>
public interface INextToken
{
    /// <summary>The logits of the token behind each row.</summary>
    /// <param name="tokens">All tokens so far, [rows, length], of int64.</param>
    /// <returns>The logits, [rows, vocabulary].</returns>
    Tensor NextLogits(Tensor tokens);

    /// <summary>Says that the rows of the next call continue others of the last one.</summary>
    /// <param name="rows">For each row the one that it continues, [rows], of int64.</param>
    void Reorder(Tensor rows);
}
