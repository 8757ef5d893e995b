using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Repository;

/// <summary>
/// No arm of a switch over element types stands for "all others": the code of one type on the memory of another reads and writes past its
/// end. Looks at the text of the sources, braces balanced, comments and strings left out.
/// </summary>
public sealed partial class TypeSwitchTests
{
    [Fact]
    public void Every_switch_over_element_types_throws_for_what_it_does_not_name()
    {
        List<string> found = [.. Sources().SelectMany(static file => Wrong(Plain(File.ReadAllText(file)), file))];
        Assert.True(found.Count == 0, "\n" + string.Join('\n', found));
    }

    [Fact]
    public void The_check_sees_a_default_that_stands_for_a_type()
    {
        Assert.Single(Wrong("switch (x.DType) { case DType.Float32: A(); break; default: B(); break; }", ""));
        Assert.Single(Wrong("int n = dtype switch { DType.UInt8 => 1, _ => 2 };", ""));
        Assert.Single(Wrong("switch (x.DType.Size()) { case 1: A(); break; default: B(); break; }", ""));
        Assert.Single(Wrong("if (x.DType == DType.Float32) { A(); } else { B(); }", ""));
        Assert.Empty(Wrong("int n = dtype switch { DType.UInt8 => F(k switch { 1 => 2, _ => 3 }), _ => throw new X() };", ""));
        Assert.Empty(Wrong("switch (x.DType) { case DType.Bool: A(); break; default: throw new X(); }", ""));
        Assert.Empty(Wrong("switch (kind) { case Kind.A: A(); break; default: B(); break; }", ""));
    }

    private static IEnumerable<string> Sources() => RepositoryFiles.Enumerate("src", "*.cs");

    private static IEnumerable<string> Wrong(string text, string file)
    {
        foreach (Match match in SwitchWord().Matches(text))
        {
            int open = text.IndexOf('{', match.Index), close = Closing(text, open);
            string subject = text[(text.LastIndexOfAny([';', '{', '}', '='], match.Index) + 1)..open];
            string arms = Outermost(text[(open + 1)..close]);
            bool isOverTypes = OwnType().IsMatch(arms) || subject.Contains("DType", StringComparison.Ordinal)
                || subject.Contains("SizeOf<", StringComparison.Ordinal);
            if (isOverTypes && Rest().Match(arms) is { Success: true } rest)
            {
                yield return $"{file}: {subject.Trim()}: {rest.Value.Trim()}";
            }
        }

        foreach (Match match in IfElse().Matches(text))
        {
            yield return $"{file}: {match.Value.Trim()}";
        }
    }

    // The arms without what stands in their own braces and brackets.
    private static string Outermost(string arms)
    {
        char[] kept = arms.ToCharArray();
        int depth = 0;
        for (int i = 0; i < kept.Length; i++)
        {
            depth -= kept[i] is '}' or ')' ? 1 : 0;
            depth += arms[i] is '{' or '(' ? 1 : 0;
            kept[i] = depth > 0 && !(depth == 1 && arms[i] is '{' or '(') ? ' ' : kept[i];
        }

        return new string(kept);
    }

    private static int Closing(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        throw new InvalidDataException("A brace is never closed.");
    }

    private static string Plain(string text) => Text().Replace(text, static m => m.Value[0] == '/' ? " " : "\"\"");

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|\$*@?""""""+.*?""""""+|'(\\.|[^'\\])'|\$?@?""(\\.|[^""\\\n])*""", RegexOptions.Singleline)]
    private static partial Regex Text();

    [GeneratedRegex(@"\bswitch\b")]
    private static partial Regex SwitchWord();

    [GeneratedRegex(@"\b(case\s+DType\.\w+|DType\.\w+(\s+or\s+DType\.\w+)*\s*(=>|when))")]
    private static partial Regex OwnType();

    [GeneratedRegex(@"(\bdefault\s*:|\b_\s*=>)\s*(?!throw\b)\S[^;,]*")]
    private static partial Regex Rest();

    [GeneratedRegex(@"\bif\s*\([\w.]*DType\s*==\s*DType\.\w+\)\s*\{[^{}]*\}\s*else\s*\{", RegexOptions.IgnoreCase)]
    private static partial Regex IfElse();
}
