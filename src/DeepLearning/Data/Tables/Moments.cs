namespace DeepLearning.Data;

/// <summary>Mean, variance and quantiles.</summary>
internal static class Moments
{
    /// <summary>Mean and population variance; NaN of nothing. The second pass corrects the rounding of the first.</summary>
    public static (double Mean, double Variance) Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return (double.NaN, double.NaN);
        }

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

        return (mean + (rest / values.Length), Math.Max(0, (squares - (rest * rest / values.Length)) / values.Length));
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
        return share == 0 ? sorted[low] : sorted[low] + (share * (sorted[low + 1] - sorted[low]));
    }
}
