namespace DeepLearning.Tests.Onnx.Backend;

/// <summary>
/// The node tests of the <c>onnx</c> Python package: folders with a model and its inputs and outputs. They are found in the folder that
/// DEEPLEARNING_ONNX_TESTS names, written there by <c>generate_backend.py</c>, or where Python packages keep them.
/// </summary>
internal static class BackendCases
{
    public const string Variable = "DEEPLEARNING_ONNX_TESTS";

    /// <summary>The folder; null where there is none on this machine.</summary>
    public static string? Folder { get; } = Candidates().FirstOrDefault(static folder => Directory.Exists(Path.Combine(folder, "node")));

    /// <summary>The names of the tests that are there.</summary>
    public static IEnumerable<string> Names() => Folder is null
        ? []
        : new[] { "node", "simple" }.Where(kind => Directory.Exists(Path.Combine(Folder, kind)))
            .SelectMany(kind => Directory.GetDirectories(Path.Combine(Folder, kind)).Select(path => $"{kind}/{Path.GetFileName(path)}"))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            yield return named;
        }

        foreach (string root in (string[])["/usr/lib/python3/dist-packages", "/usr/local/lib/python3/dist-packages"])
        {
            yield return Path.Combine(root, "onnx", "backend", "test", "data");
        }
    }
}
