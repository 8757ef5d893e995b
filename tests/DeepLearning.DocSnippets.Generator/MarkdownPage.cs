namespace DeepLearning.DocSnippets.Generator;

/// <summary>Reads the C# fences of a Markdown page.</summary>
internal static class MarkdownPage
{
    private const string Fence = "```";
    private const string Language = "csharp";

    private static readonly string[] Words = ["run", "program", "continue"];

    /// <summary>The snippets of a page; what is wrong with a fence is reported with its line.</summary>
    public static List<Snippet> Read(string page, string path, string text, Action<int, string> report)
    {
        List<Snippet> snippets = [];
        string[] lines = text.Split('\n');
        int fences = 0;
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].TrimEnd();
            if (!line.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            int start = index + 1;
            int end = Array.FindIndex(lines, start, other => other.Trim() == Fence);
            if (end < 0)
            {
                report(index + 1, "This fence is not closed.");
                break;
            }

            index = end;
            string[] words = line.TrimStart().Substring(Fence.Length).Split([' '], StringSplitOptions.RemoveEmptyEntries);
            if (words.FirstOrDefault() != Language)
            {
                continue;
            }

            string[] marks = [.. words.Skip(1)];
            if (marks.FirstOrDefault(mark => !Words.Contains(mark)) is { } unknown)
            {
                report(start, $"'{unknown}' is not a mark of a C# fence: {string.Join(", ", Words)}.");
            }

            fences++;
            if (!marks.Contains("continue"))
            {
                snippets.Add(new Snippet(page, path, fences, marks));
            }
            else if (snippets.Count == 0)
            {
                report(start, "There is no fence before this one to continue.");
                continue;
            }

            snippets[snippets.Count - 1].Parts.Add((start + 1, string.Join("\n", lines.Skip(start).Take(end - start))));
        }

        return snippets;
    }
}
