using System.Reflection;
using System.Text.RegularExpressions;

namespace DeepLearning.DocSnippets;

/// <summary>The page for those who come from PyTorch names only what exists.</summary>
public sealed partial class PyTorchMapTests
{
    [Fact]
    public void Every_name_in_the_right_columns_is_public()
    {
        HashSet<string> known = [.. PublicNames()];
        string page = File.ReadAllText(Path.Combine(LinkTests.FindRoot(), "docs", "pytorch-map.md"));
        string tables = page[..page.IndexOf("## What differs", StringComparison.Ordinal)];
        string[] mentioned =
        [
            .. from row in tables.Split('\n')
               where row.StartsWith("| ", StringComparison.Ordinal) && !row.StartsWith("| torch |", StringComparison.Ordinal)
               from Match code in Code().Matches(row.Split('|')[2])
               from Match name in Name().Matches(Text().Replace(code.Groups["code"].Value, ""))
               select name.Value,
        ];
        string[] unknown = [.. mentioned.Distinct().Where(name => !known.Contains(name))];
        Assert.True(mentioned.Length > 200, $"Only {mentioned.Length} names were found.");
        Assert.True(unknown.Length == 0, "Not in the library: " + string.Join(", ", unknown));
    }

    private static IEnumerable<string> PublicNames() =>
        from assembly in (string[])
        [
            "DeepLearning", "DeepLearning.Data.Csv", "DeepLearning.Formats", "DeepLearning.Onnx", "DeepLearning.TensorBoard",
            "DeepLearning.Testing", "DeepLearning.Training.Console", "DeepLearning.Training.Logging",
        ]
        from type in Assembly.Load(assembly).GetExportedTypes()
        from name in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Select(member => member.Name)
            .Append(type.Name.Split('`')[0])
            .Append(type.Name.EndsWith(nameof(Attribute), StringComparison.Ordinal) ? type.Name[..^nameof(Attribute).Length] : type.Name)
            .Concat(type.GetGenericArguments().Select(argument => argument.Name))
        select name;

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Text();

    /// <summary>Types and members begin with a capital letter; variables of the examples do not.</summary>
    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Name();
}
