// dotnet run .ci/CheckPackage.cs -- FOLDER
// Checks the packages in the folder: what the core depends on, and what stands in it.
#:property PublishAot=false
using System.IO.Compression;
using System.Xml.Linq;

string folder = args[0];
List<string> problems = [];
string package = Directory.GetFiles(folder, "DeepLearning.*.nupkg").Single();
string symbols = Directory.GetFiles(folder, "DeepLearning.*.snupkg").Single();

using ZipArchive archive = ZipFile.OpenRead(package);
string[] files = [.. archive.Entries.Select(entry => entry.FullName)];
foreach (string file in (string[])["README.md", "LICENSE", "lib/net10.0/DeepLearning.dll", "lib/net10.0/DeepLearning.xml"])
{
    Require(files.Contains(file), $"{file} is not in the package");
}

Require(!files.Any(file => file.StartsWith("runtimes/", StringComparison.Ordinal)), "the package has native files");

using Stream stream = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
XElement metadata = XDocument.Load(stream).Root!.Elements().Single();
XElement Item(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
string[] dependencies =
    [.. metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)];
Require(
    dependencies.Order(StringComparer.Ordinal).SequenceEqual(["MathNet.Numerics", "System.Numerics.Tensors"]),
    $"the dependencies are {string.Join(", ", dependencies)}");
Require(Item("id").Value == "DeepLearning", "the id is not DeepLearning");
Require(Item("readme").Value == "README.md", "the README is not named");
Require(Item("license").Value == "MIT", "the licence is not named");

using ZipArchive symbolArchive = ZipFile.OpenRead(symbols);
Require(symbolArchive.GetEntry("lib/net10.0/DeepLearning.pdb") is not null, "there are no symbols");

Console.WriteLine($"{Path.GetFileName(package)}: {files.Length} entries; depends on {string.Join(", ", dependencies)}");
foreach (string problem in problems)
{
    Console.WriteLine($"error: {problem}");
}

return problems.Count == 0 ? 0 : 1;

void Require(bool holds, string problem)
{
    if (!holds)
    {
        problems.Add(problem);
    }
}
