using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Tables;

[Trait("Rerun", "Culture")]
public sealed class PreprocessorTests
{
    [Fact]
    public void A_standardizer_keeps_type_shape_and_gradient()
    {
        Tensor x = Tensor.From(new float[,] { { 1, 10 }, { 3, 30 } });
        Standardizer scaler = new Standardizer().Fit(x);
        Tensor scaled = scaler.Transform(x);
        Assert.Equal(DType.Float32, scaled.DType);
        Assert.Equal([-1, -1, 1, 1], scaled.ToArray<float>());
        Assert.Equal([2, 1, 2], scaler.Transform(Tensor.Zeros(2, 1, 2)).Shape.ToArray());
        Assert.Equal(DType.Float32, scaler.Transform(Tensor.From(new long[,] { { 1, 10 } })).DType);
        x.RequiresGrad = true;
        scaler.Transform(x).Sum().Backward();
        Assert.Equal([1, 0.1f, 1, 0.1f], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_vector_is_one_column()
    {
        Tensor y = Tensor.From([1.0, 2, 3, double.NaN], 4);
        Standardizer scaler = new Standardizer().Fit(y);
        Assert.Equal(2, scaler.Offset.Item<double>());
        Assert.Equal(4, scaler.Transform(y).Count);
        Assert.Equal(y.ToArray<double>(), scaler.InverseTransform(scaler.Transform(y)).ToArray<double>());
        Assert.Equal([4, 1], scaler.Transform(y.Reshape(4, 1)).Shape.ToArray());
    }

    [Fact]
    public void Only_the_fitted_columns_of_a_table_are_changed()
    {
        Table table = new(new TextColumn("t", "a", "b"), new NumberColumn("x", 0, 10), new NumberColumn("y", 7, 8));
        Standardizer scaler = new Standardizer().Fit(table.Select("x"));
        Table scaled = scaler.Transform(table);
        Assert.Equal([-1, 1], scaled.Numbers("x").Values.ToArray());
        Assert.Equal([7, 8], scaled.Numbers("y").Values.ToArray());
        Assert.Equal([0, 10], scaler.InverseTransform(scaled).Numbers("x").Values.ToArray());
        Assert.Contains("no column 'x'", Assert.Throws<TableException>(() => scaler.Transform(table.Drop("x"))).Message,
            StringComparison.Ordinal);
        Assert.Throws<TableException>(() => new Standardizer().Fit(table));
    }

    [Fact]
    public void What_does_not_fit_is_said_and_changes_nothing()
    {
        Standardizer scaler = new Standardizer().Fit(Tensor.From(new[,] { { 1.0, 2 }, { 3, 4 } }));
        Assert.Contains("2 columns", Assert.Throws<ShapeException>(() => scaler.Transform(Tensor.Zeros(4, 3))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => scaler.Transform(Tensor.Zeros(2)));
        Assert.Contains("column 1 has no number", Assert.Throws<TableException>(
            () => scaler.Fit(Tensor.From(new[,] { { 1, double.NaN } }))).Message, StringComparison.Ordinal);
        Assert.Contains("column 'q' is infinite in row 1", Assert.Throws<TableException>(
            () => scaler.Fit(new Table(new NumberColumn("q", 0, double.PositiveInfinity)))).Message, StringComparison.Ordinal);
        Assert.Throws<TableException>(() => scaler.Fit(Tensor.Zeros(0, 2)));
        Assert.Equal([2, 3], scaler.Offset.ToArray<double>());
        Assert.Contains("call Fit", Assert.Throws<InvalidOperationException>(
            () => new MinMaxScaler().Transform(Tensor.Zeros(1, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MinMaxScaler(1, 1));
        Assert.Throws<ArgumentException>(() => new MinMaxScaler(0, double.PositiveInfinity));
    }

    [Fact]
    public void Labels_become_indices_and_back()
    {
        LabelEncoder encoder = new LabelEncoder().Fit(["dog", "cat", "dog"]);
        Assert.Equal(["cat", "dog"], encoder.Classes);
        Assert.Equal(DType.Int64, encoder.Transform(["dog"]).DType);
        Assert.Equal(["dog", "cat"], encoder.InverseTransform(Tensor.From([1, 0])));
        string message = Assert.Throws<TableException>(() => encoder.Transform(["cat", "dgo"])).Message;
        Assert.Contains("label 'dgo' in row 1", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'dog'? There are: 'cat', 'dog'.", message, StringComparison.Ordinal);
        Assert.Throws<IndexException>(() => encoder.InverseTransform(Tensor.From([2])));
        Assert.Throws<IndexException>(() => encoder.InverseTransform(Tensor.From([-1])));
        Assert.Throws<DTypeException>(() => encoder.InverseTransform(Tensor.From([0.5f])));
        Assert.Throws<TableException>(() => new LabelEncoder().Fit(Array.Empty<string>()));
        Assert.Throws<TableException>(() => new LabelEncoder().Fit(new TextColumn("t", "a", null)));
        Assert.Throws<TableException>(() => encoder.Transform(new TextColumn("t", "cat", null)));
        LabelEncoder numbers = new LabelEncoder().Fit(new NumberColumn("n", 10, 9, 0.5));
        Assert.Equal(["0.5", "9", "10"], numbers.Classes);
        Assert.Equal([2, 1], numbers.Transform([10, 9]).ToArray<long>());
    }

    [Fact]
    public void An_unknown_category_is_named_or_becomes_zeros()
    {
        Table table = new(new TextColumn("c", "a", "b", null));
        OneHotEncoder encoder = new OneHotEncoder().Fit(table);
        Assert.Equal(["c=a", "c=b", "c=missing"], encoder.OutputNames);
        Assert.Equal([0, 0, 1], encoder.Transform(table.Rows(2)).ToArray<float>());
        Assert.Null(encoder.InverseTransform(encoder.Transform(table)).Texts("c")[2]);
        string message = Assert.Throws<TableException>(() => encoder.Transform(new Table(new TextColumn("c", "a", "z")))).Message;
        Assert.Contains("column 'c', row 1: category 'z'", message, StringComparison.Ordinal);
        Assert.Contains("AllZeros", message, StringComparison.Ordinal);
        OneHotEncoder strict = new OneHotEncoder().Fit(table.Rows(0, 1));
        Assert.Throws<TableException>(() => strict.Transform(table));
        OneHotEncoder lenient = new OneHotEncoder(UnknownCategory.AllZeros).Fit(table.Rows(0, 1));
        Assert.Equal([1, 0, 0, 1, 0, 0], lenient.Transform(table).ToArray<float>());
        Assert.Equal(["a", "b"], lenient.CategoriesOf("c"));
        Assert.Throws<TableException>(() => lenient.CategoriesOf("d"));
    }

    [Fact]
    public void Texts_are_imputed_by_the_most_frequent_or_a_constant()
    {
        Table table = new(new TextColumn("t", "b", null, "a", "b"), new NumberColumn("x", 1, double.NaN, 3, 5));
        Table filled = new Imputer().FitTransform(table);
        Assert.Equal(["b", "b", "a", "b"], (IEnumerable<string?>)filled.Texts("t").Values.ToArray());
        Assert.Equal([1, 3, 3, 5], filled.Numbers("x").Values.ToArray());
        Assert.Equal("?", new Imputer(Imputation.Constant, constantText: "?").FitTransform(table).Texts("t")[1]);
        Assert.Contains("'t' has no text", Assert.Throws<TableException>(
            () => new Imputer().Fit(new Table(new TextColumn("t", null, null)))).Message, StringComparison.Ordinal);
        Assert.Equal(-1, new Imputer(Imputation.Constant, -1).FitTransform(Tensor.From([double.NaN], 1)).Item<double>());
        Assert.Throws<TableException>(() => new Imputer().Fit(table).Transform(Tensor.Zeros(1, 2)));
    }
}
