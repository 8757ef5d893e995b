namespace DeepLearning.Samples.Lessons;

internal static partial class Course
{
    /// <summary>All lessons.</summary>
    public static IReadOnlyList<Lesson> Lessons { get; } =
    [
        PerceptronLesson.Lesson, LinearRegressionLesson.Lesson, LogisticRegressionLesson.Lesson, XorLesson.Lesson,
        UniversalApproximationLesson.Lesson, OptimizersLesson.Lesson, VanishingGradientsLesson.Lesson, InitializationLesson.Lesson,
        DropoutLesson.Lesson, EarlyStoppingLesson.Lesson, DoubleDescentLesson.Lesson, GreedyPretrainingLesson.Lesson, MultitaskLesson.Lesson,

        ShakespeareGptLesson.Lesson,

        VaeLesson.Lesson, DcganLesson.Lesson, WganGpLesson.Lesson, DiffusionLesson.Lesson,

        CoraGcnLesson.Lesson,
    ];
}
