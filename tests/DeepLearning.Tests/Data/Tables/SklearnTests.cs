using System.Text.Json;
using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Tables;

/// <summary>The preprocessors against scikit-learn's figures, which generate.py recorded.</summary>
[Trait("Rerun", "Culture")]
public sealed class SklearnTests
{
    private static readonly JsonElement _golden = Read();
    private static readonly double[,] _train = Matrix(_golden.GetProperty("train")), _test = Matrix(_golden.GetProperty("test"));

    [Fact]
    public void The_standardizer_gives_its_means_scales_and_rows()
    {
        JsonElement expected = _golden.GetProperty("standard");
        Standardizer scaler = new Standardizer().Fit(Tensor.From(_train));
        Close(Vector(expected.GetProperty("mean")), scaler.Offset.ToArray<double>());
        Close(Vector(expected.GetProperty("scale")), scaler.Scale.ToArray<double>());
        Close(Matrix(expected.GetProperty("test")), scaler.Transform(Tensor.From(_test)));
        Close(_test, scaler.InverseTransform(scaler.Transform(Tensor.From(_test))));
    }

    [Theory]
    [InlineData("minmax", 0, 1)]
    [InlineData("symmetric", -1, 1)]
    public void The_min_max_scaler_gives_its_rows(string key, double low, double high)
    {
        MinMaxScaler scaler = new MinMaxScaler(low, high).Fit(Tensor.From(_train));
        Close(Matrix(_golden.GetProperty(key).GetProperty("test")), scaler.Transform(Tensor.From(_test)));
        Close(_test, scaler.InverseTransform(scaler.Transform(Tensor.From(_test))));
    }

    [Theory]
    [InlineData("mean", Imputation.Mean)]
    [InlineData("median", Imputation.Median)]
    [InlineData("most_frequent", Imputation.MostFrequent)]
    [InlineData("constant", Imputation.Constant)]
    public void The_imputer_gives_its_values_and_indicators(string key, Imputation strategy)
    {
        JsonElement expected = _golden.GetProperty("imputers").GetProperty(key);
        Imputer imputer = new Imputer(strategy, constant: -1, addIndicators: true).Fit(Tensor.From(_train));
        Close(Vector(expected.GetProperty("fill")), imputer.Fill.ToArray<double>());
        double[,] rows = Matrix(expected.GetProperty("test"));
        Close(rows, imputer.Transform(Tensor.From(_test)));

        string[] names = ["a", "b", "c", "d", "e"];
        Imputer byName = new Imputer(strategy, constant: -1, addIndicators: true).Fit(Table.From(Tensor.From(_train), names));
        Table filled = byName.Transform(Table.From(Tensor.From(_test), names));
        Close(rows, filled.ToTensor(DType.Float64));
        Assert.Equal(["a", "b", "c", "d", "e", "a missing", "e missing"], filled.Names);
    }

    [Fact]
    public void One_hot_and_label_encoding_give_its_columns_and_classes()
    {
        JsonElement expected = _golden.GetProperty("onehot");
        string[] colours = [.. expected.GetProperty("colours").EnumerateArray().Select(static e => e.GetString()!)];
        double[] sizes = Vector(expected.GetProperty("sizes"));
        Table table = new(new TextColumn("colour", colours), new NumberColumn("size", sizes));
        OneHotEncoder encoder = new();
        Tensor encoded = encoder.FitTransform(table);
        Close(Matrix(expected.GetProperty("encoded")), encoded);
        Assert.Equal(["size=-1", "size=2.5", "size=9", "size=10"], encoder.OutputNames.TakeLast(4));
        Table back = encoder.InverseTransform(encoded);
        Assert.Equal(colours, (IEnumerable<string?>)back.Texts("colour").Values.ToArray());
        Assert.Equal(sizes, back.Numbers("size").Values.ToArray());

        JsonElement labels = _golden.GetProperty("labels");
        LabelEncoder classes = new();
        Assert.Equal(labels.GetProperty("indices").EnumerateArray().Select(static e => e.GetInt64()),
            classes.FitTransform(colours).ToArray<long>());
        Assert.Equal(labels.GetProperty("classes").EnumerateArray().Select(static e => e.GetString()), classes.Classes);
        Assert.Equal(labels.GetProperty("numbers").EnumerateArray().Select(static e => e.ToString()),
            new LabelEncoder().Fit([10, 9, 2, -1]).Classes);
    }

    [Fact]
    public void Describe_gives_the_statistics_of_NumPy()
    {
        TableSummary summary = Table.From(Tensor.From(_train), "a", "b", "c", "d", "e").Describe();
        foreach ((JsonElement expected, ColumnSummary actual) in _golden.GetProperty("describe").EnumerateArray().Zip(summary.Columns))
        {
            double[] quartiles = Vector(expected.GetProperty("quartiles"));
            Close([expected.GetProperty("mean").GetDouble(), .. quartiles],
                [actual.Mean, actual.Min, actual.LowerQuartile, actual.Median, actual.UpperQuartile, actual.Max]);
            Assert.Equal(expected.GetProperty("std").GetDouble(), actual.Std, 1e-9 * Math.Abs(actual.Mean));
            Assert.Equal(expected.GetProperty("unique").GetInt32(), actual.Unique);
        }
    }

    private static JsonElement Read()
    {
        using Stream stream = typeof(SklearnTests).Assembly.GetManifestResourceStream("Tables/preprocessing.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }

    private static double[] Vector(JsonElement row) =>
        [.. row.EnumerateArray().Select(static e => e.ValueKind == JsonValueKind.Null ? double.NaN : e.GetDouble())];

    private static double[,] Matrix(JsonElement rows)
    {
        double[][] all = [.. rows.EnumerateArray().Select(Vector)];
        double[,] matrix = new double[all.Length, all[0].Length];
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = 0; j < all[0].Length; j++)
            {
                matrix[i, j] = all[i][j];
            }
        }

        return matrix;
    }

    private static void Close(double[,] expected, Tensor actual)
    {
        Assert.Equal(new[] { expected.GetLength(0), expected.GetLength(1) }, actual.Shape.ToArray());
        Close([.. expected.Cast<double>()], actual.To(DType.Float64).ToArray<double>());
    }

    private static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double tolerance = double.IsNaN(expected[i]) ? 0 : 1e-12 * Math.Max(1, Math.Abs(expected[i]));
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
