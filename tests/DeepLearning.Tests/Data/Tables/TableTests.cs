using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Tables;

[Trait("Rerun", "Culture")]
public sealed class TableTests
{
    private static readonly Table _people = new(
        new TextColumn("name", "Ann", "Bob", null, "Ann"),
        new NumberColumn("age", 31.5, double.NaN, 40, 22),
        new NumberColumn("height", 1.7, 1.8, 1.6, 1.75));

    [Fact]
    public void Columns_are_found_selected_dropped_renamed_and_replaced()
    {
        Assert.Equal(4, _people.RowCount);
        Assert.Equal(["height", "name"], _people.Select("height", "name").Names);
        Assert.Equal(["name", "height"], _people.Drop("age").Names);
        Assert.Equal(["name", "years", "height"], _people.Rename("age", "years").Names);
        Table doubled = _people.With(_people.Numbers("age").Map(static x => 2 * x));
        Assert.Equal([63, double.NaN, 80, 44], doubled.Numbers("age").Values.ToArray());
        Assert.Equal(_people.Names, doubled.Names);
        Assert.Equal(["name", "age", "height", "new"], _people.With(new NumberColumn("new", 1, 2, 3, 4)).Names);
        Assert.Equal(31.5, _people.Numbers("age")[0]);
        Assert.Equal("Bob", _people.Texts("name")[1]);
    }

    [Fact]
    public void Rows_are_chosen_by_number_range_condition_and_missing_cells()
    {
        Assert.Equal([1.75, 1.7, 1.75], _people.Rows(3, 0, 3).Numbers("height").Values.ToArray());
        Assert.Equal([1.8, 1.6], _people.Rows(1..3).Numbers("height").Values.ToArray());
        Assert.Equal([1.7, 1.75], _people.Where(row => _people["name"].Text(row) == "Ann").Numbers("height").Values.ToArray());
        Assert.Equal(2, _people.DropMissing().RowCount);
        Assert.Equal(3, _people.DropMissing("age").RowCount);
        Assert.Contains("row 4", Assert.Throws<TableException>(() => _people.Rows(4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named_with_what_was_probably_meant()
    {
        string message = Assert.Throws<TableException>(() => _people["Heigth"]).Message;
        Assert.Equal("There is no column 'Heigth'. Did you mean 'height'? There are: 'name', 'age', 'height'.", message);
        Assert.DoesNotContain("Did", Assert.Throws<TableException>(() => _people["colour"]).Message, StringComparison.Ordinal);
        Assert.Throws<TableException>(() => _people.Drop("x"));
        Assert.Throws<TableException>(() => _people.Rename("age", "name"));
        Assert.Throws<TableException>(() => _people.Select("age", "age"));
    }

    [Fact]
    public void Columns_of_different_lengths_or_equal_names_make_no_table()
    {
        Assert.Contains("'b' has 1", Assert.Throws<TableException>(
            () => new Table(new NumberColumn("a", 1, 2), new NumberColumn("b", 1))).Message, StringComparison.Ordinal);
        Assert.Throws<TableException>(() => new Table(new NumberColumn("a", 1), new TextColumn("a", "x")));
    }

    [Fact]
    public void A_table_of_numbers_is_a_tensor_and_back()
    {
        Tensor tensor = _people.Select("age", "height").ToTensor(DType.Float64);
        Assert.Equal([4, 2], tensor.Shape.ToArray());
        Assert.Equal([31.5, 1.7, double.NaN, 1.8, 40, 1.6, 22, 1.75], tensor.ToArray<double>());
        Assert.Equal([31.5, double.NaN, 40, 22], Table.From(tensor, "a", "h").Numbers("a").Values.ToArray());
        Assert.Equal(DType.Float32, _people.Select("height").ToTensor().DType);
        Assert.Contains("'name' holds texts, such as 'Ann'", Assert.Throws<TableException>(() => _people.ToTensor()).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Table.From(tensor, "a"));
    }

    [Fact]
    public void A_split_has_every_row_once_and_depends_on_the_seed_only()
    {
        Table table = new(new NumberColumn("i", [.. Enumerable.Range(0, 101).Select(static i => (double)i)]));
        (Table training, Table test) = table.TrainTestSplit(0.2, new Generator(4));
        Assert.Equal((80, 21), (training.RowCount, test.RowCount));
        double[] all = [.. training.Numbers("i").Values, .. test.Numbers("i").Values];
        Assert.Equal(table.Numbers("i").Values.ToArray(), all.Order());
        Assert.Equal(test.Numbers("i").Values.ToArray(), table.TrainTestSplit(0.2, new Generator(4)).Test.Numbers("i").Values.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => table.TrainTestSplit(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.TrainTestSplit(double.NaN));
    }

    [Fact]
    public void A_table_and_its_description_are_printed_in_columns()
    {
        Assert.Equal(
            "name   age  height\n Ann  31.5     1.7\n Bob     –     1.8\n   –    40     1.6\n Ann    22    1.75\n4 rows, 3 columns",
            _people.ToString());
        string text = _people.Describe().ToString();
        string[] lines = text.Split('\n');
        Assert.StartsWith("column  count  missing  unique", lines[0], StringComparison.Ordinal);
        Assert.Equal("name        3        1       2  most often 'Ann' (2)", lines[1]);
        Assert.Equal("4 rows, 3 columns", lines[^1]);
        Assert.Equal(("Ann", 2), (_people.Describe()["name"].Top, _people.Describe()["name"].TopCount));
        Assert.Equal(1, _people.Describe()["age"].Missing);
        Assert.Equal("0 rows, 0 columns", new Table().ToString().Trim());
        Assert.True(double.IsNaN(new NumberColumn("x", 5).Describe().Std));
        Assert.True(double.IsNaN(new NumberColumn("x").Describe().Mean));
    }
}
