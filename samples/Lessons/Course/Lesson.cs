namespace DeepLearning.Samples.Lessons;

/// <summary>A system that is taught in one file: its data, its model, its training, its figure and its pictures.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Chapter">Where it stands in the course.</param>
/// <param name="Title">One line: what it shows.</param>
/// <param name="Goal">What its figure comes to.</param>
/// <param name="QuickGoal">What the same figure comes to with <c>--quick</c>: less training, on data that every clone has.</param>
/// <param name="Run">Runs it; returns its figure.</param>
internal sealed record Lesson(string Name, Chapter Chapter, string Title, Goal Goal, Goal QuickGoal, Func<LessonRun, double> Run)
{
    /// <summary>The data that it needs.</summary>
    public string Data { get; init; } = "made by the lesson";

    /// <summary>About how long it takes on two cores.</summary>
    public string Time { get; init; } = "seconds";
}
