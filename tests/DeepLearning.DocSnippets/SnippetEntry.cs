namespace DeepLearning.DocSnippets;

/// <summary>A compiled snippet: the page and line it stands in, whether a test runs it, and its code.</summary>
internal sealed record SnippetEntry(string Page, int Line, bool IsRun, Func<Task> Run)
{
    /// <summary>Where it stands, as a compiler would write it.</summary>
    public string Place => $"{Page}:{Line}";
}
