using DeepLearning.Samples.Inspect;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Tests.Serialization;

namespace DeepLearning.Tests.Samples;

[Trait("Rerun", "Culture")]
public sealed class InspectTests
{
    private static readonly string Example = RepositoryFiles.PathOf("samples", "Inspect", "data", "convnet.safetensors");

    [Fact]
    public void The_readme_shows_what_is_printed()
    {
        string readme = File.ReadAllText(RepositoryFiles.PathOf("samples", "Inspect", "README.md"));
        string whole = Succeeds(Example), part = Succeeds(Example, "--stats", "--filter", "FC");
        Assert.Contains(whole, readme, StringComparison.Ordinal);
        Assert.Contains(part[part.IndexOf("tensors", StringComparison.Ordinal)..], readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_type_shows_its_numbers_in_its_own_way()
    {
        using Folder folder = new();
        Dictionary<string, Tensor> state = new()
        {
            ["half"] = Tensor.From([(Half)0.5, Half.NaN]),
            ["large"] = Tensor.From([long.MaxValue]),
            ["mask"] = Tensor.From([true, false, true]),
            ["none"] = Tensor.Zeros(0, 3),
            ["bad"] = Tensor.From([float.NaN, 1f, float.NegativeInfinity, 3f, float.NaN]),
        };
        Safetensors.Save(folder["x"], state, new Dictionary<string, string> { ["a\u001b[2J\nb\u202e"] = new string('x', 500) });
        string text = Succeeds(folder["x"], "--values", "2");
        Assert.Contains("half   F16   [2]     0.5 NaN\n", text, StringComparison.Ordinal);
        Assert.Contains("large  I64   [1]     9223372036854775807\n", text, StringComparison.Ordinal);
        Assert.Contains("mask   BOOL  [3]     true false …\n", text, StringComparison.Ordinal);
        Assert.Contains("none   F32   [0, 3]\n", text, StringComparison.Ordinal);
        Assert.Contains($"a\uFFFD[2J\uFFFDb\uFFFD  {new string('x', 100)}…\n", text, StringComparison.Ordinal);
        text = Succeeds(folder["x"], "--stats");
        Assert.Contains("bad    F32   [5]     1 to 3, mean 2, 2 NaN, 1 infinite\n", text, StringComparison.Ordinal);
        Assert.Contains("none   F32   [0, 3]  no finite number\n", text, StringComparison.Ordinal);
        Assert.Contains("total        5 tensors              11 numbers              35 bytes", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PyTorch/checkpoint.pt", "  epoch  3\n", "model.0.weight ", "float32  [3, 2, 3, 3]")]
    [InlineData("PyTorch/types_legacy.pt", "tensors\n", "expanded ", "float32   [4, 3]     1 2 3 1 …")]
    [InlineData("NumPy/arrays.npz", "tensors\n", "u1_big ", "uint8    [2, 3]")]
    [InlineData("NumPy/version3.npy", "tensors\n", "version3", "int32  [5]  0 1 2 3 …")]
    [InlineData("Gguf/quants.gguf", "  value.bool            true\n", "iq4_nl", "IQ4_NL  [3, 64]   not decoded\n")]
    public void Files_of_other_frameworks_are_listed(string name, string metadata, string tensor, string described)
    {
        string path = RepositoryFiles.PathOf("tests", "DeepLearning.Formats.Tests", "Data", name), text = Succeeds(path);
        Assert.Contains(metadata, text, StringComparison.Ordinal);
        Assert.Contains("  " + tensor, text, StringComparison.Ordinal);
        Assert.Contains(described, text, StringComparison.Ordinal);
        Assert.Contains("tensors", Succeeds(path, "--stats"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_or_missing_file_gives_one_line_and_exit_code_1()
    {
        using Folder folder = new();
        folder.Write("pickle", [0x80, 0x02, 0x63, 0x63, 0x6F, 0x6C, 0x6C, 0x65, 0x63, 0x74]);
        folder.Write("bool", PlainSafetensors.Write([new PlainTensor("a", "BOOL", [1], [2])]));
        Assert.Contains("the pickle ends", Fails(1, folder["pickle"]), StringComparison.Ordinal);
        Assert.Contains("'a': element 0 is 2", Fails(1, folder["bool"]), StringComparison.Ordinal);
        Assert.Contains(folder["missing"], Fails(1, folder["missing"]), StringComparison.Ordinal);
        Assert.Contains("is a folder", Fails(1, Path.GetTempPath()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_is_the_usage_and_no_error(string option) =>
        Assert.Matches(
            @"Usage:\s+dotnet run -c Release --project samples/Inspect -- .*FILE.*\n(.*\n)+\s+--filter <TEXT>", Succeeds(option));

    [Theory]
    [InlineData("", "Which file?")]
    [InlineData("a b", "One file at a time.")]
    [InlineData("a --stat", "Unknown option: --stat.")]
    [InlineData("a --filter", "--filter needs a value.")]
    [InlineData("a --values -1", "--values needs a whole number from 0 to 1000.")]
    public void A_wrong_command_line_gives_the_usage_and_exit_code_2(string arguments, string message)
    {
        string errors = Fails(2, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith(message, errors, StringComparison.Ordinal);
        Assert.Contains(Succeeds("--help"), errors, StringComparison.Ordinal);
    }

    private static string Succeeds(params string[] arguments)
    {
        (int code, string output, string errors) = Run(arguments);
        Assert.Equal((0, ""), (code, errors));
        return output;
    }

    private static string Fails(int expected, params string[] arguments)
    {
        (int code, _, string errors) = Run(arguments);
        Assert.Equal(expected, code);
        if (code == 1)
        {
            Assert.Single(errors.TrimEnd('\n').Split('\n'));
        }

        return errors;
    }

    private static (int Code, string Output, string Errors) Run(string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        int code = Inspection.Run(arguments, output, errors);
        return (code, output.ToString(), errors.ToString().ReplaceLineEndings("\n"));
    }
}
