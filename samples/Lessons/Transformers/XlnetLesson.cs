namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A language model in any order: words are foretold one after the other by an order that is drawn anew each time, so that it learns from
/// both sides without hiding anything (Yang et al. 2019, XLNet). Two streams: one that knows the word at its place, and one that knows only
/// the place.
/// </summary>
internal static class XlnetLesson
{
    private const int Length = 14, Last = 4;

    public static Lesson Lesson { get; } = new(
        "xlnet", Chapter.Transformers, "XLNet: a language model in any order",
        Goal.AtLeast("words foretold from all others", 0.75), Goal.AtLeast("words foretold from all others", 0.4), Run)
    {
        Data = "stories that it makes",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        // Two sentences of a story each, cut to the same length.
        (Words words, Tensor texts) = Read(Stories.Make(2000, seed: 1), null);
        (_, Tensor unseen) = Read(Stories.Make(200, seed: 2), words);
        XLNet model = new(new XLNetOptions(words.Count, Width: 48, NumLayers: 2, NumHeads: 4, Intermediate: 96, Dropout: 0));
        int steps = run.Choose(1500, 230);
        double[] losses = run.Train(
            new AdamW(model.Parameters(), run.Choose(2e-3, 4e-3)), steps,
            _ =>
            {
                Tensor batch = texts.IndexSelect(0, Tensor.RandInt(0, texts.Size(0), [32])), order = XLNet.RandomOrder(32, Length);

                // The first words of an order have nothing to go by: the loss is that of the last ones.
                Tensor asked = order.GreaterOrEqual(Length - Last).LogicalAnd(batch.NotEqualTo(Words.Pad));
                Tensor labels = Tensor.Where(asked, batch, Tensor.FullLike(batch, -100));
                return Loss.CrossEntropy(model.Forward(batch, order).Flatten(0, 1), labels.Flatten());
            },
            new CosineSchedule(steps - (steps / 10)).AfterWarmUp(steps / 10), maxNorm: 1);

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor test = unseen[..300], turn = XLNet.RandomOrder(300, Length);
        Tensor right = model.Forward(test, turn).ArgMax(2).EqualTo(test), there = test.NotEqualTo(Words.Pad);
        double[] byTurn = [.. Enumerable.Range(0, Length).Select(
            place => right.MaskedSelect(turn.EqualTo(place).LogicalAnd(there)).To(DType.Float64).Mean().Item<double>())];
        run.Report.Curves(
            "Right by turn", "The later in the order a word's turn comes, the more others are known.", false, ("share right", byTurn));
        run.Report.Curves("Loss", "Cross entropy of the last words of each order.", false, ("training", losses));
        run.Report.Table(
            "An order", "The turn of each word.", ["word", "turn", "foretold"],
            Enumerable.Range(0, Length).Where(i => (bool)there[0, i]).Select(i => new[]
            {
                words.All[(int)(long)test[0, i]], $"{(long)turn[0, i] + 1}", (bool)right[0, i] ? "yes" : "no",
            }));
        return byTurn[^1];
    }

    private static (Words Words, Tensor Texts) Read(IReadOnlyList<string[][]> stories, Words? words)
    {
        string[][] texts = [.. stories.SelectMany(static story => story.Zip(story.Skip(1), static (a, b) => (string[])[.. a, .. b]))];
        words ??= new Words(texts);
        return (words, words.Encode(texts, Length));
    }
}
