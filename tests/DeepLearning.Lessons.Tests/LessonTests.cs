using System.Text.RegularExpressions;
using DeepLearning.Samples.Lessons;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Lessons;

/// <summary>Every lesson in its quick form: it needs no data that a clone lacks, comes to its figure, and shows what it promises.</summary>
public sealed class LessonTests
{
    public static TheoryData<string> Names { get; } = [.. Course.Lessons.Select(static lesson => lesson.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quick_run_comes_to_its_figure_and_leaves_a_report(string name)
    {
        using TemporaryFolder folder = new();
        Lesson lesson = Course.Lessons.Single(one => one.Name == name);
        StringWriter output = new();
        string report = folder["report.html"], pictures = folder["pictures", "x"];
        double figure = Course.Run(
            lesson, new LessonOptions
            {
                Name = name,
                Quick = true,
                Report = report,
                Pictures = Path.GetDirectoryName(pictures),
                Data =
                folder.Root
            }, output);

        Assert.True(lesson.QuickGoal.IsMet(figure), $"{lesson.QuickGoal.Show(figure)}, expected {lesson.QuickGoal}\n{output}");
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lesson.QuickGoal.Show(figure), lines[^1].TrimEnd());

        string html = File.ReadAllText(report);
        Assert.Contains($"<h1>{System.Net.WebUtility.HtmlEncode(lesson.Title)}</h1>", html);
        Assert.DoesNotContain("NaN", Regex.Replace(html, "base64,[^\"]*", ""), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(folder["pictures", ""]));
        Assert.All(Directory.EnumerateFiles(folder["pictures", ""]), static file =>
            Assert.InRange(new FileInfo(file).Length, 100, 4_000_000));
    }
}
