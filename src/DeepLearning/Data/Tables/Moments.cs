namespace DeepLearning.Data;

/// <summary>Mean, deviation and quantiles.</summary>
internal static class Moments
{
    // Between these the squares of numbers keep their digits, and sums of any number of them stay finite.
    private const double LeastSquared = 1e-140;
    private const double GreatestSquared = 1e140;

    /// <summary>
    /// Mean and population deviation; NaN of nothing. Infinite numbers make the mean infinite (NaN, where both signs are there), and the
    /// deviation infinite (NaN, where all numbers are the same infinity).
    /// </summary>
    public static (double Mean, double Deviation) Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return (double.NaN, double.NaN);
        }

        double largest = 0;
        foreach (double x in values)
        {
            largest = Math.Max(largest, Math.Abs(x));
        }

        if (double.IsInfinity(largest))
        {
            return OfInfinite(values);
        }

        if (largest is >= LeastSquared and <= GreatestSquared or 0)
        {
            return OfOrdinary(values);
        }

        // The squares, or the sum, would leave the range.
        int exponent = Math.ILogB(largest);
        double[] scaled = new double[values.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = Math.ScaleB(values[i], -exponent);
        }

        (double mean, double deviation) = OfOrdinary(scaled);
        return (Math.ScaleB(mean, exponent), Math.ScaleB(deviation, exponent));
    }

    /// <summary>The q-quantile of sorted numbers, interpolated linearly between two of them (NumPy's default); NaN of nothing.</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double q)
    {
        if (sorted.IsEmpty)
        {
            return double.NaN;
        }

        double position = q * (sorted.Length - 1);
        int low = (int)position;
        double share = position - low;
        if (share == 0 || sorted[low] == sorted[low + 1])
        {
            return sorted[low];
        }

        // The difference may overflow, or be infinite.
        double step = sorted[low + 1] - sorted[low];
        return double.IsFinite(step) ? sorted[low] + (share * step) : (sorted[low] * (1 - share)) + (sorted[low + 1] * share);
    }

    /// <summary>Mean and deviation of numbers whose squares do no harm. The second pass corrects the rounding of the first.</summary>
    private static (double Mean, double Deviation) OfOrdinary(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double x in values)
        {
            sum += x;
        }

        double mean = sum / values.Length, squares = 0, rest = 0;
        foreach (double x in values)
        {
            double d = x - mean;
            squares += d * d;
            rest += d;
        }

        double variance = Math.Max(0, (squares - (rest * rest / values.Length)) / values.Length);
        return (mean + (rest / values.Length), Math.Sqrt(variance));
    }

    private static (double Mean, double Deviation) OfInfinite(ReadOnlySpan<double> values)
    {
        double sum = 0;
        bool areSame = true;
        foreach (double x in values)
        {
            sum += double.IsInfinity(x) ? x : 0;
            areSame &= x == values[0];
        }

        return (sum, areSame ? double.NaN : double.PositiveInfinity);
    }
}
