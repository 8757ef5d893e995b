namespace DeepLearning.Samples.Lessons;

/// <summary>
/// BERT reads both ways: some words of two sentences are hidden and it fills them in (masked language model), and it says whether the
/// second follows the first (next sentence). Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers".
/// </summary>
internal static class BertLesson
{
    public static Lesson Lesson { get; } = new(
        "bert", Chapter.Transformers, "BERT fills in hidden words and tells what follows",
        Goal.AtLeast("hidden words found", 0.7), Goal.AtLeast("hidden words found", 0.35), Run)
    {
        Data = "stories that it makes",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        BertTexts texts = new(Stories.Make(2000, seed: 1)), unseen = new(Stories.Make(200, seed: 2), texts.Words);
        BERTForPreTraining model = new(new BERTOptions(
            texts.Words.Count, Width: run.Choose(64, 48), NumLayers: 2, NumHeads: 4, Intermediate: run.Choose(128, 96), MaxLength: 32,
            Dropout: 0));
        double[] losses = Train(run, model, texts, run.Choose(3500, 220), swap: false);
        (double words, double sentences) = Test(model, unseen, swap: false);
        run.Say($"hidden words {words:0.0000}, next sentences {sentences:0.0000}");
        Show(run, model, unseen);
        run.Report.Curves("Loss", "Of hidden words and next sentences together.", false, ("training", losses));
        return words;
    }

    /// <summary>Pre-training: hidden words and the order of sentences.</summary>
    internal static double[] Train(
        LessonRun run, Module<Tensor, (Tensor, Tensor)> model, BertTexts texts, int steps, bool swap, string what = "step") => run.Train(
        new AdamW(model.Parameters(), run.Choose(2e-3, 3e-3), weightDecay: 0.01), steps,
        _ =>
        {
            (Tensor tokens, Tensor segments, Tensor there, Tensor isWrong) = texts.Batch(32, swap);
            MaskedTokens hidden = texts.Hide(tokens);
            (Tensor words, Tensor order) = Forward(model, hidden.Inputs, segments, there);

            // Words that were not hidden count nothing.
            return Loss.CrossEntropy(words.Flatten(0, 1), hidden.Labels.Flatten(), ignoreIndex: MaskedTokens.IgnoreIndex)
                + Loss.CrossEntropy(order, isWrong);
        },
        new CosineSchedule(steps - (steps / 10)).AfterWarmUp(steps / 10), maxNorm: 1, what: what);

    /// <summary>The shares of hidden words and of orders that are told right.</summary>
    internal static (double Words, double Sentences) Test(Module<Tensor, (Tensor, Tensor)> model, BertTexts texts, bool swap)
    {
        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        (Tensor tokens, Tensor segments, Tensor there, Tensor isWrong) = texts.Batch(500, swap);
        MaskedTokens hidden = texts.Hide(tokens);
        (Tensor words, Tensor order) = Forward(model, hidden.Inputs, segments, there);
        Tensor asked = hidden.Labels.NotEqualTo(MaskedTokens.IgnoreIndex);
        Tensor right = words.ArgMax(2).EqualTo(hidden.Labels).MaskedSelect(asked);
        return (right.To(DType.Float64).Mean().Item<double>(), Materials.Accuracy(order, isWrong));
    }

    private static (Tensor Words, Tensor Order) Forward(
        Module<Tensor, (Tensor, Tensor)> model, Tensor tokens, Tensor segments, Tensor there) =>
        model is ALBERTForPreTraining albert
            ? albert.Forward(tokens, segments, there)
            : ((BERTForPreTraining)model).Forward(tokens, segments, there);

    private static void Show(LessonRun run, BERTForPreTraining model, BertTexts texts)
    {
        using GradMode.Region none = GradMode.NoGrad();
        (Tensor tokens, Tensor segments, Tensor there, _) = texts.Batch(10);
        Tensor hidden = texts.Hide(tokens).Inputs, found = model.Forward(hidden, segments, there).TokenLogits.ArgMax(2);
        run.Report.Table(
            "Hidden words", "A tenth of the chosen words stay and a tenth become others, so that all must be doubted.",
            ["read", "filled in", "was"],
            Enumerable.Range(0, 10).Select(i =>
            {
                Tensor changed = hidden[i].NotEqualTo(tokens[i]);
                return new[]
                {
                    string.Join(' ', texts.Words.Decode(hidden[i])), string.Join(' ', texts.Words.Decode(found[i].MaskedSelect(changed))),
                    string.Join(' ', texts.Words.Decode(tokens[i].MaskedSelect(changed))),
                };
            }));
    }
}
