using System.Text.RegularExpressions;
using DeepLearning.Samples.Lessons;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Lessons;

public sealed partial class CourseTests
{
    [Fact]
    public void Every_lesson_has_a_name_of_its_own_in_the_style_of_commands()
    {
        Assert.All(Course.Lessons, static lesson => Assert.Matches("^[a-z][a-z0-9-]+$", lesson.Name));
        Assert.Equal(Course.Lessons.Count, Course.Lessons.Select(static lesson => lesson.Name).Distinct().Count());
        Assert.All(Course.Lessons, static lesson => Assert.Equal(lesson.Goal.Figure, lesson.QuickGoal.Figure));
        Assert.All(Course.Lessons, static lesson => Assert.Equal(lesson.Goal.IsAtLeast, lesson.QuickGoal.IsAtLeast));
    }

    [Fact]
    public void Every_lesson_of_the_folder_is_in_the_course()
    {
        int files = RepositoryFiles.Enumerate(Path.Combine("samples", "Lessons"), "*Lesson.cs").Count(
            static file => Path.GetFileName(file) != "Lesson.cs");
        Assert.Equal(files, Course.Lessons.Count);
    }

    [Fact]
    public void Without_a_name_all_are_listed_by_chapter()
    {
        StringWriter output = new();
        Assert.Equal(0, Course.Run(new LessonOptions(), output, TextWriter.Null));
        Assert.All(Course.Lessons, lesson => Assert.Contains($"  {lesson.Name} ", output.ToString()));
        Assert.All(Enum.GetValues<Chapter>(), chapter => Assert.Contains(chapter.Heading(), output.ToString()));
    }

    [Fact]
    public void A_name_that_is_none_gets_those_that_are_near()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            static () => Course.Run(new LessonOptions { Name = "lenett" }, TextWriter.Null, TextWriter.Null));
        Assert.Contains("\"lenett\"", error.Message);
        Assert.Contains("lenet,", error.Message);
    }

    [Theory]
    [InlineData("gcn", "cora-planetoid")]
    [InlineData("translation", "fra-eng")]
    [InlineData("gpt", "tinyshakespeare")]
    [InlineData("lenet", "mnist")]
    public void Data_that_are_missing_are_named_with_what_helps(string lesson, string dataset)
    {
        using TemporaryFolder empty = new();
        StringWriter errors = new();
        Assert.Equal(
            1, Course.Run(new LessonOptions { Name = lesson, Data = empty.Root, Report = empty["r.html"] }, TextWriter.Null, errors));
        Assert.Contains(dataset, errors.ToString());
        Assert.Contains(empty.Root, errors.ToString());
        Assert.Contains("--data", errors.ToString());
        Assert.Contains("--quick", errors.ToString());
        Assert.Single(errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_same_seed_gives_the_same_figure_and_another_one_another()
    {
        using TemporaryFolder folder = new();
        double Figure(ulong seed) => Course.Run(
            Course.Lessons.Single(static lesson => lesson.Name == "denoising"),
            new LessonOptions { Name = "denoising", Quick = true, Seed = seed, Report = folder["r.html"] }, TextWriter.Null);
        double first = Figure(1);
        Assert.Equal(first, Figure(1));
        Assert.NotEqual(first, Figure(2));
    }

    [Fact]
    public void Every_lesson_has_its_section_in_the_pages_and_is_in_the_table_of_contents()
    {
        string[] pages = [.. RepositoryFiles.Enumerate(Path.Combine("docs", "lessons"), "*.md").Select(File.ReadAllText)];
        string contents = File.ReadAllText(RepositoryFiles.PathOf("docs", "lessons", "README.md"));
        Assert.All(Course.Lessons, lesson =>
        {
            Assert.Contains($"`{lesson.Name}`", contents);
            Assert.Single(pages, page => Sections().Matches(page).Any(heading => heading.Groups[1].Value == lesson.Name));
        });
    }

    [Fact]
    public void The_names_in_headings_of_the_pages_are_lessons()
    {
        foreach (string page in RepositoryFiles.Enumerate(Path.Combine("docs", "lessons"), "*.md"))
        {
            Assert.All(
                Sections().Matches(File.ReadAllText(page)).Select(static heading => heading.Groups[1].Value),
                name => Assert.Contains(Course.Lessons, lesson => lesson.Name == name));
        }
    }

    [Theory]
    [InlineData(0.97, true)]
    [InlineData(0.969, false)]
    [InlineData(double.NaN, false)]
    public void A_goal_is_met_from_its_bound_on(double value, bool isMet)
    {
        Assert.Equal(isMet, Goal.AtLeast("accuracy", 0.97).IsMet(value));
        Assert.Equal(isMet, Goal.AtMost("loss", -0.97).IsMet(-value));
        Assert.Equal("accuracy ≥ 0.97", $"{Goal.AtLeast("accuracy", 0.97)}");
    }

    [Fact]
    public void A_report_escapes_what_it_is_given()
    {
        LessonReport report = new();
        report.Text("<b>", "\"&", "<script>");
        report.Table("t", "c", ["<i>"], [["<u>"]]);
        string html = report.ToHtml("<h>", "<s>", [("<n>", "<v>")]);
        Assert.All(new[] { "<b>", "<script>", "<i>", "<u>", "<h>", "<s>", "<n>", "<v>" }, text => Assert.DoesNotContain(text, html));
    }

    // "## Title (`name`)".
    [GeneratedRegex("^## .*\\(`([a-z0-9-]+)`\\)\\s*$", RegexOptions.Multiline)]
    private static partial Regex Sections();
}
