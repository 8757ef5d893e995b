using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DeepLearning.Training.Terminal;

/// <summary>Takes the place of the console's output while a live view is up: hands on whole lines, to be written above the view.</summary>
internal sealed class LineWriter(TextWriter original, Action<string> write) : TextWriter(original.FormatProvider)
{
    private readonly StringBuilder _open = new();
    private readonly Lock _lock = new();

    public override Encoding Encoding => original.Encoding;

    [AllowNull]
    public override string NewLine
    {
        get => original.NewLine;
        set => original.NewLine = value;
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        string whole;
        lock (_lock)
        {
            _open.Append(buffer);
            int end = buffer.LastIndexOf('\n');
            if (end < 0)
            {
                return;
            }

            int length = _open.Length - (buffer.Length - end - 1);
            whole = _open.ToString(0, length);
            _open.Remove(0, length);
        }

        write(whole);
    }

    /// <summary>Takes what was begun of a line.</summary>
    public string TakeRest()
    {
        lock (_lock)
        {
            string rest = _open.ToString();
            _open.Clear();
            return rest;
        }
    }
}
