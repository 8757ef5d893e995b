using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Repository;

/// <summary>What docs/architecture.md says of the library's shape ("How many files a change touches"), counted.</summary>
public partial class ShapeOfTheCodeTests
{
    private const int LargestFolder = 40;
    private const int LongestFile = 400;

    // Tables of polynomial coefficients, which are one subject however long.
    private static readonly string[] s_tables = ["Functions.cs", "FloatFunctions.cs"];

    private static readonly string[] s_sources = [.. RepositoryFiles.Enumerate(Path.Combine("src", "DeepLearning"), "*.cs")];

    [Theory]
    [InlineData("an elementwise operation", "MishOp|\\bTensor Mish\\(", 1)]
    [InlineData("an elementwise operation with parameters", "SoftplusOp\\b|\\bTensor Softplus\\(", 1)]
    [InlineData("an elementwise operation of two operands", "LogAddExpOp|\\bTensor LogAddExp\\(", 1)]
    [InlineData("a composition", "\\bTensor Tile\\(", 1)]
    [InlineData("a composition", "\\bTensor Outer\\(", 1)]
    [InlineData("a movement with a derivative", "FlipOperation|\\bTensor Flip\\(", 1)]
    [InlineData("a view", "DiagonalRule|\\bTensor Diagonal\\(", 1)]
    [InlineData("an operation with its own kernel", "RmsNormOp|\\bTryRmsNorm|\\bTensor RmsNorm\\(", 2)]
    [InlineData("an operation with its own kernel", "LayerNormOp|\\bTryLayerNorm\\(|\\bTensor LayerNorm\\(", 2)]
    [InlineData("an operation with its own kernel", "CdistOp|\\bTryRowDistances|\\bTensor Cdist\\(", 2)]
    [InlineData("an operation with its own kernel", "\\bTryTriangle|\\bTensor Tril\\(", 2)]
    [InlineData("an operation with its own kernel, of a loss", "struct CtcOp\\b|\\bTryCtc", 2)]
    [InlineData("a layer", "class Hardswish\\b|\\bnew Hardswish\\(", 1)]
    [InlineData("a loss", "HuberLossOp|\\bTensor HuberLoss\\(", 1)]
    [InlineData("an optimizer", "\\bAdaDelta", 1)]
    public void A_new_one_of_a_kind_is_so_many_files(string kind, string names, int files)
    {
        string[] found = [.. s_sources.Where(file => Regex.IsMatch(File.ReadAllText(file), names)).Select(Path.GetFileName)!];
        Assert.True(found.Length == files, $"{kind}: {string.Join(", ", found)}");
    }

    [Fact]
    public void What_a_device_may_do_is_declared_by_the_operation_that_asks_for_it()
    {
        // What many formulas share, what crosses devices, and what optimizers ask for, stands with what a device must do.
        string[] general =
        [
            "TryBinarySum", "TryBinarySumBackward", "TryCopyTo", "TryUpdate", "TryUpdateAll", "TryUpdateRows", "TrySumOfSquares",
            "TryScaleAll",
        ];
        Dictionary<string, string> homes = [];
        foreach (string file in s_sources)
        {
            foreach (Match match in Offer().Matches(File.ReadAllText(file)))
            {
                homes.Add(match.Groups[1].Value, file);
            }
        }

        string[] wrong = [.. homes.Where(home => !general.Contains(home.Key)).SelectMany(home => s_sources
            .Where(file => Regex.IsMatch(File.ReadAllText(file), $@"\.{home.Key}\(") != (file == home.Value))
            .Select(file => $"{home.Key}: {file}"))];
        Assert.True(wrong.Length == 0, "\n" + string.Join('\n', wrong));
        Assert.InRange(homes.Count, 40, 200);
        Assert.All(general, name => Assert.Equal("Backends", Path.GetFileName(Path.GetDirectoryName(homes[name]))));
    }

