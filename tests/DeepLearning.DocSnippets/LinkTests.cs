using System.Text.RegularExpressions;

namespace DeepLearning.DocSnippets;

/// <summary>Relative links of the Markdown pages lead somewhere.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_and_heading()
    {
        string root = FindRoot();
        IEnumerable<string> pages = Directory.EnumerateFiles(root, "*.md", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(IsNotOurs));
        string[] broken =
        [
            .. from page in pages
               from Match link in Link().Matches(Fences().Replace(File.ReadAllText(page), ""))
               let target = link.Groups["target"].Value
               where !target.Contains("://", StringComparison.Ordinal) && !Exists(page, target)
               select $"{Path.GetRelativePath(root, page)}: {target}",
        ];
        Assert.True(broken.Length == 0, "Broken links:\n" + string.Join('\n', broken));
    }

    [Theory]
    [InlineData("One formula, `every` backend", "one-formula-every-backend")]
    [InlineData("C# 14 & .NET", "c-14--net")]
    public void Headings_have_the_anchors_that_GitHub_gives_them(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    private static bool Exists(string page, string target)
    {
        string[] parts = target.Split('#', 2);
        string file = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0]));
        if (parts.Length == 1 || Path.GetExtension(file) != ".md")
        {
            return Path.Exists(file);
        }

        return File.Exists(file) && Heading().Matches(File.ReadAllText(file)).Any(match => Anchor(match.Groups["text"].Value) == parts[1]);
    }

    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static bool IsNotOurs(string part) => part is "bin" or "obj" or "artifacts" or "node_modules" || part.StartsWith('.');

    internal static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DeepLearning.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No DeepLearning.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*```.*?^\s*```\s*$|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();

    [GeneratedRegex(@"^#+\s+(?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
