using System.Globalization;
using System.IO.Compression;
using System.Text;
using DeepLearning.Data;
using DeepLearning.Data.Csv;

namespace DeepLearning.Tests.Csv;

public sealed class CsvReadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-csv-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Columns_of_numbers_and_of_texts_are_told_apart_and_missing_cells_are_marked()
    {
        Table table = Read("id,age,place\n1,31.5,sea\n2,NA,?\n3, 4e1 ,\"hill, top\"\n");
        Assert.Equal(["id", "age", "place"], table.Names);
        Assert.Equal([1, 2, 3], table.Numbers("id").Values.ToArray());
        Assert.Equal([31.5, double.NaN, 40], table.Numbers("age").Values.ToArray());
        Assert.Equal(["sea", null, "hill, top"], Texts(table, "place"));
    }

    [Fact]
    public void Numbers_before_the_first_text_of_a_column_come_back_as_they_were_written()
    {
        string longNumber = new('1', 300);
        Table table = Read($"code,x\n007,1\n1.50,2\n,3\n{longNumber},4\n+5e0,5\n7a,6\n08,7\n");
        Assert.Equal(["007", "1.50", null, longNumber, "+5e0", "7a", "08"], Texts(table, "code"));
        StringBuilder many = new("x\n");
        string[] expected = [.. Enumerable.Range(0, 30_000).Select(static i => $"{i:D5}.0"), "end"];
        Assert.Equal(expected, Texts(Read(many.AppendJoin('\n', expected).ToString()), "x"));
    }

    [Fact]
    public void Quotes_enclose_delimiters_quotes_and_line_breaks()
    {
        Table table = Read("\"a,b\",c\r\n\"say \"\"hi\"\"\",\"two\nlines\"\r\n\"\",x\r\n");
        Assert.Equal(["a,b", "c"], table.Names);
        Assert.Equal(["say \"hi\"", ""], Texts(table, "a,b"));
        Assert.Equal(["two\nlines", "x"], Texts(table, "c"));
        Assert.Equal(["\"x\"", "5\" y"], Texts(Read("a,b\n\"x\",1\n5\" y,2", new CsvOptions { Quote = null }), "a"));
    }

    [Theory]
    [InlineData("a;b\n1,5;x\n2;y,z\n", true)]
    [InlineData("a;b\n1.5;x\n2;y,z\n", false)]
    [InlineData("a\tb\n1.5\tx\n2\ty,z\n", false)]
    [InlineData("a|b\n1.5|x\n2|y;z\n", false)]
    [InlineData("a,b\n1.5,x\n2,\"y;z;z\"\n", false)]
    public void The_delimiter_can_be_found_out(string text, bool decimalComma)
    {
        Table table = Read(text, new CsvOptions { Delimiter = null, DecimalComma = decimalComma });
        Assert.Equal(["a", "b"], table.Names);
        Assert.Equal([1.5, 2], table.Numbers("a").Values.ToArray());
    }

    [Fact]
    public void Lines_can_be_skipped_commented_out_blank_and_limited()
    {
        string text = "exported 2024\r\n\r\n# names\na b,c\n\n1,2\n#3,4\n5,6\n7,8\n";
        CsvOptions options = new() { SkipLines = 1, Comment = '#', MaxRows = 2 };
        Table table = Read(text, options);
        Assert.Equal([1, 5], table.Numbers("a b").Values.ToArray());
        Assert.Equal(3, Read(text, options with { MaxRows = null }).RowCount);
    }

    [Fact]
    public void Columns_are_chosen_named_and_typed_by_the_options()
    {
        Table table = Read("zip,x,junk\n01234,1,\"ok\"\n00042,2,u\n", new CsvOptions
        {
            Columns = ["x", "zip"],
            Kinds = new Dictionary<string, ColumnKind> { ["zip"] = ColumnKind.Text },
        });
        Assert.Equal(["x", "zip"], table.Names);
        Assert.Equal(["01234", "00042"], Texts(table, "zip"));
        Table bare = Read("1,2\n3,4\n", new CsvOptions { HasHeader = false });
        Assert.Equal(["column1", "column2"], bare.Names);
        Assert.Equal([2, 4], bare.Numbers("column2").Values.ToArray());
        Assert.Equal(["column1", "b"], Read(",b\n1,2\n").Names);
        Assert.Equal([-1, double.NaN], Read("x\n-1\n-999\n", new CsvOptions { Missing = ["-999"] }).Numbers("x").Values.ToArray());
        Assert.Equal([" a ", "b"], Texts(Read("x\n a \nb\n"), "x"));
        Assert.Equal(["a", "b"], Texts(Read("x\n a \nb\n", new CsvOptions { Trim = true }), "x"));
    }

    [Fact]
    public void Files_may_be_compressed_or_in_another_encoding()
    {
        string text = "größe,ort\n1.5,Köln\n";
        string path = Path.Combine(_folder, "data.csv");
        using (GZipStream gzip = new(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        Assert.Equal(1.5, CsvFile.Read(path).Numbers("größe")[0]);
        foreach (Encoding encoding in new[] { new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            File.WriteAllText(path, text, encoding);
            Assert.Equal("Köln", CsvFile.Read(path).Texts("ort")[0]);
        }

        File.WriteAllText(path, text, Encoding.Latin1);
        Assert.Equal("Köln", CsvFile.Read(path, new CsvOptions { Encoding = Encoding.Latin1 }).Texts("ort")[0]);
        Assert.Equal(["größe", "ort"], Read("\uFEFF" + text).Names);
    }

    [Fact]
    public void Rows_and_tables_are_read_one_by_one_from_a_file_that_stays_closed_until_then()
    {
        string path = Path.Combine(_folder, "data.csv");
        File.WriteAllText(path, "x,t\n" + string.Concat(Enumerable.Range(0, 25).Select(static i => $"{i},t{i}\n")));
        CsvRow[] rows = [.. CsvFile.ReadRows(path)];
        Assert.Equal(25, rows.Length);
        Assert.Equal((24.0, "t24", 26L), (rows[24].Number("x"), rows[24]["t"], rows[24].Line));
        Assert.Equal([10, 10, 5], CsvFile.ReadTables(path, 10).Select(static t => t.RowCount));
        Assert.Equal(Enumerable.Range(0, 25).Select(static i => (double)i),
            CsvFile.ReadTables(path, 4).SelectMany(static t => t.Numbers("x").Values.ToArray()));
        Assert.Equal(2, CsvFile.ReadRows(path).Take(2).Count());
        File.Delete(path);
        Assert.Throws<TableException>(() => rows[0]["y"]);
        Assert.Contains("column 't': 't0' is not a number",
            Assert.Throws<InvalidDataException>(() => rows[0].Number("t")).Message, StringComparison.Ordinal);
        CsvRow missing = CsvFile.ReadRows(new StringReader("a,b\n,NA\n")).Single();
        Assert.Null(missing["a"]);
        Assert.True(double.IsNaN(missing.Number("b")));
    }

    [Fact]
    public void Numbers_are_read_to_the_last_bit()
    {
        Random random = new(7);
        List<string> texts =
            ["0", "-0", "-0.0", "1.", ".5", "-.5", "+1", "1e5", "-1E-300", "1e400", "123456789012345", "1234567890123456.7"];
        for (int i = 0; i < 3000; i++)
        {
            double x = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 12));
            texts.Add(x.ToString("F" + random.Next(10), CultureInfo.InvariantCulture));
            texts.Add(x.ToString("R", CultureInfo.InvariantCulture));
        }

        double[] expected = [.. texts.Select(static text => double.Parse(text, CultureInfo.InvariantCulture))];
        double[] actual = Read("x\n" + string.Join('\n', texts)).Numbers("x").Values.ToArray();
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));
        Assert.All(["-", ".", "-.", "1.2.3", "1-", "0x1", "1,000"], static text =>
            Assert.Equal(ColumnKind.Text, Read("x,y\n\"" + text + "\",1\n")["x"].Kind));
    }

    [Theory]
    [InlineData("x\n1\n\n3\n", new[] { 1, double.NaN, 3 })]
    [InlineData("x\r\n1\r\n\r\n\r\n3", new[] { 1, double.NaN, double.NaN, 3 })]
    [InlineData("\n\nx\n\n1\n", new[] { double.NaN, 1 })]
    [InlineData("x\n1\n2\n\n\n", new double[] { 1, 2 })]
    [InlineData("x\n1\nNA\n\n2\n", new[] { 1, double.NaN, double.NaN, 2 })]
    [InlineData("x,y\n1,0\n\n2,0\n\n", new double[] { 1, 2 })]
    public void A_blank_line_between_the_rows_of_one_column_is_a_missing_cell(string text, double[] expected)
    {
        Assert.Equal(expected, Read(text)[Read(text).Names[0]] is NumberColumn column ? column.Values.ToArray() : []);
        CsvOptions bare = new() { HasHeader = false };
        if (text.StartsWith("x\n", StringComparison.Ordinal))
        {
            Assert.Equal(expected, Read(text[2..], bare).Numbers("column1").Values.ToArray());
        }

        // Where nothing is not a marker of a missing cell, a blank line is no row.
        double[] known = [.. expected.Where(static x => !double.IsNaN(x))];
        Table without = Read(text.Replace("NA\n", "", StringComparison.Ordinal), new CsvOptions { Missing = ["-"] });
        Assert.Equal(known, without.Numbers("x").Values.ToArray());
    }

    [Fact]
    public void Blank_rows_count_and_have_lines()
    {
        CsvRow[] rows = [.. CsvFile.ReadRows(new StringReader("x\na\n\n\nb\n\n"))];
        Assert.Equal([("a", 2L), (null, 3L), (null, 4L), ("b", 5L)], rows.Select(static row => (row["x"], row.Line)));
        Assert.Equal(["a", null], Texts(Read("x\na\n\n\nb\n", new CsvOptions { MaxRows = 2 }), "x"));
        Table bare = Read("\n1\n\n2\n", new CsvOptions { HasHeader = false });
        Assert.Equal([double.NaN, 1, double.NaN, 2], bare.Numbers("column1").Values.ToArray());
        Assert.Equal([1, double.NaN, 2], CsvFileParts("x\n1\n\n2\n"));

        double[] CsvFileParts(string text)
        {
            string path = Path.Combine(_folder, "blank.csv");
            File.WriteAllText(path, text);
            return [.. CsvFile.ReadTables(path, 1).SelectMany(static part => part.Numbers("x").Values.ToArray())];
        }
    }

    [Fact]
    public void Quotes_say_that_a_cell_is_a_text_unless_the_file_quotes_everything()
    {
        // As R and Python's QUOTE_NONNUMERIC write: texts in quotes, numbers without.
        Table some = Read("\"code\",\"n\",\"t\"\n\"01\",1,\"NA\"\n\"02\",NA,\"\"\n");
        Assert.Equal(["01", "02"], Texts(some, "code"));
        Assert.Equal([1, double.NaN], some.Numbers("n").Values.ToArray());
        Assert.Equal(["NA", ""], Texts(some, "t"));

        // As QUOTE_ALL writes.
        string all = "\"a\",\"b\",\"zip\"\n\"1\",\"\",\"01234\"\n\"2.50\",\"NA\",\"11234\"\n";
        Assert.Equal([1, 2.5], Read(all).Numbers("a").Values.ToArray());
        Assert.Equal([double.NaN, double.NaN], Read(all).Numbers("b").Values.ToArray());
        Assert.Equal(["01234", "11234"], Texts(Read(all), "zip"));

        string values = "a,b\n\"1\",\"NA\"\n\"2\",\"3\"\n";
        Assert.Equal(["1", "2"], Texts(Read(values), "a"));
        Assert.Equal([1, 2], Read(values, new CsvOptions { QuotedIsText = false }).Numbers("a").Values.ToArray());
        Assert.Equal([double.NaN, 3], Read(values, new CsvOptions { QuotedIsText = false }).Numbers("b").Values.ToArray());
        Assert.Equal([double.NaN, 3], Read(values, new CsvOptions
        {
            Kinds = new Dictionary<string, ColumnKind> { ["b"] = ColumnKind.Number },
        }).Numbers("b").Values.ToArray());
        CsvRow[] rows = [.. CsvFile.ReadRows(new StringReader(values))];
        Assert.Equal(("NA", 3.0), (rows[0]["b"], rows[1].Number("b")));

        // Quotes that a number needed say nothing.
        Assert.Equal([1.5, 2], Read("a,b\n\"1,5\",x\n2,y\n", new CsvOptions { DecimalComma = true }).Numbers("a").Values.ToArray());

        // Numbers before the first quoted one come back as they were written.
        Assert.Equal(["7.0", "8", null], Texts(Read("a,b\n7.0,1\n\"8\",2\n,3\n"), "a"));
        Assert.Equal(["1"], Texts(Read("# \"quoted\", comment\na,b\n# \"x\"\n\"1\",2\n", new CsvOptions { Comment = '#' }), "a"));
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        string text = "x\n" + string.Concat(Enumerable.Repeat("1\n", 5000));
        Assert.Throws<OperationCanceledException>(
            () => CsvFile.Read(new StringReader(text), cancellation: new CancellationToken(canceled: true)));
    }

    private static List<string?> Texts(Table table, string name) => [.. table.Texts(name).Values];

    private static Table Read(string text, CsvOptions? options = null) => CsvFile.Read(new StringReader(text), options);
}
