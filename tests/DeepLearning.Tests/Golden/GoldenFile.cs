using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;

namespace DeepLearning.Tests.Golden;

/// <summary>The cases of one group, read once from data/&lt;group&gt;.json.gz, which the test assembly embeds.</summary>
internal sealed class GoldenFile
{
    private const string Prefix = "Golden/";
    private const string Suffix = ".json.gz";
    private static readonly ConcurrentDictionary<string, GoldenFile> s_files = new();
    private readonly Dictionary<string, GoldenCase> _byName;

    private GoldenFile(string group)
    {
        using var stream = typeof(GoldenFile).Assembly.GetManifestResourceStream(Prefix + group + Suffix)
            ?? throw new FileNotFoundException($"There is no golden group '{group}': run Golden/generate.py.");
        using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
        using var json = JsonDocument.Parse(unzipped);
        Cases = [.. json.RootElement.EnumerateArray().Select((c, i) => GoldenCase.Read(c.Clone(), group, i))];
        _byName = Cases.ToDictionary(c => c.Name);
    }

    public static IEnumerable<string> Groups => typeof(GoldenFile).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal))
        .Select(n => n[Prefix.Length..^Suffix.Length]);

    public IReadOnlyList<GoldenCase> Cases { get; }

    public GoldenCase this[string name] => _byName[name];

    public static GoldenFile Of(string group) => s_files.GetOrAdd(group, g => new GoldenFile(g));
}
