using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Repository;

/// <summary>
/// What neither the compiler nor the formatter sees in a source: comments that a change of their width broke, words that are not plain
/// modern English in American spelling, and small disorder. Each check is shown to see its kind.
/// </summary>
public sealed partial class SourceStyleTests
{
    private const int LineWidth = 140;

    private static readonly Dictionary<string, (Func<string[], IEnumerable<int>> Find, string Seen, string Accepted)> s_kinds = new()
    {
        ["a summary that begins on its tag's line and ends on another"] = (
            BrokenSummaries, "/// <summary>Words.\n/// More.</summary>",
            "/// <summary>Words.</summary>\n/// <summary>\n/// More.\n/// </summary>"),
        ["a line of a comment that ends early, and goes on"] = (
            EarlyEnds, $"/// {Long}\n/// 6.5,\n/// 2012 and more.", $"/// {Long}\n/// 6.5.\n/// </summary>\n/// {Long}\n/// end."),
        ["a blank line between an attribute and its member"] = (
            BlankAfterAttribute, "[Fact]\n\npublic void A()", "[Fact]\npublic void A()\n\n[Fact]\npublic void B()"),
        ["a string marked $ without a hole"] = (
            static lines => Matching(lines, NoHole()), "x = $\"no hole\";", "x = $\"{hole}\" + \"no hole\" + $@\"{hole}\";"),
        ["a parameter that stands further in or out than those above it"] = (
            Misindented, "F(\n    a,\n        b);", "F(\n    a\n        + 1, b,\n    c,\n    G(\n        d,\n        e));"),
        ["British spelling"] = (
            static lines => InComments(lines, British()), "// The colour is normalised.", "// The color is normalized, otherwise raised."),
        ["\"is no\" for \"is not a\""] = (
            static lines => InComments(lines, IsNo()), "// The shape is no valid one; a number is no row.",
            "// There is no such row; it is no longer one and no more than that."),
        ["\"a batch\" for \"per batch\""] = (
            static lines => InComments(lines, PerUnit()), "/// <summary>Samples a batch.</summary>\n// Reflected once a type.",
            "// Samples per batch. It holds a row, and returns a tensor."),
    };

    private static string Long => new string('w', 120);

