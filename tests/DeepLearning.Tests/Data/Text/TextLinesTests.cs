using System.Text;
using DeepLearning.Data;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Text;

[Trait("Rerun", "Culture")]
public sealed class TextLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("one", "one")]
    [InlineData("one\n", "one")]
    [InlineData("\n", "")]
    [InlineData("one\r\ntwo\n\nfür 😀\r\n", "one|two||für 😀")]
    [InlineData("\uFEFFone\ntwo", "one|two")]
    public void Lines_are_those_of_the_framework(string content, string expected)
    {
        File.WriteAllText(_folder["a.txt"], content, new UTF8Encoding(false));
        using TextLines lines = new(_folder["a.txt"]);
        Assert.Equal(File.ReadAllLines(_folder["a.txt"]), Enumerable.Range(0, lines.Count).Select(i => lines[i]));
        Assert.Equal(expected, string.Join('|', Enumerable.Range(0, lines.Count).Select(i => lines[i])));
    }

    [Fact]
    public void Long_lines_and_files_are_read_from_many_threads()
    {
        string[] expected = [.. Enumerable.Range(0, 3000).Select(static i => new string((char)('a' + (i % 26)), i) + "é"), new('x',
            3 << 20)];
        File.WriteAllLines(_folder["a.txt"], expected);
        using TextLines lines = new(_folder["a.txt"]);
        DataLoader<string, string[]> loader = new(lines, 50, static s => [.. s], workers: 3);
        Assert.Equal(expected, loader.SelectMany(static b => b));
    }

    [Fact]
    public void Empty_lines_can_be_left_out()
    {
        File.WriteAllText(_folder["a.txt"], "\none\n \t\r\n\ntwo");
        using TextLines lines = new(_folder["a.txt"], skipEmpty: true);
        Assert.Equal(2, lines.Count);
        Assert.Equal("two", lines[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => lines[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => lines[-1]);
    }

    [Fact]
    public void A_line_that_is_not_UTF_8_is_named()
    {
        File.WriteAllBytes(_folder["a.txt"], [.. "one\n\ntwo\n"u8, 0xFC, .. "\nthree"u8]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => new TextLines(_folder["a.txt"]));
        Assert.StartsWith($"{_folder["a.txt"]}, line 4: not UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => new TextLines(_folder["b.txt"]));
    }

    [Fact]
    public void Another_encoding_of_one_byte_a_character_can_be_given()
    {
        File.WriteAllText(_folder["a.txt"], "für\nçà\r\n", Encoding.Latin1);
        using TextLines lines = new(_folder["a.txt"], encoding: Encoding.Latin1);
        Assert.Equal("für", lines[0]);
        Assert.Equal("çà", lines[1]);
        Assert.Throws<ArgumentException>(() => new TextLines(_folder["a.txt"], encoding: Encoding.Unicode));
    }

    [Fact]
    public void A_change_of_the_file_is_noticed()
    {
        File.WriteAllText(_folder["a.txt"], "one\nzwölf\n");
        using TextLines lines = new(_folder["a.txt"]);
        try
        {
            using FileStream other = new(_folder["a.txt"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            other.SetLength(7);
        }
        catch (IOException)
        {
            return; // This system protects an open file.
        }

        Assert.Equal("one", lines[0]);
        Assert.Contains("was changed", Assert.Throws<InvalidDataException>(() => lines[1]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_a_class_gives_labelled_lines()
    {
        File.WriteAllText(_folder["good.txt"], "fine\n\nvery fine\n");
        File.WriteAllText(_folder["bad.txt"], "poor\n");
        using LabeledTexts set = LabeledTexts.FromLines([("bad", _folder["bad.txt"]), ("good", _folder["good.txt"])]);
        Assert.Equal(["bad", "good"], set.ClassNames);
        Assert.Equal([0, 1, 1], set.Labels);
        Assert.Equal(new LabeledText("very fine", 1), set[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[3]);
        File.WriteAllText(_folder["none.txt"], " \n");
        Assert.Throws<InvalidDataException>(() => LabeledTexts.FromLines([("a", _folder["bad.txt"]), ("b", _folder["none.txt"])]));
        Assert.Throws<ArgumentException>(() => LabeledTexts.FromLines([]));
    }

    [Fact]
    public void A_folder_a_class_gives_labelled_files()
    {
        File.WriteAllText(_folder["pos", "1.txt"], "fine\nindeed");
        File.WriteAllText(_folder["neg", "2.txt"], "poor");
        File.WriteAllText(_folder["neg", "1.txt"], "bad");
        File.WriteAllText(_folder["neg", "1.csv"], "no text");
        using LabeledTexts set = LabeledTexts.FromFolders(_folder.Root);
        Assert.Equal(["neg", "pos"], set.ClassNames);
        Assert.Equal(
            [new LabeledText("bad", 0), new LabeledText("poor", 0), new LabeledText("fine\nindeed", 1)],
            Enumerable.Range(0, set.Count).Select(i => set[i]));
        File.WriteAllBytes(_folder["pos", "1.txt"], [0xFF]);
        Assert.Contains("not utf-8", Assert.Throws<InvalidDataException>(() => set[2]).Message, StringComparison.Ordinal);
        Assert.Contains("has no file *.md", Assert.Throws<InvalidDataException>(
            () => LabeledTexts.FromFolders(_folder.Root, "*.md")).Message, StringComparison.Ordinal);
    }
}
