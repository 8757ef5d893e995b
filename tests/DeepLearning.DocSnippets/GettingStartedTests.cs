using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.DocSnippets;

/// <summary>docs/getting-started.md as a reader uses it: pasted from top to bottom into a new program.</summary>
public sealed class GettingStartedTests
{
    private const string WholeProgram = "## The whole program", Usings = "## Usings";

    [Fact]
    public void The_page_compiles_as_pasted_from_top_to_bottom()
    {
        (string program, string[] files) = Pasted(Page()[..Page().IndexOf(Usings, StringComparison.Ordinal)]);
        Assert.Contains("new Adam", program, StringComparison.Ordinal);
        Assert.Single(files);
        Assert.Empty(UserCode.Errors(packageUsings: true, [program, .. files]));
    }

    [Fact]
    public void The_whole_program_at_the_end_is_one_file_that_compiles()
    {
        string page = Page();
        (string program, string[] files) = Pasted(page[page.IndexOf(WholeProgram, StringComparison.Ordinal)..]);
        Assert.Empty(files);
        Assert.EndsWith("}\n", program, StringComparison.Ordinal);
        Assert.Empty(UserCode.Errors(packageUsings: true, program));
    }

    [Fact]
    public void Without_the_usings_of_the_package_the_page_says_what_to_write()
    {
        string page = Page();
        int start = page.IndexOf(Usings, StringComparison.Ordinal), end = page.IndexOf(WholeProgram, StringComparison.Ordinal);
        (string program, _) = Pasted(page[start..end]);
        Assert.Empty(UserCode.Errors(packageUsings: false, program));
        string without = program.Replace("using Tensor = DeepLearning.Tensor;", "", StringComparison.Ordinal);
        Assert.NotEmpty(UserCode.Errors(packageUsings: false, without));
    }

    private static string Page() => File.ReadAllText(RepositoryFiles.PathOf("docs", "getting-started.md"));

    /// <summary>The fences one below the other, and those that are files of their own.</summary>
    private static (string Program, string[] Files) Pasted(string page)
    {
        string[] fences = [.. page.Split("```csharp").Skip(1).Select(static part =>
            part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..part.IndexOf("```", StringComparison.Ordinal)])];
        return (
            string.Join('\n', fences.Where(static fence => !IsFile(fence))),
            [.. fences.Where(IsFile)]);
    }

    private static bool IsFile(string fence) => fence.Split('\n')[0].EndsWith(".cs", StringComparison.Ordinal);
}
