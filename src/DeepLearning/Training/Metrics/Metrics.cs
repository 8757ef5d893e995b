namespace DeepLearning.Training;

/// <summary>Figures that say how good predictions are.</summary>
public static class Metrics
{
    /// <summary>The share of samples whose class is predicted right.</summary>
    /// <param name="predictions">Scores [samples, classes], whose greatest is the prediction, or class indices [samples].</param>
    /// <param name="targets">The true class indices, [samples].</param>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    public static double Accuracy(Tensor predictions, Tensor targets)
    {
        int[] predicted = Classes(predictions, targets, null, "Accuracy");
        int[] actual = targets.ToArray<int>();
        int right = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            right += predicted[i] == actual[i] ? 1 : 0;
        }

        return actual.Length == 0 ? double.NaN : (double)right / actual.Length;
    }

    /// <summary>The predicted class of each sample.</summary>
    internal static int[] Classes(Tensor predictions, Tensor targets, int? classes, string operation)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        bool areScores = predictions.Rank == 2;
        if (predictions.DType.IsFloatingPoint() && (areScores ? predictions.Shape[1] : predictions.Rank) == 1)
        {
            throw new ShapeException(
                $"{operation}: predictions {predictions.Shape} of type {predictions.DType.Name()} are a single output a sample, not scores "
                + "of classes; make class indices of them, such as with output.Greater(0).To(DType.Int64).Reshape(-1) of logits.");
        }

        if (targets.Rank != 1 || (!areScores && predictions.Rank != 1) || predictions.Shape[0] != targets.Shape[0]
            || (areScores && classes is { } wanted && predictions.Shape[1] != wanted))
        {
            throw new ShapeException(
                $"{operation}: predictions {predictions.Shape} and targets {targets.Shape} do not fit; the predictions are scores "
                + $"[samples, {classes?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "classes"}] or class indices "
                + "[samples], the targets class indices [samples].");
        }

        return areScores ? predictions.Detach().ArgMax(1).ToArray<int>() : predictions.ToArray<int>();
    }
}
