using System.Globalization;
using System.Text;

namespace DeepLearning.Training;

/// <summary>Counts how often each class was taken for each other: the row is the true class, the column the predicted one.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] _counts;
    private readonly long _ignoreIndex;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="ignoreIndex">A true class that does not count, as the losses over classes have it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not a class.</exception>
    public ConfusionMatrix(int classes, long ignoreIndex = IgnoredTarget.Usual)
    {
        OptionChecks.AtLeast(classes, 1, nameof(ConfusionMatrix));
        _counts = new long[classes, classes];
        _ignoreIndex = ignoreIndex;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => _counts.GetLength(0);

    /// <summary>Samples counted.</summary>
    public long Total { get; private set; }

    /// <summary>Samples whose class was predicted right.</summary>
    public long Right { get; private set; }

    /// <summary>The share of right predictions; NaN before the first.</summary>
    public double Accuracy => Total == 0 ? double.NaN : (double)Right / Total;

    /// <summary>How many samples of one class were taken for another.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted class.</param>
    public long this[int actual, int predicted] => _counts[actual, predicted];

    /// <summary>Counts a batch; samples whose true class is the ignored one are passed over.</summary>
    /// <param name="predictions">Scores [samples, classes, ..], whose greatest is the prediction, or class indices [samples, ..].</param>
    /// <param name="targets">The true class indices, [samples, ..].</param>
    /// <exception cref="ShapeException">The shapes do not fit each other or the number of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class index is outside 0 … classes − 1; nothing is counted.</exception>
    public void Add(Tensor predictions, Tensor targets) => Add(predictions, targets, _ignoreIndex);

    internal void Add(Tensor predictions, Tensor targets, long ignoreIndex)
    {
        long[] predicted = Metrics.Classes(predictions, targets, Classes, "ConfusionMatrix"), actual = targets.ToArray<long>();
        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] != ignoreIndex)
            {
                Check(predicted[i], i, "predicted");
                Check(actual[i], i, "true");
            }
        }

        for (int i = 0; i < actual.Length; i++)
        {
            if (actual[i] != ignoreIndex)
            {
                _counts[actual[i], predicted[i]]++;
                Right += actual[i] == predicted[i] ? 1 : 0;
                Total++;
            }
        }
    }

    /// <summary>Adds what another matrix has counted: that of another part of a data set, or of another process.</summary>
    /// <param name="other">A matrix of as many classes.</param>
    /// <exception cref="ArgumentException">It is this matrix itself, or has another number of classes; nothing was changed.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other) || Classes != other.Classes)
        {
            throw new ArgumentException(
                ReferenceEquals(this, other)
                    ? "ConfusionMatrix: a matrix cannot be merged into itself; everything would count twice."
                    : $"ConfusionMatrix: a matrix of {other.Classes} classes does not fit one of {Classes}.",
                nameof(other));
        }

        Merge([.. other._counts.Cast<long>()]);
    }

    /// <summary>The share of the samples predicted as a class that are of it; NaN when none was predicted.</summary>
    /// <param name="label">The class.</param>
    public double Precision(int label) => Share(_counts[label, label], Predicted(label));

    /// <summary>The share of a class's samples that were predicted right; NaN when there are none.</summary>
    /// <param name="label">The class.</param>
    public double Recall(int label) => Share(_counts[label, label], Actual(label));

    /// <summary>The harmonic mean of precision and recall: 2 · right / (predicted + actual).</summary>
    /// <param name="label">The class.</param>
    public double F1(int label) => Share(2 * _counts[label, label], Actual(label) + Predicted(label));

    /// <summary>
    /// The weighted harmonic mean of precision and recall, (1 + β²) · right / (predicted + β² · actual): recall weighs β times as much.
    /// </summary>
    /// <param name="label">The class.</param>
    /// <param name="beta">The weight β, 0 or more; 1 is F1.</param>
    public double FBeta(int label, double beta)
    {
        OptionChecks.NotNegative(beta, nameof(ConfusionMatrix));
        double square = beta * beta, whole = Predicted(label) + (square * Actual(label));
        return whole == 0 ? double.NaN : (1 + square) * _counts[label, label] / whole;
    }

    /// <summary>The share of the samples of other classes that were not predicted as this one; NaN when there are none.</summary>
    /// <param name="label">The class.</param>
    public double Specificity(int label)
    {
        long others = Total - Actual(label);
        return Share(others - (Predicted(label) - _counts[label, label]), others);
    }

    /// <summary>A copy of the counts.</summary>
    public long[,] ToArray() => (long[,])_counts.Clone();

    /// <summary>Forgets all counts.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Total = Right = 0;
    }

    /// <summary>Takes over counts, row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    internal void Load(long[] counts)
    {
        CheckCounts(counts);
        Clear();
        Merge(counts);
    }

    /// <summary>Adds counts, row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    internal void Merge(long[] counts)
    {
        CheckCounts(counts);
        for (int i = 0; i < counts.Length; i++)
        {
            (int actual, int predicted) = Math.DivRem(i, Classes);
            _counts[actual, predicted] += counts[i];
            Total += counts[i];
            Right += actual == predicted ? counts[i] : 0;
        }
    }

    /// <summary>The counts as a table, with the recall of each row and the precision of each column.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        int width = Math.Max(6, Total.ToString(CultureInfo.InvariantCulture).Length + 1);
        text.Append("true \\ predicted".PadRight(17));
        for (int label = 0; label < Classes; label++)
        {
            text.Append(label.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        }

        text.AppendLine("  recall");
        for (int actual = 0; actual < Classes; actual++)
        {
            text.Append(actual.ToString(CultureInfo.InvariantCulture).PadLeft(17));
            for (int predicted = 0; predicted < Classes; predicted++)
            {
                text.Append(_counts[actual, predicted].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"{Recall(actual),8:0.000}");
        }

        text.Append("precision".PadLeft(17));
        for (int label = 0; label < Classes; label++)
        {
            text.Append(Precision(label).ToString("0.000", CultureInfo.InvariantCulture).PadLeft(width));
        }

        return text.Append(CultureInfo.InvariantCulture, $"{Accuracy,8:0.000}").ToString();
    }

    private static void CheckCounts(long[] counts)
    {
        foreach (long count in counts)
        {
            OptionChecks.AtLeast(count, 0, nameof(ConfusionMatrix));
        }
    }

    private static double Share(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;

    private void Check(long label, int sample, string kind)
    {
        if (label < 0 || label >= Classes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(label), $"ConfusionMatrix: the {kind} class {label} of sample {sample} is outside 0 to {Classes - 1}.");
        }
    }

    /// <summary>How many samples a class has.</summary>
    internal long Actual(int label)
    {
        long sum = 0;
        for (int i = 0; i < Classes; i++)
        {
            sum += _counts[label, i];
        }

        return sum;
    }

    /// <summary>How many samples were predicted as a class.</summary>
    internal long Predicted(int label)
    {
        long sum = 0;
        for (int i = 0; i < Classes; i++)
        {
            sum += _counts[i, label];
        }

        return sum;
    }
}
