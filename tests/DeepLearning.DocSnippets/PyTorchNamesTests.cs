using System.Text;

namespace DeepLearning.DocSnippets;

/// <summary>
/// The tables of <c>docs/pytorch-map.md</c> that say what became of every name in torch.nn, torch.optim and what belongs to them. They are
/// made of PyTorchNames: torch.txt, the names that PyTorch has (recorded by names.py), and files with a row for each of them. After a
/// change there, run the tests with <c>DEEPLEARNING_UPDATE_MAP=1</c>.
/// </summary>
public sealed class PyTorchNamesTests
{
    private const string Begin = "<!-- names: made of tests/DeepLearning.DocSnippets/PyTorchNames -->\n";
    private const string End = "<!-- end of names -->";

    private static readonly string s_folder = Path.Combine(LinkTests.FindRoot(), "tests", "DeepLearning.DocSnippets", "PyTorchNames");

    [Fact]
    public void Every_name_of_PyTorch_has_one_row()
    {
        string[] names = Names();
        Assert.True(names.Length > 350, $"torch.txt has only {names.Length} names.");
        string[] rows = [.. Rows().Select(row => row.Name)];
        Assert.Empty(names.Except(rows));
        Assert.Empty(rows.Except(names));
        Assert.Equal(rows.Length, rows.Distinct().Count());
    }

    [Fact]
    public void The_page_shows_the_rows()
    {
        string path = Path.Combine(LinkTests.FindRoot(), "docs", "pytorch-map.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= Begin.Length && end >= begin, $"{path} has no place for the names.");
        string expected = Tables();
        if (Environment.GetEnvironmentVariable("DEEPLEARNING_UPDATE_MAP") == "1")
        {
            File.WriteAllText(path, page[..begin] + expected + page[end..]);
            return;
        }

        Assert.Equal(expected, page[begin..end]);
    }

    private static string Tables()
    {
        Dictionary<string, string> here = Rows().ToDictionary(row => row.Name, row => row.Here);
        StringBuilder text = new();
        foreach (IGrouping<string, string> module in Names().GroupBy(name => name[..name.LastIndexOf('.')]))
        {
            text.Append("\n### ").Append(module.Key).Append("\n\n| torch | here |\n|---|---|\n");
            foreach (string name in module)
            {
                text.Append("| `").Append(name[(module.Key.Length + 1)..]).Append("` | ").Append(here[name]).Append(" |\n");
            }
        }

        return text.Append('\n').ToString();
    }

    private static string[] Names() => File.ReadAllLines(Path.Combine(s_folder, "torch.txt"));

    /// <summary>A row is a name, a tab, and what does the same here; or a name, a tab, "-", a tab, and why nothing does.</summary>
    private static IEnumerable<(string Name, string Here)> Rows() =>
        from file in Directory.EnumerateFiles(s_folder, "*.tsv").Order(StringComparer.Ordinal)
        from line in File.ReadLines(file)
        where line.Length > 0
        let cells = line.Split('\t')
        select (cells[0], cells switch
        {
            [_, "-", string reason] => $"**missing**: {reason}",
            [_, string here] => $"`{here}`",
            [_, string here, string remark] => $"`{here}` {remark}",
            _ => throw new InvalidDataException($"{file}: '{line}' is not a row."),
        });
}
