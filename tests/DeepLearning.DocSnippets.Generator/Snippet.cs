namespace DeepLearning.DocSnippets.Generator;

/// <summary>A C# fence of a page, with the fences that continue it.</summary>
internal sealed class Snippet(string page, string path, int number, string[] words)
{
    /// <summary>The path of the page from the root of the repository.</summary>
    public string Page { get; } = page;

    /// <summary>The full path of the page.</summary>
    public string Path { get; } = path;

    /// <summary>The number of the fence on its page, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>The fences: the line of the page that the code begins in, from 1, and the code.</summary>
    public List<(int Line, string Code)> Parts { get; } = [];

    /// <summary>Whether a test runs it.</summary>
    public bool IsRun => words.Contains("run");

    /// <summary>Whether it is a whole program, which names the namespaces that neither the SDK nor the package imports.</summary>
    public bool IsProgram => words.Contains("program");
}
