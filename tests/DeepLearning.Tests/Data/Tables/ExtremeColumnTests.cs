using DeepLearning.Data;

namespace DeepLearning.Tests.Data.Tables;

/// <summary>Columns with infinities, with numbers at the ends of the range, and with both zeros.</summary>
public class ExtremeColumnTests
{
    private const double Inf = double.PositiveInfinity;

    [Fact]
    public void Infinite_numbers_have_their_place_in_a_summary()
    {
        ColumnSummary up = new NumberColumn("x", 1, 2, Inf, double.NaN).Describe();
        Assert.Equal((Inf, Inf, 1.0, 1.5, 2.0, Inf, Inf), (up.Mean, up.Std, up.Min, up.LowerQuartile, up.Median, up.UpperQuartile, up.Max));
        Assert.Equal((3, 1, 3), (up.Count, up.Missing, up.Unique));

        ColumnSummary down = new NumberColumn("x", -Inf, 1, 2).Describe();
        Assert.Equal((-Inf, Inf, -Inf), (down.Mean, down.Std, down.Min));
        Assert.Equal((-Inf, 1.0, 1.5), (down.LowerQuartile, down.Median, down.UpperQuartile));

        ColumnSummary both = new NumberColumn("x", -Inf, 5, Inf).Describe();
        Assert.Equal((double.NaN, Inf, -Inf, 5.0, Inf), (both.Mean, both.Std, both.Min, both.Median, both.Max));

        ColumnSummary same = new NumberColumn("x", Inf, Inf, Inf).Describe();
        Assert.Equal((Inf, double.NaN, Inf, Inf, Inf), (same.Mean, same.Std, same.LowerQuartile, same.Median, same.UpperQuartile));
        Assert.Contains("Infinity", new Table([new NumberColumn("x", 1, 2, Inf)]).Describe().ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.7e308)]
    [InlineData(1e200)]
    [InlineData(1e-200)]
    [InlineData(2e-308)]
    public void Figures_scale_with_the_numbers(double scale)
    {
        double[] numbers = [1, 0.5, -0.25, 0.75, 0.25, -1];
        ColumnSummary one = new NumberColumn("x", numbers).Describe();
        ColumnSummary scaled = new NumberColumn("x", Array.ConvertAll(numbers, x => x * scale)).Describe();
        foreach (Func<ColumnSummary, double> figure in new Func<ColumnSummary, double>[]
                 {
                     s => s.Mean, s => s.Std, s => s.Min, s => s.LowerQuartile, s => s.Median, s => s.UpperQuartile, s => s.Max,
                 })
        {
            Assert.Equal(figure(one), figure(scaled) / scale, 1e-12);
        }

        ColumnSummary constant = new NumberColumn("x", scale, scale, scale).Describe();
        Assert.Equal(1, constant.Mean / scale, 1e-15);
        Assert.Equal(0, constant.Std / scale, 1e-15);
    }

    [Theory]
    [InlineData(1.7e308)]
    [InlineData(1e-300)]
    [InlineData(1e160)]
    public void Scalers_fit_and_undo_columns_at_the_ends_of_the_range(double scale)
    {
        double[] numbers = [1, 1, 1, 1, 1, 1, 1, 1, 0.5, -1];
        double[] x = Array.ConvertAll(numbers, v => v * scale);
        Tensor column = Tensor.From(x, 10, 1), plain = Tensor.From(numbers, 10, 1);
        (ColumnScaler Extreme, ColumnScaler Plain)[] scalers =
        [
            (new Standardizer().Fit(column), new Standardizer().Fit(plain)),
            (new MinMaxScaler(-1, 1).Fit(column), new MinMaxScaler(-1, 1).Fit(plain)),
        ];
        foreach ((ColumnScaler extreme, ColumnScaler ordinary) in scalers)
        {
            double[] expected = ordinary.Transform(plain).ToArray<double>();
            Tensor scaled = extreme.Transform(column);
            double[] table = ((NumberColumn)extreme.Transform(new Table([new NumberColumn("x", x)]))["x"]).Values.ToArray();
            double[] back = extreme.InverseTransform(scaled).ToArray<double>();
            for (int i = 0; i < x.Length; i++)
            {
                Assert.Equal(expected[i], scaled.ToArray<double>()[i], 1e-12);
                Assert.Equal(expected[i], table[i], 1e-12);
                Assert.Equal(numbers[i], back[i] / scale, 1e-12);
            }
        }
    }

    [Fact]
    public void What_has_no_scale_is_refused_and_changes_nothing()
    {
        MinMaxScaler scaler = new();
        string message = Assert.Throws<TableException>(() => scaler.Fit(Tensor.From([-1.7e308, 1.7e308]))).Message;
        Assert.Contains("too wide", message);
        Assert.False(scaler.IsFitted);
        Assert.Contains("infinite", Assert.Throws<TableException>(() => new Standardizer().Fit(Tensor.From([1.0, Inf]))).Message);
        Imputer imputer = new Imputer().Fit(Tensor.From([1.7e308, 1.7e308, double.NaN]));
        Assert.Equal(1.7e308, imputer.Transform(Tensor.From([double.NaN])).Item<double>());
    }

    [Fact]
    public void Both_zeros_are_one_category()
    {
        NumberColumn column = new("x", 0.0, -0.0, 1, double.NaN, -0.0), known = new("x", -0.0, 0.0, 1, -0.0);
        OneHotEncoder encoder = new OneHotEncoder().Fit(new Table([column]));
        Assert.Equal(["0", "1"], encoder.CategoriesOf("x"));
        Assert.Equal([1f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], encoder.Transform(new Table([column])).ToArray<float>());
        foreach (double zero in new[] { 0.0, -0.0 })
        {
            OneHotEncoder fromOne = new OneHotEncoder().Fit(new Table([new NumberColumn("x", zero, 2)]));
            Assert.Equal([1f, 0, 1, 0], fromOne.Transform(new Table([new NumberColumn("x", 0.0, -0.0)])).ToArray<float>());
            LabelEncoder fromOneLabel = new LabelEncoder().Fit(new NumberColumn("x", zero, -1));
            Assert.Equal([1L, 1], fromOneLabel.Transform(new NumberColumn("x", 0.0, -0.0)).ToArray<long>());
        }

        LabelEncoder labels = new LabelEncoder().Fit(known);
        Assert.Equal(["0", "1"], labels.Classes);
        Assert.Equal([0L, 0, 1, 0], labels.Transform(known).ToArray<long>());
        Assert.Throws<TableException>(() => new LabelEncoder().Fit(column));
        Assert.Equal("-0", known.Text(0));
    }
}
