namespace DeepLearning.Samples.Lessons;

/// <summary>
/// What a network has learned of one task helps with another of which there are few examples: its layers are frozen and a new head is
/// trained, and then all of it, carefully (Yosinski et al. 2014, "How transferable are features in deep neural networks?"). Learned: clean
/// digits, of many examples; transferred to: the pale and noisy ones of a bad scanner, of three each.
/// </summary>
internal static class TransferLesson
{
    private const int PerClass = 3;

    public static Lesson Lesson { get; } = new(
        "transfer", Chapter.Images, "Transfer learning: freeze, train a head, fine-tune",
        Goal.AtLeast("accuracy gained by transfer", 0.02), Goal.AtLeast("accuracy gained by transfer", 0.01), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset digits, TensorDataset tests) = Materials.Digits();
        TensorDataset scanned = Scanned(digits), test = Scanned(tests);

        Sequential body = Body();
        Learn(run, "clean digits", body, new Linear(64, 10), digits, run.Choose(1500, 300), 2e-3);

        double transferred = 0, scratch = 0, frozenOnly = 0;
        int repeats = run.Choose(5, 2), steps = run.Choose(300, 150);
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            TensorDataset few = Few(scanned);

            // First the new head alone: gradients of a head that knows nothing would spoil the rest.
            Sequential copy = body.DeepCopy();
            Linear head = new(64, 10);
            copy.Freeze("*");
            Learn(run, "head", copy, head, few, steps, 3e-3);
            frozenOnly += Accuracy(copy, head, test) / repeats;

            // Then all, with small steps.
            copy.Unfreeze("*");
            Learn(run, "fine-tuning", copy, head, few, steps, 1e-3);
            transferred += Accuracy(copy, head, test) / repeats;

            Sequential fresh = Body();
            Linear other = new(64, 10);
            Learn(run, "from scratch", fresh, other, few, 2 * steps, 2e-3);
            scratch += Accuracy(fresh, other, test) / repeats;
        }

        run.Report.Table(
            "Test accuracies", $"Scanned digits, from {PerClass} examples each, mean of {repeats} draws.", ["way", "accuracy"],
            [
                ["from scratch", $"{scratch:0.0000}"], ["frozen body, new head", $"{frozenOnly:0.0000}"],
                ["fine-tuned", $"{transferred:0.0000}"],
            ]);
        run.Report.Images("The few examples", "One of the draws.", Few(scanned).Inputs, PerClass, 4);
        return transferred - scratch;
    }

    private static Sequential Body() => new(
        new Conv2d(1, 32, 3, padding: 1), new ReLU(), new Conv2d(32, 32, 3, padding: 1), new ReLU(), new MaxPool2d(2),
        new Flatten(), new Linear(512, 64), new ReLU());

    private static void Learn(
        LessonRun run, string what, Sequential body, Linear head, TensorDataset data, int steps, double rate)
    {
        Parameter[] trained = [.. body.Parameters().Concat(head.Parameters()).Where(static p => p.RequiresGrad)];
        run.Train(new Adam(trained, rate), steps, _ =>
        {
            (Tensor x, Tensor y) = data.Batch(32);
            return Loss.CrossEntropy(head.Forward(body.Forward(x)), y);
        }, what: what);
    }

    private static double Accuracy(Sequential body, Linear head, TensorDataset test) =>
        Materials.Accuracy(Materials.Predict(x => head.Forward(body.Forward(x)), test.Inputs), test.Targets);

    /// <summary>The digits as a bad scanner sees them: pale, and noisy.</summary>
    private static TensorDataset Scanned(TensorDataset digits) =>
        new((digits.Inputs * 0.6) + 0.2 + (Tensor.RandnLike(digits.Inputs) * 0.2), digits.Targets);

    /// <summary>A few examples of each digit, drawn at random.</summary>
    private static TensorDataset Few(TensorDataset digits)
    {
        Tensor rows = Tensor.Cat([.. Enumerable.Range(0, 10).Select(digit =>
        {
            Tensor places = digits.Targets.EqualTo(digit).NonZero().Flatten();
            return places.IndexSelect(0, Tensor.RandPerm(places.Size(0)))[..PerClass];
        })]);
        return new TensorDataset(digits.Inputs.IndexSelect(0, rows), digits.Targets.IndexSelect(0, rows));
    }
}
