namespace DeepLearning.Samples.Lessons;

/// <summary>
/// ALBERT: one layer, gone through again and again, and a narrow table of words that is widened by a matrix: a fraction of BERT's
/// parameters for nearly the same (Lan et al. 2020). It learns the order of two sentences instead of whether they belong together.
/// </summary>
internal static class AlbertLesson
{
    public static Lesson Lesson { get; } = new(
        "albert", Chapter.Transformers, "ALBERT: BERT with one layer shared by all",
        Goal.AtLeast("hidden words found, ALBERT / BERT", 0.85), Goal.AtLeast("hidden words found, ALBERT / BERT", 0.55), Run)
    {
        Data = "stories that it makes",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        BertTexts texts = new(Stories.Make(2000, seed: 1)), unseen = new(Stories.Make(200, seed: 2), texts.Words);
        int width = run.Choose(64, 48), layers = run.Choose(4, 2), steps = run.Choose(1200, 240);
        BERTForPreTraining bert = new(new BERTOptions(
            texts.Words.Count, width, layers, NumHeads: 4, Intermediate: 2 * width, MaxLength: 32, Dropout: 0));
        ALBERTForPreTraining albert = new(
            new ALBERTOptions(
                texts.Words.Count, EmbeddingWidth: 24, width, layers, NumHeads: 4, Intermediate: 2 * width, MaxLength: 32, Dropout: 0),
            classifierDropout: 0);
        double[] bertLosses = BertLesson.Train(run, bert, texts, steps, swap: false, "BERT");
        double[] albertLosses = BertLesson.Train(run, albert, texts, steps, swap: true, "ALBERT");
        (double bertWords, double next) = BertLesson.Test(bert, unseen, swap: false);
        (double albertWords, double order) = BertLesson.Test(albert, unseen, swap: true);
        run.Report.Table(
            "BERT and ALBERT", $"{layers} layers each, of the same width.", ["", "BERT", "ALBERT"],
            [
                ["parameters", $"{Count(bert):N0}", $"{Count(albert):N0}"],
                ["hidden words found", $"{bertWords:0.0000}", $"{albertWords:0.0000}"],
                ["next sentence told", $"{next:0.0000}", "–"], ["order told", "–", $"{order:0.0000}"],
            ]);
        run.Report.Curves("Losses", "Hidden words and sentences together.", false, ("BERT", bertLosses), ("ALBERT", albertLosses));
        return albertWords / bertWords;
    }

    private static long Count(Module model) => model.Parameters().Sum(static p => p.Count);
}
