namespace DeepLearning.Samples.Lessons;

internal static partial class Course
{
    /// <summary>All lessons.</summary>
    public static IReadOnlyList<Lesson> Lessons { get; } =
    [
        PerceptronLesson.Lesson, LinearRegressionLesson.Lesson, LogisticRegressionLesson.Lesson, XorLesson.Lesson,
        UniversalApproximationLesson.Lesson, OptimizersLesson.Lesson, VanishingGradientsLesson.Lesson, InitializationLesson.Lesson,
        DropoutLesson.Lesson, EarlyStoppingLesson.Lesson, DoubleDescentLesson.Lesson, GreedyPretrainingLesson.Lesson,
        MultitaskLesson.Lesson,

        LeNetLesson.Lesson, ResNetLesson.Lesson, LocallyConnectedLesson.Lesson, TransferLesson.Lesson, UNetLesson.Lesson,
        DetectorLesson.Lesson, VisionTransformerLesson.Lesson,

        SentimentLesson.Lesson, CharRnnLesson.Lesson, AddingLesson.Lesson, TranslationLesson.Lesson, CrfTaggerLesson.Lesson,
        Word2VecLesson.Lesson, ElmoLesson.Lesson, UlmFitLesson.Lesson,

        VaswaniLesson.Lesson, ShakespeareGptLesson.Lesson, BertLesson.Lesson, SpamLesson.Lesson, AlbertLesson.Lesson,
        DistillationLesson.Lesson,
        XlnetLesson.Lesson, SwitchLesson.Lesson, LinearTransformerLesson.Lesson, QuantizationLesson.Lesson,

        AutoencoderLesson.Lesson, DenoisingLesson.Lesson, VaeLesson.Lesson, GanLesson.Lesson, DcganLesson.Lesson, WganGpLesson.Lesson,
        CycleGanLesson.Lesson, StyleGanPartsLesson.Lesson, DiffusionLesson.Lesson, StyleTransferLesson.Lesson, ChoralesLesson.Lesson,

        SpokenDigitsLesson.Lesson, CoraGcnLesson.Lesson, CoraGatLesson.Lesson, KnowledgeGraphLesson.Lesson, CartPoleLesson.Lesson,
        RecommenderLesson.Lesson, SearchLesson.Lesson,
    ];
}
