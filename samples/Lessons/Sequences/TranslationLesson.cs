namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A recurrent network reads a sentence, another writes its translation and looks back at each word: at the words that it now translates
/// (Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly learning to align and translate"). Where it looks is a picture.
/// Its figure is BLEU (Papineni et al. 2002).
/// </summary>
internal static class TranslationLesson
{
    public static Lesson Lesson { get; } = new(
        "translation", Chapter.Sequences, "Translation by an encoder and a decoder with attention",
        Goal.AtLeast("BLEU", 0.3), Goal.AtLeast("BLEU", 0.8), Run)
    {
        Data = "fra-eng",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        Translations data = Translations.Load(run);
        run.Say($"{data.Sources.Size(0)} pairs, {data.SourceWords.Count} and {data.TargetWords.Count} words");
        AttentionSeq2Seq model = new(new AttentionSeq2SeqOptions(
            data.SourceWords.Count, data.TargetWords.Count, run.Choose(96, 32), run.Choose(96, 32), run.Choose(128, 48),
            Dropout: run.Choose(0.2, 0.0), PadToken: Translations.Pad));
        int steps = run.Choose(900, 110);
        double[] losses = run.Train(
            new Adam(model.Parameters(), run.Choose(3e-3, 1e-2)), steps,
            _ =>
            {
                // The decoder gets the right word before each one (teacher forcing) and is asked for the next.
                (Tensor source, Tensor target) = data.Batch(64);
                int length = target.Size(1) - 1;
                Tensor scores = model.Forward(source, target.Narrow(1, 0, length), teacherForcing: 1);
                return Loss.CrossEntropy(scores.Flatten(0, 1), target.Narrow(1, 1, length).Flatten(), ignoreIndex: Translations.Pad);
            },
            new CosineSchedule(steps), maxNorm: 1);

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        int tests = data.TestSources.Size(0);
        Tensor begin = Tensor.Full([tests, 1], data.Begin);
        Tensor translated = Decoding.Greedy(model.Decoder(data.TestSources), begin, data.TargetLength, endToken: data.End);
        double bleu = data.Score(run, translated);

        // A beam keeps the four likeliest beginnings instead of one.
        int some = Math.Min(tests, 40);
        var beams = Decoding.Beam(model.Decoder(data.TestSources[..some]), begin[..some], data.TargetLength, beams: 4, endToken: data.End);
        run.Report.Table(
            "Beams", "The likeliest translations of one sentence.", ["translation", "log probability"],
            beams[0].Select(beam => new[] { string.Join(' ', beam.Tokens.Skip(1).Select(token => data.TargetWords.All[(int)token])),
                $"{beam.LogProbability:0.00}" }));
        run.Report.Curves("Loss", "Cross entropy of a word, in nats.", false, ("training", losses));
        return bleu;
    }
}
