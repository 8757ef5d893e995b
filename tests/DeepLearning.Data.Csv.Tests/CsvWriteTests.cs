using System.Globalization;
using DeepLearning.Data;
using DeepLearning.Data.Csv;

namespace DeepLearning.Tests.Csv;

public sealed class CsvWriteTests : IDisposable
{
    private static readonly Table _table = new(
        new NumberColumn("x, y", 1, -0.1, double.NaN, 1e-300),
        new TextColumn("text \"q\"", "plain", null, " two\r\nlines; 'a'", "a,b\"c"));

    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-csv-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    public static TheoryData<string, CsvOptions> Forms => new()
    {
        { "plain.csv", new CsvOptions() },
        { "packed.csv.gz", new CsvOptions() },
        { "german.csv", new CsvOptions { Delimiter = ';', DecimalComma = true } },
        { "tabs.tsv", new CsvOptions { Delimiter = '\t', Missing = ["NA"], Quote = '\'' } },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_written_table_reads_back_the_same(string name, CsvOptions options)
    {
        string path = Path.Combine(_folder, name);
        CsvFile.Write(path, _table, options);
        Table read = CsvFile.Read(path, options);
        Assert.Equal(_table.Names, read.Names);
        Assert.Equal(_table.Numbers("x, y").Values.ToArray(), read.Numbers("x, y").Values.ToArray());
        Assert.Equal((IEnumerable<string?>)_table.Texts("text \"q\"").Values.ToArray(), read.Texts("text \"q\"").Values.ToArray());
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(path)[0] == 0x1f);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Numbers_are_written_alike_in_every_culture_and_lines_end_with_a_line_feed()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            using StringWriter writer = new();
            CsvFile.Write(writer, _table.Rows(0, 1));
            Assert.Equal("\"x, y\",\"text \"\"q\"\"\"\n1,plain\n-0.1,\n", writer.ToString());
            Assert.Equal(1.5, CsvFile.Read(new StringReader("a\n1.5\n")).Numbers("a")[0]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_missing_cell_that_is_alone_in_its_row_is_not_lost()
    {
        using StringWriter writer = new();
        CsvFile.Write(writer, new Table(new NumberColumn("x", 1, double.NaN, 3)));
        Assert.Equal([1, double.NaN, 3], CsvFile.Read(new StringReader(writer.ToString())).Numbers("x").Values.ToArray());
    }

    public static TheoryData<string> Texts =>
    [
        "", "NA", "01", "1", "1.5", "-0", "+3", "1e5", " 1", "1 ", "\t1", "NaN", "nan", "null", "?", "N/A", " NA ", "\tNA", "Infinity",
        "-∞", "∞", "x", "\"", "\"\"", ",", ";", "#", "a\rb", "a\nb", "a\r\n", "1,5", "1.234,5", "0x10",
        "007", "-01", ".5", "true", "2024-01-01", "é",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_stays_the_text_that_it_is(string text)
    {
        TextColumn alone = new("t", text), more = new("t", text, null, "end"), first = new("t", null, text, text);
        NumberColumn numbers = new("n", 1, double.NaN, 3);
        CsvOptions[] forms =
        [
            new(), new() { Delimiter = ';', DecimalComma = true }, new() { Quote = '\'' }, new() { Delimiter = '\t', Missing = ["NA", ""] },
            new() { Comment = '#' }, new() { Missing = ["-"] },
        ];
        foreach (CsvOptions options in forms)
        {
            Table[] tables =
            [
                new(alone), new(more), new(more, numbers), new(numbers, first), new(first, more.Rename("u")), new(more.Rename("01")),
            ];
            foreach (Table table in tables)
            {
                using StringWriter writer = new();
                CsvFile.Write(writer, table, options);
                Table read = CsvFile.Read(new StringReader(writer.ToString()), options);
                Assert.Equal(table.Names, read.Names);
                foreach (Column column in table.Columns)
                {
                    Assert.Equal((writer.ToString(), column.Kind), (writer.ToString(), read[column.Name].Kind));
                    IEnumerable<int> rows = Enumerable.Range(0, column.Count);
                    Assert.Equal(rows.Select(column.Text), rows.Select(read[column.Name].Text));
                }
            }
        }
    }

    [Fact]
    public void Only_what_would_be_misread_is_quoted()
    {
        using StringWriter writer = new();
        CsvFile.Write(writer, new Table(new TextColumn("t", "a", "", "NA", "01", null), new NumberColumn("n", 1, 2, 3, 4, 5)));
        Assert.Equal("t,n\na,1\n\"\",2\n\"NA\",3\n\"01\",4\n,5\n", writer.ToString());
    }

    [Fact]
    public void A_missing_cell_of_the_only_column_is_written_so_that_it_stays_a_row()
    {
        Assert.Equal("x\n1\nNA\n", Written(new CsvOptions()));
        Assert.Equal("x\n1\n-\n", Written(new CsvOptions { Missing = ["", "-"] }));
        Assert.Contains("blank line", Assert.Throws<ArgumentException>(() => Written(new CsvOptions { Missing = [""] })).Message,
            StringComparison.Ordinal);

        static string Written(CsvOptions options)
        {
            using StringWriter writer = new();
            CsvFile.Write(writer, new Table(new NumberColumn("x", 1, double.NaN)), options);
            return writer.ToString();
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        string path = Path.Combine(_folder, "old.csv");
        File.WriteAllText(path, "old");
        Assert.Throws<ArgumentException>(() => CsvFile.Write(path, _table, new CsvOptions { Quote = null }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Throws<DirectoryNotFoundException>(() => CsvFile.Write(Path.Combine(_folder, "none", "x.csv"), _table));
    }
}
