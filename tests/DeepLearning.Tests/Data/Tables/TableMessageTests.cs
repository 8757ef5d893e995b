using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Tables;

/// <summary>What tables say: names that are not there, texts of a file, figures that there are none of.</summary>
public class TableMessageTests
{
    private static readonly string s_hundred = new('a', 100);

    [Fact]
    public void A_name_that_is_not_there_is_answered_by_those_that_are()
    {
        Assert.Equal("There are none.", CloseNames.Explain("x", []));
        Assert.Equal("There are: 'height'.", CloseNames.Explain("x", ["height"]));
        Assert.Equal("Did you mean 'Hei ght'? There are: 'age', 'Hei ght'.", CloseNames.Explain("heihgt", ["age", "Hei ght"]));
        string[] many = [.. Enumerable.Range(0, 21).Select(static i => $"n{i}")];
        Assert.EndsWith("'n19' and 1 more.", CloseNames.Explain("?", many), StringComparison.Ordinal);
        Assert.EndsWith("'n19'.", CloseNames.Explain("?", many[..20]), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_are_compared_up_to_a_hundred_letters()
    {
        Assert.StartsWith("Did you mean", CloseNames.Explain(s_hundred[1..], [s_hundred]), StringComparison.Ordinal);
        Assert.StartsWith("Did you mean", CloseNames.Explain(s_hundred, [s_hundred[1..]]), StringComparison.Ordinal);
        Assert.StartsWith("There are", CloseNames.Explain(s_hundred, [s_hundred + "a"]), StringComparison.Ordinal);
        Assert.StartsWith("There are", CloseNames.Explain(s_hundred + "a", [s_hundred]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_a_file_takes_one_line_of_limited_length()
    {
        Assert.Equal("a b c  d", CloseNames.Shorten("a\nb\tc\r\0d"));
        Assert.Equal("a b", CloseNames.Shorten("a\u001fb"));
        Assert.Equal(s_hundred, CloseNames.Shorten(s_hundred));
        Assert.Equal(s_hundred + "…", CloseNames.Shorten(s_hundred + "a"));
    }

    [Fact]
    public void A_summary_leaves_out_figures_of_nothing_and_names_its_columns()
    {
        TableSummary summary = new Table(new NumberColumn("none", double.NaN, double.NaN), new NumberColumn("x", 1, 2)).Describe();
        Assert.DoesNotContain("NaN", summary.ToString(), StringComparison.Ordinal);
        Assert.Contains("1.5", summary.ToString(), StringComparison.Ordinal);
        Assert.Equal("x", summary["x"].Name);
        TableException error = Assert.Throws<TableException>(() => summary["nune"]);
        Assert.Equal("There is no column 'nune'. Did you mean 'none'? There are: 'none', 'x'.", error.Message);
    }
}
