namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Pre-training and fine-tuning: BERT first fills in hidden words of many messages without labels, then learns from a dozen with labels
/// which are spam (Devlin et al. 2019). The same network that has read nothing before is the control.
/// </summary>
internal static class SpamLesson
{
    private const int Few = 12, Length = 24;
    private const string Class = "[CLS]", Mask = "[MASK]";

    public static Lesson Lesson { get; } = new(
        "bert-spam", Chapter.Transformers, "BERT pre-trained and fine-tuned tells spam, from a dozen examples",
        Goal.AtLeast("test accuracy", 0.95), Goal.AtLeast("test accuracy", 0.85), Run)
    {
        Data = "messages that it makes",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        (IReadOnlyList<string[]> texts, long[] labels) = Messages.Make(3000, seed: 1);
        Words words = new(texts, special: [Class, Mask]);
        Tensor all = words.Encode([.. texts.Select(static text => (string[])[Class, .. text])], Length), kinds = Tensor.From(labels);
        Tensor few = all[..Few], test = all[2000..];
        BERTOptions options = new(words.Count, Width: 48, NumLayers: 2, NumHeads: 4, Intermediate: 96, MaxLength: Length, Dropout: 0.1);

        // Without labels: fill in hidden words.
        BERTForPreTraining reader = new(options);
        int steps = run.Choose(1200, 250);
        double[] losses = run.Train(
            new AdamW(reader.Parameters(), 3e-3), steps,
            _ =>
            {
                Tensor batch = all.IndexSelect(0, Tensor.RandInt(0, 2000, [32]));
                MaskedTokens hidden = MaskedTokens.Of(batch, words.Count, words[Mask], [Words.Pad, words[Class]]);
                Tensor scores = reader.Forward(hidden.Inputs, null, batch.NotEqualTo(Words.Pad)).TokenLogits;
                return Loss.CrossEntropy(scores.Flatten(0, 1), hidden.Labels.Flatten(), ignoreIndex: MaskedTokens.IgnoreIndex);
            },
            new LinearSchedule(steps), maxNorm: 1, what: "pre-training");

        // With a dozen labels: the same body under a new head. Names of the state dictionary carry the weights over.
        double with = 0, without = 0;
        int repeats = run.Choose(5, 2);
        for (int i = 0; i < repeats; i++)
        {
            BERTForSequenceClassification tuned = new(options, 2), fresh = new(options, 2);
            tuned.Bert.LoadStateDict(reader.Bert.StateDict());
            with += FineTune(run, "fine-tuning", tuned, few, kinds, test) / repeats;
            without += FineTune(run, "from scratch", fresh, few, kinds, test) / repeats;
        }

        run.Say($"{with:0.0000} after pre-training, {without:0.0000} without");
        run.Report.Table(
            "Test accuracies", $"From {Few} messages with labels, mean of {repeats} heads.", ["start", "accuracy"],
            [["from scratch", $"{without:0.0000}"], ["pre-trained", $"{with:0.0000}"]]);
        run.Report.Table(
            "The examples with labels", "All that fine-tuning sees.", ["message", "spam"],
            Enumerable.Range(0, Few).Select(i => new[] { string.Join(' ', texts[i]), labels[i] == 1 ? "yes" : "no" }));
        run.Report.Curves("Pre-training", "Cross entropy of a hidden word.", false, ("training", losses));
        return with;
    }

    private static double FineTune(
        LessonRun run, string what, BERTForSequenceClassification model, Tensor few, Tensor kinds, Tensor test)
    {
        int steps = run.Choose(100, 60);
        run.Train(new AdamW(model.Parameters(), 1e-3), steps, _ =>
            Loss.CrossEntropy(model.Forward(few, null, few.NotEqualTo(Words.Pad)), kinds[..Few]), new LinearSchedule(steps), maxNorm: 1,
            what: what);
        model.Eval();
        return Materials.Accuracy(
            Materials.Predict(texts => model.Forward(texts, null, texts.NotEqualTo(Words.Pad)), test), kinds[2000..]);
    }
}
