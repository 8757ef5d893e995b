namespace DeepLearning.Tests.Infrastructure;

/// <summary>Finds files of the repository from a test. (Source paths in a deterministic build are not real paths.)</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files below the given folder of the repository, without build output.</summary>
    public static IEnumerable<string> Enumerate(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories).Where(file => !IsBuildOutput(file));

    private static bool IsBuildOutput(string file)
    {
        string[] parts = Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar);
        return parts.Any(part => part is "bin" or "obj" or "artifacts" or ".git");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DeepLearning.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No DeepLearning.sln in a folder above {AppContext.BaseDirectory}.");
    }
}
