using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Repository;

/// <summary>
/// The table of layers in docs/architecture.md: every folder of the library stands in it once, and no file names a layer above its own. A
/// layer is named by a using of its namespace, by a name qualified with that, or, inside the tensors' own namespace, by a type.
/// </summary>
public sealed partial class LayerTests
{
    private const string Library = "src/DeepLearning";

    /// <summary>A file that may name what is above it, and why.</summary>
    private static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["Device.cs"] = "chooses the processor's backend, which implements what stands below it",
        ["Numerics/Traced.cs"] = "is a number that records tensors, for derivatives of formulas",
        ["Tracing/Trace.cs"] = "knows the module that runs, whose path an operation has",
        ["Tracing/Graph.cs"] = "draws and counts by modules",
        ["Tracing/GraphNode.cs"] = "has the path of its module",
        ["Tracing/GraphBuilder.cs"] = "finds the names of parameters",
    };

    [Fact]
    public void No_file_names_a_layer_above_its_own()
    {
        List<Layer> layers = Layers();
        List<string> wrong = [];
        foreach ((string file, int layer) in Files(layers))
        {
            if (!s_exceptions.ContainsKey(file))
            {
                string text = Plain(File.ReadAllText(RepositoryFiles.PathOf(Library, file)));
                wrong.AddRange(Above(text, layer, layers).Select(name => $"{file} names {name}"));
            }
        }

        Assert.True(wrong.Count == 0, "\n" + string.Join('\n', wrong));
    }

    [Fact]
    public void Every_folder_stands_in_the_table_once()
    {
        List<Layer> layers = Layers();
        Assert.InRange(layers.Count, 5, 20);
        string[] folders = [.. layers.SelectMany(static l => l.Folders)];
        Assert.Equal(folders.Distinct(), folders);
        Assert.All(folders, static folder => Assert.True(Directory.Exists(RepositoryFiles.PathOf(Library, folder)), folder));
        Assert.NotEmpty(Files(layers));
    }

    [Fact]
    public void The_check_sees_a_name_from_above()
    {
        List<Layer> layers = Layers();
        int tensors = layers.FindIndex(static l => l.Folders.Contains("Ops"));
        int numbers = layers.FindIndex(static l => l.Folders.Contains("Numerics"));
        Assert.Equal(["DeepLearning.Layers"], Above("using DeepLearning.Layers;", tensors, layers));
        Assert.Equal(["DeepLearning.Backends.Cpu"], Above("new Backends.Cpu.CpuBackend()", tensors, layers));
        Assert.Equal(["Tensor"], Above("public Tensor Make();", numbers, layers));
        Assert.Empty(Above("using DeepLearning.Numerics; x.Layers.Add(1); Data.Count", tensors, layers));
        Assert.Empty(Above(Plain("// using DeepLearning.Layers;\n/// <see cref=\"Tensor\"/>\nstring s = \"Tensor\";"), numbers, layers));
    }

    /// <summary>What a file of a layer names of those above it.</summary>
    private static IEnumerable<string> Above(string text, int layer, List<Layer> layers)
    {
        for (int above = layer + 1; above < layers.Count; above++)
        {
            foreach (string space in layers[above].Namespaces)
            {
                string own = Regex.Escape(space["DeepLearning.".Length..]);
                if (Regex.IsMatch(text, $@"\busing (static )?DeepLearning\.{own}\b|(?<![\w.]){own}\.(?!Count\b)[A-Z]"))
                {
                    yield return space;
                }
            }

            if (layers[above].Types.Count > 0)
            {
                // A name that the file declares itself is its own.
                HashSet<string> own = [.. OwnType().Matches(text).Select(static m => m.Groups[1].Value)];
                foreach (string type in TypeName().Matches(text).Select(static m => m.Value).Distinct().Where(layers[above].Types.Contains))
                {
                    if (!own.Contains(type))
                    {
                        yield return type;
                    }
                }
            }
        }
    }

    private static IEnumerable<(string File, int Layer)> Files(List<Layer> layers)
    {
        string root = RepositoryFiles.PathOf(Library);
        foreach (string path in RepositoryFiles.Enumerate(Library, "*.cs"))
        {
            string file = Path.GetRelativePath(root, path).Replace('\\', '/'), folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
            yield return (file, LayerOf(folder, layers) ?? throw new InvalidOperationException($"The folder of {file} is in no layer."));
        }
    }

    /// <summary>The layer of the closest folder that the table names.</summary>
    private static int? LayerOf(string folder, List<Layer> layers)
    {
        string at = folder.Length == 0 ? "." : folder;
        while (true)
        {
            if (layers.FindIndex(l => l.Folders.Contains(at)) is >= 0 and int found)
            {
                return found;
            }

            if (!at.Contains('/', StringComparison.Ordinal))
            {
                return null;
            }

            at = at[..at.LastIndexOf('/')];
        }
    }

    /// <summary>The rows of the table, from the lowest layer up.</summary>
    private static List<Layer> Layers()
    {
        string text = File.ReadAllText(RepositoryFiles.PathOf("docs", "architecture.md"));
        string table = text[text.IndexOf("| layer | folders |", StringComparison.Ordinal)..];
        List<Layer> layers = [];
        foreach (string row in table.Split('\n').Skip(2).TakeWhile(static row => row.StartsWith('|')))
        {
            string[] folders = [.. Folder().Matches(row.Split('|')[2]).Select(static m => m.Groups[1].Value)];
            layers.Add(new Layer(folders));
        }

        // Types of the tensors' namespace are seen without a using: there the layers below are told apart by name.
        Layer tensors = layers.First(static l => l.Folders.Contains("Ops"));
        tensors.Types.UnionWith(tensors.Folders.Where(static f => f is "." or "Ops" or "Autograd").SelectMany(TypesOf)
            .Except(["DType", "DTypes", "BFloat16"]));
        return layers;
    }

    private static IEnumerable<string> TypesOf(string folder) => Directory
        .EnumerateFiles(
            RepositoryFiles.PathOf(Library, folder), "*.cs", folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        .SelectMany(static file => Declaration().Matches(File.ReadAllText(file))).Select(static m => m.Groups[1].Value);

    /// <summary>The text without comments and strings.</summary>
    private static string Plain(string text) => Ignored().Replace(text, " ");

    [GeneratedRegex(@"`([\w/.]+?)/?`")]
    private static partial Regex Folder();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w+")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^(?:public|internal) (?:[a-z]+ )*(?:class|struct|interface|enum|record) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record) (\w+)")]
    private static partial Regex OwnType();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""(?:\\.|[^""\\\n])*""", RegexOptions.Singleline)]
    private static partial Regex Ignored();

    private sealed record Layer(string[] Folders)
    {
        public HashSet<string> Types { get; } = [];

        /// <summary>The namespaces that only this layer has.</summary>
        public IEnumerable<string> Namespaces => Folders
            .Where(static f => f is not ("." or "Ops" or "Autograd" or "Random" or "Backends" or "Backends/Host" or "Numerics"))
            .Select(static f => "DeepLearning." + f.Replace('/', '.'));
    }
}
