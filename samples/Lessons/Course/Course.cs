using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Samples.Lessons;

/// <summary>The lessons, in the order of the course.</summary>
internal static partial class Course
{
    /// <summary>Lists the lessons, or runs one.</summary>
    /// <returns>The exit code: 0, or 1 where data are missing.</returns>
    /// <exception cref="ArgumentException">There is no such lesson.</exception>
    public static int Run(LessonOptions options, TextWriter output, TextWriter errors)
    {
        if (options.Name is not { } name)
        {
            List(output);
            return 0;
        }

        Lesson lesson = Find(name);
        try
        {
            Run(lesson, options, output);
            return 0;
        }
        catch (DatasetNotFoundException missing)
        {
            errors.WriteLine(missing.InnerException is { } reason
                ? $"{missing.Dataset} could not be downloaded: {reason.Message.ReplaceLineEndings(" ")}"
                : $"{missing.Dataset} was not found{(options.Data is { } folder ? $" in {folder}" : "")}: "
                    + "give its folder, or the one above, "
                    + $"with --data or in {DatasetFolder.EnvironmentVariable}; {Materials.HowToGet(missing.Dataset)}"
                    + $"--quick runs the lesson on data that it has. It needs: {lesson.Data}.");
            return 1;
        }
    }

    /// <summary>Runs a lesson: its report is saved, and its figure is the last line.</summary>
    public static double Run(Lesson lesson, LessonOptions options, TextWriter output)
    {
        Generator.Default.ManualSeed(options.Seed);
        Stopwatch watch = Stopwatch.StartNew();
        LessonRun run = new(options, output);
        double figure = lesson.Run(run);
        Goal goal = options.Quick ? lesson.QuickGoal : lesson.Goal;
        string time = string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s");
        string path = options.Report ?? $"{lesson.Name}-report.html";
        File.WriteAllText(path, run.Report.ToHtml(
            lesson.Title, $"{goal.Show(figure)}; expected: {goal}{(options.Quick ? " (a quick run)" : "")}.",
            [("lesson", lesson.Name), ("seed", $"{options.Seed}"), ("time", time), .. RunEnvironment.Describe()]));
        if (options.Pictures is { } folder)
        {
            run.Report.SavePictures(folder, lesson.Name);
        }

        run.Say($"report: {Path.GetFullPath(path)}");
        run.Say($"expected: {goal}; took {time}");
        run.Say(goal.Show(figure));
        return figure;
    }

    private static Lesson Find(string name) =>
        Lessons.FirstOrDefault(lesson => string.Equals(lesson.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no lesson \"{name}\"; without a name, all are listed. Near it: "
            + string.Join(", ", Lessons.Select(static lesson => lesson.Name).OrderBy(other => Distance(other, name)).Take(3)) + ".");

    private static void List(TextWriter output)
    {
        int name = Lessons.Max(static lesson => lesson.Name.Length), title = Lessons.Max(static lesson => lesson.Title.Length);
        foreach (IGrouping<Chapter, Lesson> chapter in Lessons.GroupBy(static lesson => lesson.Chapter))
        {
            output.WriteLine(chapter.Key.Heading());
            foreach (Lesson lesson in chapter)
            {
                output.WriteLine(
                    $"  {lesson.Name.PadRight(name)}  {lesson.Title.PadRight(title)}  {lesson.Goal}; {lesson.Time}; data: {lesson.Data}");
            }

            output.WriteLine();
        }

        output.WriteLine("Run one:  dotnet run -c Release --project samples/Lessons -- NAME [--quick] [--data FOLDER] [--seed N]");
    }

    /// <summary>How many letters to change, take away or put in make one name of the other (Levenshtein 1966).</summary>
    private static int Distance(string first, string second)
    {
        int[] row = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 1; i <= first.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= second.Length; j++)
            {
                int changed = corner + (char.ToLowerInvariant(first[i - 1]) == char.ToLowerInvariant(second[j - 1]) ? 0 : 1);
                (corner, row[j]) = (row[j], Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
