using DeepLearning.Training.Terminal;

namespace DeepLearning.Tests.Training.Terminal;

public sealed class LineWriterTests
{
    [Fact]
    public void Whole_lines_are_handed_on_and_the_rest_is_kept()
    {
        List<string> written = [];
        using StringWriter original = new() { NewLine = "\n" };
        using LineWriter writer = new(original, written.Add);
        writer.Write("a");
        writer.Write('b');
        Assert.Empty(written);
        writer.WriteLine("c");
        writer.Write("d\ne\nf".ToCharArray());
        writer.Write(1.5f);
        Assert.Equal(["abc\n", "d\ne\n"], written);
        Assert.StartsWith("f1", writer.TakeRest(), StringComparison.Ordinal);
        Assert.Equal("", writer.TakeRest());
        Assert.Equal("", original.ToString());
    }
}
