namespace DeepLearning.Tests.Infrastructure;

/// <summary>An empty folder of one test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("deeplearning-").FullName;

    /// <summary>The path of a file in it; sub-folders are made.</summary>
    public string this[params string[] names]
    {
        get
        {
            string path = Path.Combine([Root, .. names]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return path;
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
