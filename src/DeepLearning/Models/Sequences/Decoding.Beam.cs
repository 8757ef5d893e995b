namespace DeepLearning.Models;

public static partial class Decoding
{
    /// <summary>
    /// Beam search (Graves 2012, "Sequence transduction with recurrent neural networks"; Sutskever, Vinyals and Le 2014): goes on with the
    /// <paramref name="beams"/> likeliest sequences of each row at once. A sequence that ends is put aside; the search of a row is over
    /// when none that goes on could still be ranked among those found. Ranked by log p / length^<paramref name="lengthPenalty"/> over the
    /// tokens added.
    /// </summary>
    /// <param name="model">What says which token comes next.</param>
    /// <param name="prompt">The tokens to begin with, at least one, [rows, length], of int64.</param>
    /// <param name="maxNewTokens">The most tokens to add.</param>
    /// <param name="beams">How many sequences of a row are followed, and the most that are returned.</param>
    /// <param name="endToken">The token that ends a sequence; none ends when null.</param>
    /// <param name="lengthPenalty">The power of the length; 0 ranks by probability alone, which favors short sequences.</param>
    /// <returns>For each row the sequences found, the best first.</returns>
    /// <exception cref="ShapeException">Prompt or logits do not have the right shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static IReadOnlyList<IReadOnlyList<BeamHypothesis>> Beam(
        INextToken model, Tensor prompt, int maxNewTokens, int beams = 4, long? endToken = null, double lengthPenalty = 1)
    {
        CheckPrompt(model, prompt, maxNewTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beams);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthPenalty);
        using GradMode.Region none = GradMode.NoGrad();
        long[] start = prompt.To(DType.Int64).ToArray<long>();
        int length = prompt.Size(1);
        BeamRow[] rows =
        [
            .. Enumerable.Range(0, prompt.Size(0)).Select(row => new BeamRow(
                start.AsSpan(row * length, length).ToArray(), beams, endToken, lengthPenalty, maxNewTokens)),
        ];
        Tensor tokens = prompt.To(DType.Int64);
        for (int step = 0; step < maxNewTokens && rows.Any(static row => row.GoesOn); step++)
        {
            Tensor scores = Logits(model, tokens).LogSoftmax(-1).To(DType.Float64);
            // Of each sequence as many as all places, and one for the end: no better ones are lost.
            (Tensor best, Tensor which) = scores.TopK(Math.Min(beams + 1, scores.Size(1)));
            double[] logs = best.ToArray<double>();
            long[] candidates = which.ToArray<long>();
            int width = best.Size(1), first = 0;
            List<long> continued = [];
            List<long> next = [];
            foreach (BeamRow row in rows)
            {
                first += row.Advance(logs, candidates, width, first, continued, next);
            }

            if (continued.Count == 0)
            {
                break;
            }

            Tensor from = Tensor.From(continued.ToArray()).To(prompt.Device);
            model.Reorder(from);
            tokens = Tensor.Cat(
                [tokens.IndexSelect(0, from), Tensor.From(next.ToArray()).To(prompt.Device).Unsqueeze(1)], 1);
        }

        return [.. rows.Select(static row => row.Found())];
    }
}
