using System.IO.Compression;
using System.Text;
using DeepLearning.Data;
using DeepLearning.Data.Csv;

namespace DeepLearning.Tests.Csv;

public sealed class CsvErrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-csv-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\n\n", "the file is empty")]
    [InlineData("a,b\n", "line 1: there are no rows after the header")]
    [InlineData("a,b,a\n1,2,3\n", "line 1: columns 1 and 3 have the same name 'a'")]
    [InlineData("a,b\n1,2\n3\n", "line 3: 1 cells, but 2 columns in the header")]
    [InlineData("a,b\n1,2\n\n3,4,5\n", "line 4: 3 cells, but 2 columns in the header")]
    [InlineData("a,b\n1,x\"y\n", "line 2: a quote stands inside a cell without quotes, or is not closed: 'x\"y'")]
    [InlineData("a,b\n1,\"x\n2,y\n3,z\n", "or is not closed")]
    public void What_is_wrong_with_a_text_is_said_with_its_line(string text, string expected)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => CsvFile.Read(new StringReader(text), name: "some.csv"));
        Assert.StartsWith("some.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_that_is_no_number_is_named_with_its_file_line_and_column()
    {
        CsvOptions options = new() { Kinds = new Dictionary<string, ColumnKind> { ["age"] = ColumnKind.Number } };
        Assert.StartsWith("CSV text, line 3: column 'age': 'old' is not a number; if it stands for a missing cell,",
            Error("name,age\nAnn,31\nBob,old\n", options).Message, StringComparison.Ordinal);
        Assert.Contains("DecimalComma", Error("name,age\nAnn,\"31,5\"\n", options).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(';', "';'")]
    [InlineData('\t', "a tab")]
    public void A_header_of_one_column_hints_at_the_delimiter(char delimiter, string expected)
    {
        string text = $"rooms{delimiter}price\n3{delimiter}200\n";
        CsvOptions options = new() { Columns = ["price"] };
        Assert.Contains($"set CsvOptions.Delimiter to {expected}, or to null", Error(text, options).Message, StringComparison.Ordinal);
        Assert.Equal(200, CsvFile.Read(new StringReader(text), options with { Delimiter = null }).Numbers("price").Values[0]);
    }

    [Fact]
    public void A_missing_column_is_named_with_those_there_are()
    {
        Assert.Contains("there is no column 'prize'. Did you mean 'price'? There are: 'rooms', 'price'.",
            Error("rooms,price\n1,2\n", new CsvOptions { Columns = ["prize"] }).Message, StringComparison.Ordinal);
        Error("a\n1\n", new CsvOptions { Kinds = new Dictionary<string, ColumnKind> { ["b"] = ColumnKind.Text } });
    }

    [Fact]
    public void An_unclosed_quote_in_a_column_that_is_not_read_is_found_all_the_same() =>
        Assert.Contains(
            "not closed", Error("a,b\n1,\"x\n2,y\n3,z\n", new CsvOptions { Columns = ["a"] }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_row_that_does_not_end_is_no_attempt_to_hold_it()
    {
        CsvOptions options = new() { MaxRowLength = 1000, MaxColumns = 10 };
        using Endless endless = new("a,b\n\"");
        Assert.Contains("more than 1000 characters",
            Assert.Throws<InvalidDataException>(() => CsvFile.Read(endless, options)).Message, StringComparison.Ordinal);
        Assert.True(endless.Given < 1_000_000, $"{endless.Given}");
        using Endless line = new("");
        Assert.Throws<InvalidDataException>(() => CsvFile.Read(line, options));
        Assert.Contains("MaxColumns", Error("a,b,c,d,e,f,g,h,i,j,k\n", options).Message, StringComparison.Ordinal);
        Assert.Equal(1, CsvFile.Read(new StringReader($"a\n{new string('1', 900)}\n"), options).RowCount);
    }

    [Fact]
    public void Files_that_are_not_there_no_text_or_damaged_say_so()
    {
        string path = Path.Combine(_folder, "data.csv");
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => CsvFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<IOException>(() => CsvFile.Read(_folder)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => CsvFile.ReadRows(path).First());

        foreach (byte[] mark in new byte[][] { [], [0xef, 0xbb, 0xbf] })
        {
            File.WriteAllBytes(path, [.. mark, .. "a,b\n1,2\n3,K"u8, 0xf6, .. "ln\n"u8]);
            string message = Assert.Throws<InvalidDataException>(() => CsvFile.Read(path)).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            Assert.Contains("F6", message, StringComparison.Ordinal);
            Assert.Contains("Encoding.Latin1", message, StringComparison.Ordinal);
        }

        using (GZipStream gzip = new(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 1000).Select(static i => $"{i},{i * 7}\n"))));
        }

        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => CsvFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        CsvOptions[] wrong =
        [
            new() { Delimiter = '"' }, new() { Delimiter = '\n' }, new() { Comment = ',' }, new() { Quote = '#', Comment = '#' },
            new() { MaxRows = 0 }, new() { SkipLines = -1 }, new() { MaxRowLength = 0 }, new() { Columns = ["a", "a"] },
        ];
        Assert.All(wrong, static options =>
        {
            Assert.Throws<ArgumentException>(() => CsvFile.Read(new StringReader("a\n1\n"), options));
            Assert.Throws<ArgumentException>(() => CsvFile.ReadRows(new StringReader("a\n1\n"), options));
        });
    }

    private static InvalidDataException Error(string text, CsvOptions options) =>
        Assert.Throws<InvalidDataException>(() => CsvFile.Read(new StringReader(text), options));

    /// <summary>A text without end and without line breaks.</summary>
    private sealed class Endless(string start) : TextReader
    {
        public long Given { get; private set; }

        public override int Peek() => 'x';

        public override int Read() => Given < start.Length ? start[(int)Given++] : 'x';

        public override int Read(char[] buffer, int index, int count)
        {
            for (int i = 0; i < count; i++)
            {
                buffer[index + i] = Given < start.Length ? start[(int)Given] : 'x';
                Given++;
            }

            return count;
        }
    }
}
