using System.Numerics;
using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Tables;

[Trait("Rerun", "Culture")]
public sealed class RowTableTests
{
    private enum Colour
    {
        Red,
        Green,
    }

    [Fact]
    public void Records_become_rows_and_their_properties_columns()
    {
        Table table = Table.FromRows([new House(3, "sea", new(1987, 5, 1)), new House(2.5, null, new(2003, 1, 31))]);
        Assert.Equal(["Rooms", "Place", "Built"], table.Names);
        Assert.Equal([3, 2.5], table.Numbers("Rooms").Values.ToArray());
        Assert.Equal((IEnumerable<string?>)["sea", null], table.Texts("Place").Values.ToArray());
        Assert.Equal((IEnumerable<string?>)["1987-05-01", "2003-01-31"], table.Texts("Built").Values.ToArray());
        Assert.Equal(0, Table.FromRows(Array.Empty<House>()).RowCount);
        Assert.Equal(["a", "b"], Table.FromRows(new[] { 1, 2 }.Select(static i => new { a = i, b = $"{i}" })).Names);
        Assert.Equal(["Item1", "Item2"], Table.FromRows([(1, "x")]).Names);
    }

    [Fact]
    public void Every_simple_type_has_its_column()
    {
        Table table = Table.FromRows([new Everything()]);
        foreach (Column column in table.Columns.Where(static c => c.Kind == ColumnKind.Number))
        {
            Assert.Equal(column.Name.StartsWith("No", StringComparison.Ordinal) ? double.NaN : 1, ((NumberColumn)column)[0]);
        }

        Assert.Equal(19, table.Names.Count(static name => name.StartsWith("Count", StringComparison.Ordinal)));
        Assert.Equal("Green", table.Texts("Colour")[0]);
        Assert.Equal("x", table.Texts("Letter")[0]);
        Assert.Equal("2024-12-31T23:59:58.5", table.Texts("Local")[0]);
        Assert.Equal("2024-12-31T23:59:58Z", table.Texts("Universal")[0]);
        Assert.Equal("2024-12-31T23:59:58+02:00", table.Texts("Offset")[0]);
        Assert.Null(table.Texts("NoDate")[0]);
        Assert.Null(table.Texts("NoColour")[0]);
        Assert.True(double.IsNaN(table.Numbers("NoTruth")[0]));
        Assert.Equal(1, table.Numbers("PublicField")[0]);
    }

    [Fact]
    public void Inherited_properties_come_first_and_hidden_ones_once()
    {
        Table table = Table.FromRows([new Derived { Id = 1, Name = "new", More = 2 }]);
        Assert.Equal(["Id", "Name", "More"], table.Names);
        Assert.Equal("new", table.Texts("Name")[0]);
    }

    [Fact]
    public void What_cannot_be_a_column_is_named()
    {
        Assert.Contains("Nested.Inner", Assert.Throws<TableException>(() => Table.FromRows([new Nested(new object())])).Message,
            StringComparison.Ordinal);
        Assert.Contains("row 1 is null", Assert.Throws<TableException>(() => Table.FromRows<House?>([new(1, "a", default), null])).Message,
            StringComparison.Ordinal);
        Assert.Contains("no public property", Assert.Throws<TableException>(() => Table.FromRows([new object()])).Message,
            StringComparison.Ordinal);
        Assert.Contains("no columns", Assert.Throws<TableException>(() => Table.FromRows(["text"])).Message, StringComparison.Ordinal);
        Assert.Throws<TableException>(() => Table.FromRows([1.5]));
    }

