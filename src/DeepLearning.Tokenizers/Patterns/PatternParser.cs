using System.Globalization;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Patterns;

/// <summary>Parses a pattern as Oniguruma writes them (its Ruby syntax), the part of it that tokenizers use.</summary>
internal sealed partial class PatternParser(string pattern)
{
    private const int MaxDepth = 64;
    private const int MaxRepeat = 1000;

    private int _position;
    private int _depth;
    private bool _ignoreCase;
    private bool _dotAll;

    public PatternNode Parse()
    {
        var node = Choice();
        return _position == pattern.Length ? node : throw Error("')' closes nothing");
    }

    private bool Ended => _position >= pattern.Length;

    private TokenizerException Error(string what) => new($"Pattern {Quote(pattern)}, at {_position}: {what}.");

    private static string Quote(string text) => text.Length <= 80 ? $"'{text}'" : $"'{text[..77]}…'";

    private bool Take(string text)
    {
        if (string.CompareOrdinal(pattern, _position, text, 0, text.Length) != 0)
        {
            return false;
        }

        _position += text.Length;
        return true;
    }

    private int Next()
    {
        if (Ended)
        {
            throw Error("the pattern ends where a character was expected");
        }

        var c = CodePoints.At(pattern, _position, out var length);
        _position += length;
        return c;
    }

    private PatternNode Choice()
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"more than {MaxDepth} groups inside each other");
        }

        var (ignoreCase, dotAll) = (_ignoreCase, _dotAll);
        var options = new List<PatternNode> { Sequence() };
        while (Take("|"))
        {
            options.Add(Sequence());
        }

        (_ignoreCase, _dotAll) = (ignoreCase, dotAll);
        _depth--;
        return options.Count == 1 ? options[0] : new ChoiceNode(options);
    }

    private SequenceNode Sequence()
    {
        var parts = new List<PatternNode>();
        while (!Ended && pattern[_position] is not ('|' or ')'))
        {
            var atom = Atom();
            if (atom is not null)
            {
                parts.Add(Repeats(atom));
            }
        }

        return new SequenceNode(parts);
    }

    private PatternNode Repeats(PatternNode atom)
    {
        while (!Ended)
        {
            int min, max;
            var interval = false;
            switch (pattern[_position])
            {
                case '*':
                    (min, max) = (0, -1);
                    _position++;
                    break;
                case '+':
                    (min, max) = (1, -1);
                    _position++;
                    break;
                case '?':
                    (min, max) = (0, 1);
                    _position++;
                    break;
                case '{' when Interval(out min, out max):
                    interval = true;
                    break;
                default:
                    return atom;
            }

            // In this syntax a plus after an interval repeats the interval and takes nothing for good.
            var kind = Take("?") ? RepeatKind.Lazy : !interval && Take("+") ? RepeatKind.Possessive : RepeatKind.Greedy;
            if (atom.MinLength == 0 && max != 1)
            {
                throw Error("repeating what can match nothing is not supported");
            }

            atom = new RepeatNode(atom, min, max, kind);
        }

        return atom;
    }

    private bool Interval(out int min, out int max)
    {
        (min, max) = (0, -1);
        var end = pattern.IndexOf('}', _position);
        if (end < 0)
        {
            return false;
        }

        var parts = pattern[(_position + 1)..end].Split(',');
        if (parts.Length > 2 || parts.All(string.IsNullOrEmpty) || parts.Any(static p => p.Any(static c => !char.IsAsciiDigit(c))))
        {
            return false;
        }

        if (parts.Any(static p => p.Length > 6))
        {
            throw Error($"a repeat of more than {MaxRepeat}");
        }

        min = parts[0].Length == 0 ? 0 : int.Parse(parts[0], CultureInfo.InvariantCulture);
        max = parts.Length == 1 ? min : parts[1].Length == 0 ? -1 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        if (min > MaxRepeat || max > MaxRepeat || max >= 0 && max < min)
        {
            throw Error($"a repeat of {min} to {max}; at most {MaxRepeat}, in order");
        }

        _position = end + 1;
        return true;
    }

    private PatternNode? Atom()
    {
        switch (pattern[_position])
        {
            case '(':
                return Group();
            case '[':
                _position++;
                return new SetNode(Cased(new PatternSetParser(this).Parse()));
            case '.':
                _position++;
                return new SetNode(_dotAll ? new PatternSet(static _ => true) : new PatternSet(static c => c != '\n'));
            case '^':
                _position++;
                return new AssertNode(AssertKind.LineStart);
            case '$':
                _position++;
                return new AssertNode(AssertKind.LineEnd);
            case '*' or '+' or '?':
                throw Error("nothing stands before the repeat");
            case '\\':
                return Escape();
            default:
                return new SetNode(Cased(PatternSet.Of(Next())));
        }
    }

    private PatternSet Cased(PatternSet set) => _ignoreCase ? PatternSet.AnyCase(set) : set;

    private PatternNode? Group()
    {
        _position++;
        PatternNode node;
        if (Take("?:"))
        {
            node = Choice();
        }
        else if (Take("?="))
        {
            node = new LookNode(Choice(), Behind: false, Negative: false);
        }
        else if (Take("?!"))
        {
            node = new LookNode(Choice(), Behind: false, Negative: true);
        }
        else if (Take("?<="))
        {
            node = Behind(negative: false);
        }
        else if (Take("?<!"))
        {
            node = Behind(negative: true);
        }
        else if (Take("?>"))
        {
            node = new AtomicNode(Choice());
        }
        else if (Take("?<"))
        {
            var end = pattern.IndexOf('>', _position);
            _position = end < 0 ? throw Error("a group's name without '>'") : end + 1;
            node = Choice();
        }
        else if (Take("?"))
        {
            return Options();
        }
        else
        {
            node = Choice();
        }

        return Take(")") ? node : throw Error("')' is missing");
    }

    private LookNode Behind(bool negative)
    {
        var body = Choice();
        var options = body is ChoiceNode choice ? choice.Options : [body];
        return options.All(static o => o.MinLength == o.MaxLength)
            ? new LookNode(body, Behind: true, negative)
            : throw Error("a look-behind of no fixed length is not supported");
    }

    private PatternNode? Options()
    {
        var (ignoreCase, dotAll) = (_ignoreCase, _dotAll);
        var on = true;
        while (true)
        {
            switch (Next())
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    _ignoreCase = on;
                    break;
                case 'm' or 's':
                    _dotAll = on;
                    break;
                case ':':
                    var node = Choice();
                    (_ignoreCase, _dotAll) = (ignoreCase, dotAll);
                    return Take(")") ? node : throw Error("')' is missing");
                case ')':
                    return null;
                default:
                    _position--;
                    throw Error("an unknown kind of group");
            }
        }
    }

    private PatternNode Escape()
    {
        _position++;
        var start = _position;
        AssertKind? assert = Next() switch
        {
            'b' => AssertKind.WordEdge,
            'B' => AssertKind.NotWordEdge,
            'A' => AssertKind.TextStart,
            'z' => AssertKind.TextEnd,
            'Z' => AssertKind.TextEndOrLastLine,
            _ => null,
        };
        if (assert is { } kind)
        {
            return new AssertNode(kind);
        }

        _position = start;
        return new SetNode(Cased(EscapedSet(out _)));
    }

    private string Text => pattern;
}
