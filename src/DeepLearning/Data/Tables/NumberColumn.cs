using System.Globalization;

namespace DeepLearning.Data;

/// <summary>A column of numbers; a missing one is NaN.</summary>
public sealed class NumberColumn : Column
{
    private readonly double[] _values;

    /// <summary>Wraps the numbers, without a copy: the array must not be written to any more.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">One number per row.</param>
    public NumberColumn(string name, params double[] values) : base(name)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = values;
    }

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Number;

    /// <inheritdoc/>
    public override int Count => _values.Length;

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The number in a row.</summary>
    /// <param name="row">The row, from 0.</param>
    public double this[int row] => _values[row];

    /// <inheritdoc/>
    public override bool IsMissing(int row) => double.IsNaN(_values[row]);

    /// <inheritdoc/>
    public override string? Text(int row) => IsMissing(row) ? null : _values[row].ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override NumberColumn Rename(string name) => new(name, _values);

    /// <inheritdoc/>
    public override NumberColumn Rows(ReadOnlySpan<int> rows)
    {
        double[] chosen = new double[rows.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = _values[rows[i]];
        }

        return new NumberColumn(Name, chosen);
    }

    /// <summary>A column of f(x) for each number x that is not missing.</summary>
    /// <param name="function">The function f.</param>
    public NumberColumn Map(Func<double, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new NumberColumn(Name, Array.ConvertAll(_values, x => double.IsNaN(x) ? x : function(x)));
    }

    /// <summary>The numbers as a tensor [rows].</summary>
    /// <param name="dtype">The element type; missing numbers become NaN, or 0 in an integer type.</param>
    public Tensor ToTensor(DType dtype = DType.Float32) => Tensor.From(_values, _values.Length).To(dtype);

    /// <inheritdoc/>
    public override ColumnSummary Describe()
    {
        double[] sorted = [.. _values.Where(static x => !double.IsNaN(x)).Order()];
        (double mean, double deviation) = Moments.Of(sorted);
        double sample = sorted.Length > 1 ? deviation * Math.Sqrt(sorted.Length / (sorted.Length - 1.0)) : double.NaN;
        int unique = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            unique += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
        }

        return new ColumnSummary(Name, Kind, sorted.Length, _values.Length - sorted.Length, unique)
        {
            Mean = mean,
            Std = sample,
            Min = Moments.Quantile(sorted, 0),
            LowerQuartile = Moments.Quantile(sorted, 0.25),
            Median = Moments.Quantile(sorted, 0.5),
            UpperQuartile = Moments.Quantile(sorted, 0.75),
            Max = Moments.Quantile(sorted, 1),
        };
    }
}
