namespace DeepLearning.TensorBoard;

/// <summary>
/// Sorts values into TensorBoard's ranges: their ends are 0 and ±10⁻¹² · 1.1ⁿ up to 10²⁰, so that ranges are narrow around 0 and a tenth of
/// their values wide elsewhere. A value at an end belongs to the range on its right.
/// </summary>
internal static class HistogramBuckets
{
    private const double Smallest = 1e-12, Largest = 1e20, Growth = 1.1;

    private static readonly double[] Edges = MakeEdges();

    /// <summary>The histogram of the finite values, without the empty ranges at both sides of them but one on the left.</summary>
    public static TensorBoardHistogram Of(ReadOnlySpan<double> values)
    {
        // Range i reaches from end i − 1 to end i; what is beyond the last end is put into the last range.
        double[] counts = new double[Edges.Length];
        double least = double.PositiveInfinity, most = double.NegativeInfinity, sum = 0, squares = 0;
        long count = 0;
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                int at = Array.BinarySearch(Edges, value);
                counts[Math.Clamp(at < 0 ? ~at : at + 1, 1, Edges.Length - 1)]++;
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
                sum += value;
                squares += value * value;
                count++;
            }
        }

        if (count == 0)
        {
            return new TensorBoardHistogram();
        }

        int first = Array.FindIndex(counts, static c => c > 0), last = Array.FindLastIndex(counts, static c => c > 0);
        return new TensorBoardHistogram
        {
            Min = least,
            Max = most,
            Count = count,
            Sum = sum,
            SumOfSquares = squares,
            BucketLimits = Edges[(first - 1)..(last + 1)],
            BucketCounts = counts[(first - 1)..(last + 1)],
        };
    }

    private static double[] MakeEdges()
    {
        List<double> positive = [];
        for (double edge = Smallest; edge < Largest; edge *= Growth)
        {
            positive.Add(edge);
        }

        return [.. positive.Select(static edge => -edge).Reverse(), 0, .. positive];
    }
}