    public static TheoryData<string> Kinds => new(s_kinds.Keys);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_source_has(string kind)
    {
        List<string> found = [];
        foreach (string file in RepositoryFiles.Enumerate("src", "*.cs"))
        {
            string name = Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/');
            string[] lines = File.ReadAllLines(file);
            found.AddRange(s_kinds[kind].Find(lines).Select(line => $"{name}:{line + 1}: {lines[line].Trim()}"));
        }

        Assert.True(found.Count == 0, $"{kind}, {found.Count} times:\n{string.Join('\n', found)}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_check_sees(string kind)
    {
        (Func<string[], IEnumerable<int>> find, string seen, string accepted) = s_kinds[kind];
        Assert.NotEmpty(find(seen.Split('\n')));
        Assert.Empty(find(accepted.Split('\n')));
    }

    private static IEnumerable<int> BrokenSummaries(string[] lines) => Enumerable.Range(0, lines.Length).Where(
        i => SummaryWithText().IsMatch(lines[i]) && !lines[i].Contains("</summary>", StringComparison.Ordinal));

    /// <summary>Lines after a long one of the same paragraph which end although the next word had room.</summary>
    private static IEnumerable<int> EarlyEnds(string[] lines)
    {
        bool isCode = false;
        for (int i = 1; i < lines.Length - 1; i++)
        {
            isCode = (isCode || lines[i - 1].Contains("<code>", StringComparison.Ordinal))
                && !lines[i - 1].Contains("</code>", StringComparison.Ordinal);
            (string before, string text, string after) = (Text(lines[i - 1]), Text(lines[i]), Text(lines[i + 1]));
            if (isCode || before.Length == 0 || text.Length == 0 || after.Length == 0 || EndOfParagraph().IsMatch(before)
                || Block().IsMatch(text) || BlockAtStart().IsMatch(after))
            {
                continue;
            }

            if (lines[i - 1].Length >= LineWidth - 30 && lines[i].Length + 1 + after.Split(' ')[0].Length <= LineWidth - 40)
            {
                yield return i;
            }
        }

        static string Text(string line) => Comment().Match(line) is { Success: true } match ? match.Groups[1].Value : "";
    }

    private static IEnumerable<int> BlankAfterAttribute(string[] lines) => Enumerable.Range(0, lines.Length - 1).Where(
        i => AttributeAlone().IsMatch(lines[i]) && string.IsNullOrWhiteSpace(lines[i + 1]));

    /// <summary>Lines that follow a comma in round brackets and do not stand where the first line in the same brackets does.</summary>
    private static IEnumerable<int> Misindented(string[] lines)
    {
        string[] plain = Hidden().Replace(string.Join('\n', lines), static m => NotEnd().Replace(m.Value, "_")).Split('\n');
        Stack<(char Bracket, int Indent)> open = new();
        char last = ' ';
        for (int i = 0; i < plain.Length; i++)
        {
            string line = plain[i], text = line.Trim();
            int indent = line.Length - line.TrimStart().Length;
            if (text.Length > 0 && open.TryPeek(out (char Bracket, int Indent) inner) && inner.Bracket == '(')
            {
                if (inner.Indent < 0)
                {
                    open.Pop();
                    open.Push(('(', indent));
                }
                else if (last == ',' && indent != inner.Indent && text[0] is not (')' or ']' or '}'))
                {
                    yield return i;
                }
            }

            foreach (char c in line)
            {
                if (c is '(' or '[' or '{')
                {
                    open.Push((c, -1));
                }
                else if (c is ')' or ']' or '}')
                {
                    open.TryPop(out _);
                }
            }

            last = text.Length > 0 ? text[^1] : last;
        }
    }

    private static IEnumerable<int> Matching(string[] lines, Regex kind) =>
        Enumerable.Range(0, lines.Length).Where(i => kind.IsMatch(lines[i]));

    private static IEnumerable<int> InComments(string[] lines, Regex kind) => Enumerable.Range(0, lines.Length).Where(
        i => CommentPart().Match(lines[i]) is { Success: true } comment && kind.IsMatch(Reference().Replace(comment.Value, "")));

    [GeneratedRegex(@"^\s*/// <summary>\S")]
    private static partial Regex SummaryWithText();

    [GeneratedRegex(@"^\s*//(?:/)? (.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![:""\w])//.*$")]
    private static partial Regex CommentPart();

    [GeneratedRegex(@"\b(?:cref|name|href)=""[^""]*""|<c>.*?</c>")]
    private static partial Regex Reference();

    [GeneratedRegex(@"</(?:summary|remarks|param|typeparam|returns|exception|para|code|item|value)>|<(?:code|item|list)\b")]
    private static partial Regex EndOfParagraph();

    [GeneratedRegex(@"</?(?:summary|remarks|param|typeparam|returns|exception|para|code|item|list|value)\b")]
    private static partial Regex Block();

    [GeneratedRegex(@"^</?(?:summary|remarks|param|typeparam|returns|exception|para|code|item|list|value)\b")]
    private static partial Regex BlockAtStart();

    [GeneratedRegex(@"^\s*\[[A-Z][\w.]*(?:\(.*\))?\]\s*$")]
    private static partial Regex AttributeAlone();

    [GeneratedRegex(@"(?<![\w$@""])\$""(?:\\.|[^""\\{])*""")]
    private static partial Regex NoHole();

    [GeneratedRegex(@"""""""[\s\S]*?""""""|\$?@?""(?:\\.|[^""\\\n])*""|'(?:\\.|[^'\\])'|//[^\n]*")]
    private static partial Regex Hidden();

    [GeneratedRegex("[^\n]")]
    private static partial Regex NotEnd();

    [GeneratedRegex(
        @"\b(?:\w*(?:normal|initial|optim|serial|recogn|organ|summar|general|real|vector|parallel|minim|maxim|random|special|standard"
            + @"|custom|util|categor|token)is(?:e|es|ed|ing|ation|ations|er|ers)|\w*(?:colour|behaviour|favour|neighbour|honour|labour)\w*"
            + @"|cent(?:re|red|res)|metres?|grey|whilst|analys(?:e|es|ed)"
            + @"|(?:cancel|label|model|travel|signal|total)l(?:ed|ing)|artefacts?|judgement|catalogue|licence|defence)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex British();

    [GeneratedRegex(
        @"(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|less\b|such\b|need\b|reason\b|effect\b|other\b|use\b)\w",
        RegexOptions.IgnoreCase)]
    private static partial Regex IsNo();

    [GeneratedRegex(
        @"\b(?:once|(?:one|two|an?) \w+|elements|bytes|rows|numbers|samples|values|lines|bits|columns|threads|entries|images|vectors"
            + @"|tiles|chunks|steps) an? (?:batch|chunk|block|row|thread|step|type|module|epoch|element|operation|line|call|node|parameter"
            + @"|channel|group|column|file|sample|second|image"
            + @"|class|vector|lane|word|layer|level|figure|folder|tile)(?=[.,;:)]|\s*</|\s*$)",
        RegexOptions.IgnoreCase)]
    private static partial Regex PerUnit();
}
