namespace DeepLearning.Data;

/// <summary>
/// Gives each column mean 0 and standard deviation 1: (x − mean) / std, with the population's deviation √(Σ(x − mean)² / n), as
/// scikit-learn's <c>StandardScaler</c>. A constant column is only shifted. Missing numbers (NaN) are passed over and stay missing.
/// </summary>
public sealed class Standardizer : ColumnScaler
{
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Learns mean and deviation of each column.</summary>
    /// <param name="training">The training rows, [.., columns]; [rows] is one column.</param>
    /// <returns>This standardizer.</returns>
    /// <exception cref="TableException">A column has no number or an infinite one; nothing was changed.</exception>
    public Standardizer Fit(Tensor training)
    {
        FitColumns(NumberRows.From(training, nameof(Standardizer)));
        return this;
    }

    /// <summary>Learns mean and deviation of each column.</summary>
    /// <param name="training">The training rows; all columns must hold numbers.</param>
    /// <returns>This standardizer.</returns>
    /// <exception cref="TableException">A column holds texts, no number or an infinite one; nothing was changed.</exception>
    public Standardizer Fit(Table training)
    {
        FitColumns(NumberRows.From(training));
        return this;
    }

    /// <summary>Learns from rows and scales them.</summary>
    /// <param name="training">The training rows, [.., columns]; [rows] is one column.</param>
    /// <exception cref="TableException">A column has no number or an infinite one; nothing was changed.</exception>
    public Tensor FitTransform(Tensor training) => Fit(training).Transform(training);

    /// <summary>Learns from rows and scales them.</summary>
    /// <param name="training">The training rows; all columns must hold numbers.</param>
    /// <exception cref="TableException">A column holds texts, no number or an infinite one; nothing was changed.</exception>
    public Table FitTransform(Table training) => Fit(training).Transform(training);

    private protected override (double Offset, double Scale) FitColumn(double[] known)
    {
        (double mean, double deviation) = Moments.Of(known);

        // What rounding alone can leave of the variance v of a constant column (scikit-learn's bound): n·ε·v + (n·ε·mean)², here by roots.
        double rounding = known.Length * Epsilon;
        return (mean, deviation * Math.Sqrt(Math.Max(0, 1 - rounding)) <= rounding * Math.Abs(mean) ? 1 : deviation);
    }
}
