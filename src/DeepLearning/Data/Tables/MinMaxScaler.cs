using System.Globalization;

namespace DeepLearning.Data;

/// <summary>
/// Maps each column's smallest number to <see cref="Low"/> and its largest to <see cref="High"/>, linearly, as scikit-learn's
/// <c>MinMaxScaler</c>; later rows may lie outside. A constant column becomes <see cref="Low"/>.
/// Missing numbers (NaN) are passed over and stay missing.
/// </summary>
public sealed class MinMaxScaler : ColumnScaler
{
    /// <summary>A scaler to a range.</summary>
    /// <param name="low">What the smallest number becomes.</param>
    /// <param name="high">What the largest number becomes.</param>
    /// <exception cref="ArgumentException">The range is empty or not finite.</exception>
    public MinMaxScaler(double low = 0, double high = 1)
    {
        if (!(low < high) || !double.IsFinite(high - low))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"MinMaxScaler: low {low} must be below high {high}, and both finite."));
        }

        (Low, High) = (low, high);
    }

    /// <summary>What the smallest number becomes.</summary>
    public double Low { get; private set; }

    /// <summary>What the largest number becomes.</summary>
    public double High { get; private set; }

    /// <summary>Learns the smallest and the largest number of each column.</summary>
    /// <param name="training">The training rows, [.., columns]; [rows] is one column.</param>
    /// <returns>This scaler.</returns>
    /// <exception cref="TableException">A column has no number or an infinite one, or reaches too far; nothing was changed.</exception>
    public MinMaxScaler Fit(Tensor training)
    {
        FitColumns(NumberRows.From(training, nameof(MinMaxScaler)));
        return this;
    }

    /// <summary>Learns the smallest and the largest number of each column.</summary>
    /// <param name="training">The training rows; all columns must hold numbers.</param>
    /// <returns>This scaler.</returns>
    /// <exception cref="TableException">A column holds texts, no or infinite numbers, or reaches too far; nothing was changed.</exception>
    public MinMaxScaler Fit(Table training)
    {
        FitColumns(NumberRows.From(training));
        return this;
    }

    /// <summary>Learns from rows and scales them.</summary>
    /// <param name="training">The training rows, [.., columns]; [rows] is one column.</param>
    /// <exception cref="TableException">A column has no number or an infinite one, or reaches too far; nothing was changed.</exception>
    public Tensor FitTransform(Tensor training) => Fit(training).Transform(training);

    /// <summary>Learns from rows and scales them.</summary>
    /// <param name="training">The training rows; all columns must hold numbers.</param>
    /// <exception cref="TableException">A column holds texts, no or infinite numbers, or reaches too far; nothing was changed.</exception>
    public Table FitTransform(Table training) => Fit(training).Transform(training);

    private protected override (double Offset, double Scale) FitColumn(double[] known)
    {
        double min = known.Min(), max = known.Max();
        // By halves, for the width of the widest columns is not a number.
        double width = max > min ? (max / 2) - (min / 2) : 0.5, scale = width / ((High - Low) / 2), offset = min - (Low * scale);
        return double.IsFinite(scale) && double.IsFinite(offset)
            ? (offset, scale)
            : throw new TableException(string.Create(
                CultureInfo.InvariantCulture,
                $"MinMaxScaler: a column reaches from {min} to {max}, too wide to be scaled to {Low} … {High}; divide it first."));
    }

    private protected override void Write(PreprocessorState state)
    {
        base.Write(state);
        state.Tensors["range"] = Tensor.From([Low, High], 2);
    }

    private protected override void Read(PreprocessorState state)
    {
        double[] range = state.Numbers("range", 2);
        base.Read(state);
        (Low, High) = (range[0], range[1]);
    }
}