    [Theory]
    [InlineData("2024-12-30", null, new double[] { 2024, 4, 12, 1, 30, 365, 1, 0, 0, 0 })]
    [InlineData("2023-01-01T23:59:58.25", null, new[] { 2023, 1, 1, 52, 1, 1, 7, 23, 59, 58.25 })]
    [InlineData("2024/02/29 06:05", null, new double[] { 2024, 1, 2, 9, 29, 60, 4, 6, 5, 0 })]
    [InlineData("20240229", null, new double[] { 2024, 1, 2, 9, 29, 60, 4, 0, 0, 0 })]
    [InlineData("2024-07-01T23:30:00Z", null, new double[] { 2024, 3, 7, 27, 1, 183, 1, 23, 30, 0 })]
    [InlineData("2024-07-01T23:30:00-11:00", null, new double[] { 2024, 3, 7, 27, 1, 183, 1, 23, 30, 0 })]
    [InlineData("01.07.2024", "dd.MM.yyyy", new double[] { 2024, 3, 7, 27, 1, 183, 1, 0, 0, 0 })]
    [InlineData("7/1/2024 3:04 PM", "M/d/yyyy h:mm tt", new double[] { 2024, 3, 7, 27, 1, 183, 1, 15, 4, 0 })]
    public void Dates_are_taken_apart_as_they_are_written(string text, string? format, double[] parts)
    {
        const DateParts All = DateParts.Date | DateParts.Time | DateParts.Quarter | DateParts.Week | DateParts.DayOfYear;
        Table table = new(new NumberColumn("x", 1, 2), new TextColumn("sold", text, null), new NumberColumn("y", 3, 4));
        Table split = table.WithDateParts("sold", All, format);
        string[] names = ["year", "quarter", "month", "week", "day", "day_of_year", "weekday", "hour", "minute", "second"];
        Assert.Equal(["x", .. names.Select(static name => $"sold_{name}"), "y"], split.Names);
        Assert.Equal(parts, names.Select(name => split.Numbers($"sold_{name}")[0]));
        Assert.All(names, name => Assert.True(split[$"sold_{name}"].IsMissing(1)));
        Assert.Equal(["x", "sold", "sold_month", "y"], table.WithDateParts("sold", DateParts.Month, format, keep: true).Names);
        Assert.Equal(["x", "sold_year", "sold_month", "sold_day", "sold_weekday", "y"], table.WithDateParts("sold", format: format).Names);
    }

    [Theory]
    [InlineData("3/4/2024", null)]
    [InlineData("04.03.2024", null)]
    [InlineData("2023-02-29", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("2024-01-01", "dd.MM.yyyy")]
    public void A_text_that_is_no_date_for_sure_is_named(string text, string? format)
    {
        Table table = new(new TextColumn("sold", "2024-01-01", text));
        if (format is null)
        {
            Assert.Contains("column 'sold', row 1", Assert.Throws<TableException>(() => table.WithDateParts("sold")).Message,
                StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(format, Assert.Throws<TableException>(() => table.WithDateParts("sold", format: format)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Numbers_and_taken_names_are_no_dates()
    {
        Table table = new(new NumberColumn("n", 20240101), new TextColumn("d", "2024-01-01"), new NumberColumn("d_year", 1));
        Assert.Contains("holds numbers", Assert.Throws<TableException>(() => table.WithDateParts("n")).Message, StringComparison.Ordinal);
        Assert.Contains("d_year", Assert.Throws<TableException>(() => table.WithDateParts("d")).Message, StringComparison.Ordinal);
        Assert.Throws<TableException>(() => table.WithDateParts("d", DateParts.None));
        Assert.Throws<TableException>(() => table.WithDateParts("e"));
    }

    private sealed record House(double Rooms, string? Place, DateOnly Built);

    private sealed record Nested(object Inner);

    private class Base
    {
        public int Id { get; init; }

        public object? Name { get; init; }
    }

    private sealed class Derived : Base
    {
        public new string? Name { get; init; }

        public int More { get; init; }

        public static int Shared => 3;

        public int this[int index] => index;

        internal int Hidden { get; } = 1;
    }

    private sealed class Everything
    {
        public readonly int PublicField = 1;

        public double Count1 { get; } = 1;

        public float Count2 { get; } = 1;

        public Half Count3 { get; } = (Half)1;

        public decimal Count4 { get; } = 1;

        public int Count5 { get; } = 1;

        public uint Count6 { get; } = 1;

        public long Count7 { get; } = 1;

        public ulong Count8 { get; } = 1;

        public short Count9 { get; } = 1;

        public ushort Count10 { get; } = 1;

        public byte Count11 { get; } = 1;

        public sbyte Count12 { get; } = 1;

        public nint Count13 { get; } = 1;

        public nuint Count14 { get; } = 1;

        public Int128 Count15 { get; } = 1;

        public UInt128 Count16 { get; } = 1;

        public BigInteger Count17 { get; } = 1;

        public bool Count18 { get; } = true;

        public TimeSpan Count19 { get; } = TimeSpan.FromSeconds(1);

        public int? NoNumber { get; }

        public bool? NoTruth { get; }

        public char Letter { get; } = 'x';

        public Guid Guid { get; } = Guid.Empty;

        public Colour Colour { get; } = Colour.Green;

        public Colour? NoColour { get; }

        public TimeOnly Time { get; } = new(1, 2);

        public DateTime Local { get; } = new(2024, 12, 31, 23, 59, 58, 500);

        public DateTime Universal { get; } = new(2024, 12, 31, 23, 59, 58, DateTimeKind.Utc);

        public DateTimeOffset Offset { get; } = new(2024, 12, 31, 23, 59, 58, TimeSpan.FromHours(2));

        public DateOnly? NoDate { get; }
    }
}
