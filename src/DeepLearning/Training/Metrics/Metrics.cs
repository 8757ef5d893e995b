namespace DeepLearning.Training;

/// <summary>Figures that say how good predictions are.</summary>
public static class Metrics
{
    /// <summary>The share of samples whose class is predicted right, of those that count; NaN when none does.</summary>
    /// <param name="predictions">Scores [samples, classes, ..], whose greatest is the prediction, or class indices [samples, ..].</param>
    /// <param name="targets">The true class indices, [samples, ..].</param>
    /// <param name="ignoreIndex">A true class that does not count.</param>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    public static double Accuracy(Tensor predictions, Tensor targets, long ignoreIndex = IgnoredTarget.Usual)
    {
        long[] predicted = Classes(predictions, targets, null, "Accuracy"), actual = targets.ToArray<long>();
        int right = 0, total = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] != ignoreIndex)
            {
                right += predicted[i] == actual[i] ? 1 : 0;
                total++;
            }
        }

        return total == 0 ? double.NaN : (double)right / total;
    }

    /// <summary>The area under the receiver operating characteristic of one score per sample; see <see cref="Metric.RocAuc"/>.</summary>
    /// <param name="scores">The scores, [samples].</param>
    /// <param name="targets">0 or 1, [samples].</param>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    public static double RocAuc(Tensor scores, Tensor targets) => Of(Metric.RocAuc(), scores, targets);

    /// <summary>The average precision of one score per sample; see <see cref="Metric.AveragePrecision"/>.</summary>
    /// <param name="scores">The scores, [samples].</param>
    /// <param name="targets">0 or 1, [samples].</param>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    public static double AveragePrecision(Tensor scores, Tensor targets) => Of(Metric.AveragePrecision(), scores, targets);

    /// <summary>How well clusters are apart; see <see cref="Metric.Silhouette"/>.</summary>
    /// <param name="points">The points, [samples, dimensions].</param>
    /// <param name="clusters">The cluster of each, [samples].</param>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    public static double Silhouette(Tensor points, Tensor clusters) => Of(Metric.Silhouette(), points, clusters);

    private static double Of(Metric metric, Tensor predictions, Tensor targets)
    {
        metric.Update(predictions, targets);
        return metric.Value;
    }

    /// <summary>The predicted class of each target.</summary>
    internal static long[] Classes(Tensor predictions, Tensor targets, int? classes, string operation)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        bool areScores = predictions.Rank >= 2 && predictions.Rank == targets.Rank + 1;
        if (predictions.DType.IsFloatingPoint() && (predictions.Rank >= 2 ? predictions.Size(1) : predictions.Rank) == 1)
        {
            throw new ShapeException(
                $"{operation}: predictions {predictions.Shape} of type {predictions.DType.Name()} are a single output per sample, not "
                + "scores of classes; make class indices of them, such as with output.Greater(0).To(DType.Int64).Reshape(-1) of logits.");
        }

        Shape wanted = areScores ? [predictions.Size(0), .. predictions.Shape[2..]] : predictions.Shape;
        bool areFractions = predictions.DType.IsFloatingPoint() && !areScores;
        if (targets.Rank == 0 || areFractions || targets.Shape != wanted
            || (areScores && classes is { } known && predictions.Size(1) != known))
        {
            throw new ShapeException(
                $"{operation}: predictions {predictions.Shape} and targets {targets.Shape} do not fit; the predictions are scores "
                + $"[samples, {classes?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "classes"}, ..] or class indices "
                + "[samples, ..], the targets class indices [samples, ..].");
        }

        return areScores ? predictions.Detach().ArgMax(1).ToArray<long>() : predictions.ToArray<long>();
    }
}
