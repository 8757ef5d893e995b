using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Tables;

/// <summary>Preprocessors before they are fitted, at ties, with shapes and states that do not fit.</summary>
public class PreprocessorEdgeTests
{
    private static readonly Table s_table = new(new TextColumn("t", "b", "a", "b"), new NumberColumn("x", 1, double.NaN, 3));
    private static readonly Tensor s_rows = Tensor.From(new[,] { { 1.0, double.NaN }, { 3, 5 } });

    public static TheoryData<string, Action> Unfitted => new()
    {
        { "Standardizer.Transform", static () => new Standardizer().Transform(s_table) },
        { "Standardizer.Transform", static () => new Standardizer().Transform(s_rows) },
        { "Standardizer.InverseTransform", static () => new Standardizer().InverseTransform(s_table) },
        { "Standardizer.InverseTransform", static () => new Standardizer().InverseTransform(s_rows) },
        { "MinMaxScaler.Transform", static () => new MinMaxScaler().Transform(s_table) },
        { "MinMaxScaler.InverseTransform", static () => new MinMaxScaler().InverseTransform(s_rows) },
        { "Imputer.Transform", static () => new Imputer().Transform(s_rows) },
        { "Imputer.Transform", static () => new Imputer().Transform(s_table) },
        { "Imputer.Fill", static () => _ = new Imputer().Fill },
        { "OneHotEncoder.Transform", static () => new OneHotEncoder().Transform(s_table) },
        { "OneHotEncoder.InverseTransform", static () => new OneHotEncoder().InverseTransform(s_rows) },
        { "LabelEncoder.Transform", static () => new LabelEncoder().Transform(["a"]) },
        { "LabelEncoder.InverseTransform", static () => new LabelEncoder().InverseTransform(Tensor.From([0L])) },
        { "TablePipeline.Inputs", static () => new TablePipeline().Inputs(s_table) },
        { "TablePipeline.Targets", static () => new TablePipeline { Target = "x" }.Targets(s_table) },
    };

    [Theory]
    [MemberData(nameof(Unfitted))]
    public void What_is_not_fitted_says_so(string what, Action use)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(use);
        Assert.Contains(what.Split('.')[0], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_imputer_takes_rows_of_its_columns_alone()
    {
        Imputer two = new Imputer(addIndicators: true).Fit(s_rows);
        foreach (Tensor x in (Tensor[])[Tensor.Ones(2), Tensor.Ones(4, 3), Tensor.Ones(2, 4), Tensor.Ones(1, 2, 1)])
        {
            Assert.Contains("fitted on 2 columns", Assert.Throws<ShapeException>(() => two.Transform(x)).Message,
                StringComparison.Ordinal);
        }

        Imputer indicating = new Imputer(addIndicators: true).Fit(s_rows.Select(1, 1));
        Assert.Throws<ShapeException>(() => indicating.Transform(s_rows.Select(1, 1)));
        Imputer one = new Imputer().Fit(s_rows.Select(1, 1));
        Assert.Equal([5.0, 5], one.Transform(s_rows.Select(1, 1)).ToArray<double>());
        Imputer whole = new Imputer(addIndicators: true).Fit(Tensor.From([1.0, 2]));
        Assert.Equal([5.0, 1.5], whole.Transform(Tensor.From([5.0, double.NaN])).ToArray<double>());
    }

    [Fact]
    public void Indicators_are_columns_of_the_last_axis()
    {
        Tensor filled = new Imputer(addIndicators: true).Fit(s_rows).Transform(Tensor.Stack([s_rows, s_rows.Flip(0)]));
        Assert.Equal(new Shape(2, 2, 3), filled.Shape);
        Assert.Equal([1.0, 5, 1, 3, 5, 0, 3, 5, 0, 1, 5, 1], filled.ToArray<double>());
    }

    [Theory]
    [InlineData(0.9, 0.5, "a")]
    [InlineData(0.5, 0.9, "b")]
    [InlineData(0.5, 0.5, "a")]
    [InlineData(-0.5, 0.1, "b")]
    [InlineData(0.0, -1.0, null)]
    public void Scores_become_the_category_of_the_greatest_above_zero(double a, double b, string? expected)
    {
        OneHotEncoder encoder = new OneHotEncoder().Fit(s_table.Select("t"));
        Assert.Equal(expected, encoder.InverseTransform(Tensor.From(new[,] { { a, b } })).Texts("t")[0]);
    }

    [Fact]
    public void Labels_remember_that_they_are_numbers()
    {
        Assert.Equal("true", new LabelEncoder().Fit([10, 9]).State().Metadata["numbers"]);
        Assert.Equal("false", new LabelEncoder().Fit(["10", "9"]).State().Metadata["numbers"]);
        PreprocessorState state = new LabelEncoder().Fit([10, 9]).State();
        LabelEncoder loaded = new();
        loaded.LoadState(state);
        Assert.Equal(state.Metadata, loaded.State().Metadata);
    }

    [Fact]
    public void Categories_of_a_state_that_are_no_numbers_are_refused()
    {
        OneHotEncoder encoder = new OneHotEncoder().Fit(s_table.Select("t"));
        PreprocessorState texts = encoder.State();
        texts.Metadata["categories.0.numbers"] = "true";
        Assert.Contains("categories.0", Assert.Throws<InvalidDataException>(() => encoder.LoadState(texts)).Message,
            StringComparison.Ordinal);
        Assert.Equal("b", encoder.InverseTransform(Tensor.From(new[,] { { 0.0, 1 } })).Texts("t")[0]);
    }

    [Theory]
    [InlineData(1, "Standardizer(1 column: c0)")]
    [InlineData(2, "Standardizer(2 columns: c0, c1)")]
    [InlineData(10, "Standardizer(10 columns: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9)")]
    [InlineData(11, "Standardizer(11 columns)")]
    public void Up_to_ten_columns_are_named(int count, string expected)
    {
        Table table = new([.. Enumerable.Range(0, count).Select(static j => new NumberColumn($"c{j}", 1, 2))]);
        Assert.Equal(expected, new Standardizer().Fit(table).ToString());
    }

    [Theory]
    [InlineData(TargetEncoding.Auto)]
    [InlineData(TargetEncoding.Classes)]
    [InlineData(TargetEncoding.Standardize)]
    [InlineData(TargetEncoding.AsIs)]
    public void A_missing_target_is_named_by_the_fit_and_by_what_is_asked_for(TargetEncoding encoding)
    {
        Table whole = new(new NumberColumn("x", 1, 2, 4), new NumberColumn("y", 1, 2, 4));
        Table table = whole.With(new NumberColumn("y", 1, double.NaN, 4));
        TablePipeline pipeline = new() { Target = "y", TargetEncoding = encoding };
        TableException error = Assert.Throws<TableException>(() => pipeline.Fit(table));
        Assert.StartsWith("TablePipeline.Fit: the target 'y' is missing in 1 of 3 rows", error.Message, StringComparison.Ordinal);
        TablePipeline fitted = pipeline.Fit(whole);
        error = Assert.Throws<TableException>(() => fitted.Targets(table));
        Assert.StartsWith("TablePipeline.Targets: the target 'y' is missing in 1 of 3 rows", error.Message, StringComparison.Ordinal);
    }
}
