// dotnet run .ci/CheckPackages.cs -- FOLDER
// Checks the packages in the folder: that each one is there, what it depends on, and what stands in it.
#:property PublishAot=false
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const string Core = "DeepLearning";
Dictionary<string, string[]> packages = new()
{
    [Core] = ["MathNet.Numerics", "System.Numerics.Tensors"],
    ["DeepLearning.Data.Csv"] = ["CsvHelper", Core],
    ["DeepLearning.Extensions.AI"] = ["DeepLearning.Pretrained", "Microsoft.Extensions.AI.Abstractions"],
    ["DeepLearning.Formats"] = [Core],
    ["DeepLearning.Gpu"] = [Core, "ILGPU"],
    ["DeepLearning.Onnx"] = [Core, "Google.Protobuf"],
    ["DeepLearning.Pretrained"] = [Core, "DeepLearning.Formats", "DeepLearning.Tokenizers"],
    ["DeepLearning.TensorBoard"] = [Core, "Google.Protobuf"],
    ["DeepLearning.Testing"] = [Core],
    ["DeepLearning.Tokenizers"] = [],
    ["DeepLearning.Training.Console"] = [Core, "Spectre.Console"],
    ["DeepLearning.Training.Logging"] = [Core, "Microsoft.Extensions.Logging.Abstractions"],
};

string folder = args[0];
List<string> problems = [];
Dictionary<string, string> found = [];
foreach (string file in Directory.GetFiles(folder, "*.nupkg").Order(StringComparer.Ordinal))
{
    using ZipArchive archive = ZipFile.OpenRead(file);
    ZipArchiveEntry nuspec = archive.Entries.Single(static entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal));
    using Stream stream = nuspec.Open();
    XElement metadata = XDocument.Load(stream).Root!.Elements().Single();
    string id = Item(metadata, "id");
    Require(nuspec.FullName == $"{id}.nuspec", id, $"its description is {nuspec.FullName}");
    Require(found.TryAdd(id, Item(metadata, "version")), id, "there are two");
    Check(id, Path.ChangeExtension(file, ".snupkg"), archive, metadata);
}

foreach (string missing in packages.Keys.Except(found.Keys))
{
    problems.Add($"{missing}: there is no package");
}

Require(found.Values.Distinct().Count() == 1, "versions", $"they differ: {string.Join(", ", found.Values)}");
foreach (string problem in problems)
{
    Console.WriteLine($"error: {problem}");
}

return problems.Count == 0 ? 0 : 1;

void Check(string id, string symbols, ZipArchive archive, XElement metadata)
{
    string[] files = [.. archive.Entries.Select(static entry => entry.FullName)];
    foreach (string file in (string[])["README.md", "LICENSE", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"])
    {
        Require(files.Contains(file), id, $"{file} is not in the package");
    }

    string[] own = id switch
    {
        Core => ["build/DeepLearning.props", "buildTransitive/DeepLearning.props", "analyzers/dotnet/cs/DeepLearning.Analyzers.dll"],
        "DeepLearning.Onnx" => ["onnx-LICENSE.txt"], // of the schema
        _ => [],
    };
    string[] unknown =
    [
        .. files.Where(file => !own.Contains(file) && file is not ("README.md" or "LICENSE" or "icon.png" or "[Content_Types].xml")
            && !file.EndsWith(".nuspec", StringComparison.Ordinal) && !file.StartsWith("lib/", StringComparison.Ordinal)
            && !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal)),
        .. own.Except(files).Select(static file => $"no {file}"),
    ];
    Require(unknown.Length == 0, id, $"the package has {string.Join(", ", unknown)}");
    using (StreamReader readme = new(archive.GetEntry("README.md")!.Open()))
    {
        string[] relative =
        [
            .. Regex.Matches(readme.ReadToEnd(), @"\]\((?![a-z]+:|#)(?<target>[^)\s]+)\)")
                .Select(static match => match.Groups["target"].Value),
        ];
        Require(relative.Length == 0, id, $"the README has links that lead nowhere from a package: {string.Join(", ", relative)}");
    }

    Require(!files.Any(static file => file.StartsWith("runtimes/", StringComparison.Ordinal)), id, "the package has native files");
    string[] others =
    [
        .. files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)
            && !file.StartsWith($"lib/net10.0/{id}.", StringComparison.Ordinal)),
    ];
    Require(others.Length == 0, id, $"the package has {string.Join(", ", others)}");

    string[] dependencies =
    [
        .. metadata.Descendants().Where(static element => element.Name.LocalName == "dependency")
            .Select(static element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal),
    ];
    Require(
        packages.TryGetValue(id, out string[]? expected) && dependencies.SequenceEqual(expected.Order(StringComparer.Ordinal)), id,
        $"it should depend on {string.Join(", ", expected ?? ["nothing, it is not known"])}, not on {string.Join(", ", dependencies)}");
    Require(Item(metadata, "readme") == "README.md", id, "the README is not named");
    Require(Item(metadata, "icon") == "icon.png", id, "the icon is not named");
    Require(Item(metadata, "license") == "MIT", id, "the licence is not named");
    Require(Item(metadata, "description").Length > 0, id, "it has no description");

    if (File.Exists(symbols))
    {
        using ZipArchive symbolArchive = ZipFile.OpenRead(symbols);
        Require(symbolArchive.GetEntry($"lib/net10.0/{id}.pdb") is not null, id, "there are no symbols");
    }
    else
    {
        problems.Add($"{id}: there is no symbol package");
    }

    Console.WriteLine($"{id} {Item(metadata, "version")}: {files.Length} entries; depends on {string.Join(", ", dependencies)}");
}

string Item(XElement metadata, string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";

void Require(bool holds, string id, string problem)
{
    if (!holds)
    {
        problems.Add($"{id}: {problem}");
    }
}
