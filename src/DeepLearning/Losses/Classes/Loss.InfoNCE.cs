using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of vectors that shall be found among others: −log of the softmax share that the positive of each query has, over the
    /// cosines divided by a temperature, of its positive and of negatives. van den Oord, Li and Vinyals, "Representation learning with
    /// contrastive predictive coding", 2018.
    /// </summary>
    /// <param name="query">The vectors, [N, D].</param>
    /// <param name="positive">The vector that belongs to each, [N, D].</param>
    /// <param name="negatives">Vectors that do not: [M, D] for all queries, or [N, M, D], some for each; the positives of the other queries
    /// when null.</param>
    /// <param name="temperature">What the cosines are divided by, above 0.</param>
    /// <param name="reduction">Whether the mean, the sum or the queries' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or [N] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor InfoNCE(
        Tensor query, Tensor positive, Tensor? negatives = null, double temperature = 0.1, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (query, positive, negatives) = (cast.Of(query), cast.Of(positive), cast.OrNull(negatives));
        const string Name = "InfoNCE";
        LossOperands.CheckEqual(Name, query, "query", positive, "positive");
        LossOperands.CheckReduction(Name, reduction, query);
        OptionChecks.Positive(temperature, "InfoNCE");
        bool fits = negatives is null || (negatives.Rank is 2 or 3 && negatives.Size(-1) == query.Size(-1)
            && (negatives.Rank == 2 || negatives.Size(0) == query.Size(0)));
        if (query.Rank != 2 || !fits)
        {
            throw new ShapeException(
                $"{Name}: queries {query.Shape}{(negatives is null ? "" : $" and negatives {negatives.Shape}")} do not fit; queries and "
                + "positives are [N, D], negatives [M, D] or [N, M, D].");
        }

        DType result = negatives is null ? LossOperands.ResultOf(query, positive) : LossOperands.ResultOf(query, positive, negatives);
        Tensor q = Unit(query, result.Compute()), p = Unit(positive, result.Compute());
        Tensor losses;
        if (negatives is null)
        {
            Tensor scores = q.MatMul(p.T) / temperature;
            losses = scores.LogSumExp(1) - scores.Diagonal();
        }
        else
        {
            Tensor n = Unit(negatives, result.Compute());
            Tensor own = (q * p).Sum(-1, keepDim: true);
            Tensor others = n.Rank == 2 ? q.MatMul(n.T) : n.MatMul(q.Unsqueeze(2)).Squeeze(2);
            losses = (Tensor.Cat([own, others], 1) / temperature).LogSumExp(1) - (own.Squeeze(1) / temperature);
        }

        return LossOperands.Reduce(losses, reduction, result);

        static Tensor Unit(Tensor x, DType compute)
        {
            Tensor wide = x.To(compute);
            return wide / wide.Norm(2, [-1], keepDim: true).Clamp(min: 1e-12);
        }
    }
}

/// <summary><see cref="Loss.InfoNCE"/> as a module of queries and positives, each other's negatives.</summary>
/// <param name="temperature">What the cosines are divided by, above 0.</param>
/// <param name="reduction">Whether the mean, the sum or the queries' losses themselves are returned.</param>
public sealed class InfoNCELoss(double temperature = 0.1, LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.InfoNCE(first, second, null, temperature, reduction);
}