    [Fact]
    public void Only_the_dispatchers_of_the_processor_switch_over_element_types()
    {
        string[] found = [.. s_sources.Where(static file => file.Contains(Path.Combine("Backends", "Cpu"), StringComparison.Ordinal))
            .SelectMany(static file => TypeArm().Matches(File.ReadAllText(file)).Select(match => (Path.GetFileName(file), match.Value)))
            .Select(static arm => $"{arm.Item1}: {arm.Value}")];
        Assert.All(found, static arm => Assert.StartsWith("ElementTypes.cs", arm, StringComparison.Ordinal));
        Assert.InRange(found.Length, 1, 30);
    }

    [Theory]
    [InlineData("switch (x.DType) { case DType.Float32: A(); break; }", 1)]
    [InlineData("int n = x.DType switch { DType.Float16 => 1, _ => 2 };", 1)]
    [InlineData("switch (x.DType.Size())", 1)]
    [InlineData("if (x.DType is DType.Float16 or DType.BFloat16) { } Action a = () => B(DType.Bool);", 0)]
    public void The_check_sees_a_switch_over_element_types(string text, int arms) => Assert.Equal(arms, TypeArm().Count(text));

    [Fact]
    public void The_length_of_an_axis_is_asked_for_in_one_way()
    {
        // Shapes of what is no tensor: an entry of a file, a value of a graph, a selection, the layout of records.
        string[] others = ["RecordLayout.cs", "Embedding.cs", "SafetensorsFile.cs", "GraphNode.cs"];
        string[] found = [.. s_sources.Where(file => !others.Contains(Path.GetFileName(file)))
            .SelectMany(static file => AskedLength().Matches(File.ReadAllText(file)).Select(match => $"{file}: {match.Value}"))];
        Assert.True(found.Length == 0, "Write Size(axis):\n" + string.Join('\n', found));
    }

    [Theory]
    [InlineData("int n = x.Shape[0];", 1)]
    [InlineData("int n = x.Layout.Lengths[^1];", 1)]
    [InlineData("int n = x.Size(0); Shape rest = x.Shape[1..]; int m = layout.Lengths[0];", 0)]
    public void The_check_sees_another_way(string text, int times) => Assert.Equal(times, AskedLength().Count(text));

    [Fact]
    public void No_folder_holds_more_files_than_can_be_looked_through()
    {
        IEnumerable<string> large = s_sources.GroupBy(Path.GetDirectoryName).Where(static folder => folder.Count() > LargestFolder)
            .Select(static folder => $"{folder.Key}: {folder.Count()}");
        Assert.Empty(large);
    }

    [Fact]
    public void No_file_is_longer_than_one_subject_needs()
    {
        IEnumerable<string> longer = s_sources.Where(static file => !s_tables.Contains(Path.GetFileName(file)))
            .Select(static file => (file, Lines: File.ReadLines(file).Count())).Where(static f => f.Lines > LongestFile)
            .Select(static f => $"{f.file}: {f.Lines}");
        Assert.Empty(longer);
        Assert.All(s_tables, name => Assert.Contains(s_sources, file => Path.GetFileName(file) == name
            && File.ReadLines(file).Count() > LongestFile));
    }

    [Fact]
    public void The_page_says_so()
    {
        string page = File.ReadAllText(RepositoryFiles.PathOf("docs", "architecture.md"));
        Assert.Contains($"at most {LargestFolder} files", page);
        Assert.Contains($"at most {LongestFile} lines", page);
    }

    [GeneratedRegex(@"public virtual [\w?]+ (Try\w+)[<(]")]
    private static partial Regex Offer();

    [GeneratedRegex(@"\bcase DType\.\w+|\bDType\.\w+( or DType\.\w+)* =>|\bswitch \([\w.]*\bSize\(\)\)")]
    private static partial Regex TypeArm();

    [GeneratedRegex(@"(?<!//[^\n]*)\b(?:Layout\.Lengths|Shape)\[(?![^\]\n]*\.\.)[^\]\n]+\]")]
    private static partial Regex AskedLength();
}
