namespace DeepLearning.Tests.TensorBoard;

/// <summary>A folder of a test's own, which goes with it.</summary>
internal sealed class RunFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("board").FullName;

    public static List<ProtoMessage> Events(string file) =>
        [.. TfRecords.Read(File.ReadAllBytes(file)).Select(static r => new ProtoMessage(r))];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
