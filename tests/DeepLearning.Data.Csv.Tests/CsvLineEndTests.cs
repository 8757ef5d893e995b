using DeepLearning.Data;
using DeepLearning.Data.Csv;

namespace DeepLearning.Tests.Csv;

/// <summary>A line ends with a line feed, a carriage return, or both; within quotes none of them ends anything.</summary>
public class CsvLineEndTests
{
    public static TheoryData<string> Ends => new(["\n", "\r\n", "\r"]);

    [Theory]
    [MemberData(nameof(Ends))]
    public void Rows_end_with_any_of_them(string end)
    {
        foreach (string last in (string[])["", end, end + end])
        {
            Table table = Read($"a,b{end}1,x{end}{end}2,y{end}3,z{last}");
            Assert.Equal(["a", "b"], table.Names);
            Assert.Equal([1, 2, 3], table.Numbers("a").Values.ToArray());
            Assert.Equal(["x", "y", "z"], Texts(table, "b"));
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Delimiters_comments_and_skipped_lines_are_found_between_them(string end)
    {
        Assert.Equal(["a,c", "b"], Read($"a,c;b{end}1;x{end}2;y{end}", new CsvOptions { Delimiter = null }).Names);
        Table table = Read(
            $"some title{end}, and more{end}# note: a;b;c{end}a,b{end}1,x{end}# 2,y{end}3,z{end}",
            new CsvOptions { SkipLines = 2, Comment = '#' });
        Assert.Equal([1, 3], table.Numbers("a").Values.ToArray());
        Assert.Equal(["x", "z"], Texts(table, "b"));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Within_quotes_they_are_kept_as_they_are(string end)
    {
        Table table = Read($"a,b\n\"one{end}two\",1\n\"{end}y\",2\n\"x{end}\",3\n");
        Assert.Equal([$"one{end}two", $"{end}y", $"x{end}"], Texts(table, "a"));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\r\r")]
    [InlineData("\n\r")]
    public void A_written_cell_that_holds_one_comes_back(string end)
    {
        string[] texts = [$"one{end}two", $"{end}x", $"x{end}", $"a,b{end}\"c\"", "plain"];
        Table table = new([new TextColumn("t", texts), new NumberColumn("n", 1, 2, 3, 4, 5)]);
        using StringWriter writer = new();
        CsvFile.Write(writer, table);
        Table back = Read(writer.ToString());
        Assert.Equal(texts, Texts(back, "t"));
        Assert.Equal([1, 2, 3, 4, 5], back.Numbers("n").Values.ToArray());
        Table names = new([new TextColumn($"a{end}b", "x")]);
        using StringWriter second = new();
        CsvFile.Write(second, names);
        Assert.Equal([$"a{end}b"], Read(second.ToString()).Names);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Errors_and_rows_count_them_as_lines(string end)
    {
        string text = $"a,b{end}1,x{end}2,y{end}z,w,{end}";
        Assert.Contains("line 4", Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);
        Assert.Equal([2L, 3], CsvFile.ReadRows(new StringReader($"a,b{end}1,x{end}2,y{end}")).Select(static row => row.Line));
    }

    private static List<string?> Texts(Table table, string name) => [.. table.Texts(name).Values];

    private static Table Read(string text, CsvOptions? options = null) => CsvFile.Read(new StringReader(text), options);
}
