namespace DeepLearning.DocSnippets;

/// <summary>That the snippets compile is shown by the build; these tests run those that are marked so.</summary>
public sealed class SnippetTests
{
    public static TheoryData<string> Marked => new(SnippetCatalog.All.Where(entry => entry.IsRun).Select(entry => entry.Place));

    [Theory]
    [MemberData(nameof(Marked))]
    public async Task A_marked_snippet_runs(string place)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            await SnippetCatalog.All.Single(entry => entry.Place == place).Run();
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
