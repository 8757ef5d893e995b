using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Patterns;

/// <summary>
/// A regular expression over code points, as Oniguruma reads it. .NET's own reads UTF-16 units, so that a class never holds a character
/// beyond the first plane; this one does, gives the same result on every machine, and stops with a named error where a hostile pattern
/// would run on and on.
/// </summary>
internal sealed class Pattern
{
    [ThreadStatic]
    private static Frame[]? Frames;

    private readonly PatternStep[] _steps;
    private readonly int[]?[] _shortcuts;

    public Pattern(string source)
    {
        Source = source;
        _steps = PatternCompiler.Compile(source);
        _shortcuts = PatternBegin.Shortcuts(_steps);
    }

    /// <summary>The pattern as it was written.</summary>
    public string Source { get; }

    /// <summary>The pattern that matches a text and nothing else.</summary>
    public static Pattern Literal(string text)
    {
        var escaped = new System.Text.StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c > ' ')
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return new Pattern(escaped.ToString());
    }

    /// <summary>The first match that begins at a place or after it.</summary>
    public bool Find(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        var budget = 10_000_000L + (1000L * text.Length);
        for (start = from; start <= text.Length;)
        {
            end = Run(text, 0, start, 0, ref budget);
            if (end >= 0)
            {
                return true;
            }

            if (start == text.Length)
            {
                break;
            }

            CodePoints.At(text, start, out var length);
            start += length;
        }

        end = start;
        return false;
    }

    private int Run(ReadOnlySpan<char> text, int step, int position, int floor, ref long budget)
    {
        var frames = Frames ??= new Frame[64];
        var top = floor;
        while (true)
        {
            if (--budget < 0)
            {
                throw new TokenizerException(
                    $"Pattern '{Source[..Math.Min(Source.Length, 80)]}' tries too many ways on a text of {text.Length} units.");
            }

            ref readonly var s = ref _steps[step];
            var ok = true;
            switch (s.Op)
            {
                case PatternOp.End:
                    return position;
                case PatternOp.Set:
                    ok = position < text.Length;
                    if (ok && text[position] < 128)
                    {
                        ok = s.Set!.Contains(text[position++]);
                        step++;
                    }
                    else if (ok)
                    {
                        ok = s.Set!.Contains(CodePoints.At(text, position, out var length));
                        position += length;
                        step++;
                    }

                    break;
                case PatternOp.Run:
                    var least = position;
                    ok = TakeRun(text, in s, ref position, ref least, ref budget);
                    step++;
                    if (ok && s.Kind == RepeatKind.Greedy && position > least)
                    {
                        Push(ref frames, ref top, new Frame(step, position, least));
                    }

                    break;
                case PatternOp.Split:
                    // Ways that cannot begin with the next letter are not tried.
                    if (position < text.Length && text[position] is < (char)128 and var next && _shortcuts[step] is { } shortcuts
                        && shortcuts[next] != step)
                    {
                        step = shortcuts[next];
                        break;
                    }

                    Push(ref frames, ref top, new Frame(s.B, position, -1));
                    step = s.A;
                    break;
                case PatternOp.Jump:
                    step = s.A;
                    break;
                case PatternOp.Assert:
                    ok = Holds((AssertKind)s.A, text, position);
                    step++;
                    break;
                case PatternOp.Atomic:
                    var after = Run(text, step + 1, position, top, ref budget);
                    frames = Frames!;
                    (ok, position, step) = (after >= 0, after, s.A);
                    break;
                case PatternOp.LookAhead:
                    ok = Run(text, step + 1, position, top, ref budget) >= 0 != s.Negative;
                    frames = Frames!;
                    step = s.A;
                    break;
                default:
                    ok = LooksBack(text, in s, step, position, top, ref budget) != s.Negative;
                    frames = Frames!;
                    step = s.A;
                    break;
            }

            if (ok)
            {
                continue;
            }

            if (top == floor)
            {
                return -1;
            }

            ref var frame = ref frames[top - 1];
            (step, position) = (frame.Step, frame.Position);
            if (frame.Least >= 0)
            {
                CodePoints.Before(text, position, out var back);
                position -= back;
                frame.Position = position;
                top -= position <= frame.Least ? 1 : 0;
            }
            else
            {
                top--;
            }
        }
    }

    private static bool TakeRun(ReadOnlySpan<char> text, in PatternStep s, ref int position, ref int least, ref long budget)
    {
        var set = s.Set!;
        var count = 0;
        var start = position;
        while (count < s.B && position < text.Length)
        {
            int c = text[position], length = 1;
            if (c >= 128)
            {
                c = CodePoints.At(text, position, out length);
            }

            if (!set.Contains(c))
            {
                break;
            }

            position += length;
            if (++count == s.A)
            {
                least = position;
            }
        }

        budget -= (position - start) >> 3;
        return count >= s.A;
    }

    private bool LooksBack(ReadOnlySpan<char> text, in PatternStep s, int step, int position, int top, ref long budget)
    {
        var from = position;
        for (var i = 0; i < s.B; i++)
        {
            if (from == 0)
            {
                return false;
            }

            CodePoints.Before(text, from, out var length);
            from -= length;
        }

        return Run(text, step + 1, from, top, ref budget) == position;
    }

    private static bool Holds(AssertKind kind, ReadOnlySpan<char> text, int position) => kind switch
    {
        AssertKind.LineStart => position == 0 || text[position - 1] == '\n' && position < text.Length,
        AssertKind.LineEnd => position == text.Length || text[position] == '\n',
        AssertKind.TextStart => position == 0,
        AssertKind.TextEnd => position == text.Length,
        AssertKind.TextEndOrLastLine => position == text.Length || position == text.Length - 1 && text[position] == '\n',
        _ => WordEdge(text, position) == (kind == AssertKind.WordEdge),
    };

    private static bool WordEdge(ReadOnlySpan<char> text, int position)
    {
        var before = position > 0 && PatternSet.IsWord(CodePoints.Before(text, position, out _));
        var after = position < text.Length && PatternSet.IsWord(CodePoints.At(text, position, out _));
        return before != after;
    }

    private static void Push(ref Frame[] frames, ref int top, Frame frame)
    {
        if (top == frames.Length)
        {
            Array.Resize(ref frames, top * 2);
            Frames = frames;
        }

        frames[top++] = frame;
    }

    private record struct Frame(int Step, int Position, int Least);
}
