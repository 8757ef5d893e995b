namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The transformer as it was invented: attention alone, no recurrence. The encoder reads a sentence all at once, the decoder writes its
/// translation (Vaswani et al. 2017, "Attention is all you need"): label smoothing of 0.1, Adam with betas of 0.9 and 0.98, a rate that
/// rises and falls as d^(−1/2) min(t^(−1/2), t · w^(−3/2)). Its figure is BLEU.
/// </summary>
internal static class VaswaniLesson
{
    public static Lesson Lesson { get; } = new(
        "transformer", Chapter.Transformers, "The transformer of Vaswani et al. translates",
        Goal.AtLeast("BLEU", 0.25), Goal.AtLeast("BLEU", 0.7), Run)
    {
        Data = "fra-eng",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        Translations data = Translations.Load(run);
        run.Say($"{data.Sources.Size(0)} pairs, {data.SourceWords.Count} and {data.TargetWords.Count} words");
        int width = run.Choose(128, 48);
        TranslationTransformer model = new(new TranslationTransformerOptions(
            data.SourceWords.Count, data.TargetWords.Count, width, NumHeads: 4, NumEncoderLayers: 2, NumDecoderLayers: 2,
            FeedForward: run.Choose(256, 96), Dropout: 0.1, PadToken: Translations.Pad));
        int steps = run.Choose(1500, 180), warmUp = run.Choose(300, 60);
        Schedule noam = new NoamSchedule(width, warmUp);
        double[] losses = run.Train(
            new Adam(model.Parameters(), run.Choose(0.5, 0.7), 0.9, 0.98, 1e-9), steps,
            _ =>
            {
                (Tensor source, Tensor target) = data.Batch(64);
                int length = target.Size(1) - 1;
                Tensor scores = model.Forward(source, target.Narrow(1, 0, length));
                return Loss.CrossEntropy(
                    scores.Flatten(0, 1), target.Narrow(1, 1, length).Flatten(), ignoreIndex: Translations.Pad, labelSmoothing: 0.1);
            },
            noam, maxNorm: 1);

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor begin = Tensor.Full([data.TestSources.Size(0), 1], data.Begin);

        // The decoder keeps keys and values of what it has written: each word costs one position, not all of them again.
        Tensor translated = Decoding.Greedy(model.Decoder(data.TestSources), begin, data.TargetLength, endToken: data.End);
        double bleu = data.Score(run, translated);
        run.Report.Curves("Loss", "Cross entropy with smoothed labels: it cannot come to zero.", false, ("training", losses));
        run.Report.Curves(
            "Learning rate", "Noam's schedule.", false, ("rate", [.. Enumerable.Range(0, steps).Select(step => noam.Factor(step))]));
        return bleu;
    }
}
