namespace DeepLearning.Samples.Lessons;

/// <summary>
/// One trunk with a head for each of four tasks, of which most examples have but one target (Caruana 1997, "Multitask learning"). A target
/// that is missing (NaN) counts nothing; the trunk learns from all. Each task alone has too few examples to learn as well.
/// </summary>
internal static class MultitaskLesson
{
    private static readonly string[] _tasks = ["sum", "difference", "product", "larger"];

    public static Lesson Lesson { get; } = new(
        "multitask", Chapter.FirstNetworks, "Four tasks, one trunk, and targets that are missing",
        Goal.AtMost("mean squared error, together / alone", 0.9), Goal.AtMost("mean squared error, together / alone", 0.95), Run)
    {
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        // Two hidden numbers that are seen through ten others: whoever finds them has all four tasks.
        Tensor mixing = Tensor.Randn(2, 10);
        (Tensor x, Tensor y) = Examples(240, mixing);
        (Tensor testX, Tensor testY) = Examples(2000, mixing);

        // Of each example one target is known.
        Tensor known = Tensor.RandInt(0, _tasks.Length, [x.Size(0)]).OneHot(_tasks.Length).To(DType.Bool);
        Tensor seen = y.MaskedFill(known.LogicalNot(), double.NaN);

        MultiTaskModel together = new(Trunk(), [.. _tasks.Select(static task => (task, (Module<Tensor, Tensor>)new Linear(64, 1)))]);
        double[] losses = run.Train(
            new AdamW(together.Parameters(), 3e-3, weightDecay: 0.05), run.Choose(600, 400),
            _ => Loss.Masked(Predict(together, x), seen), what: "together");

        List<IReadOnlyList<string>> rows = [];
        double shared = 0, single = 0;
        for (int task = 0; task < _tasks.Length; task++)
        {
            Tensor mine = known.Select(1, task).NonZero().Flatten(), target = y.Narrow(1, task, 1).IndexSelect(0, mine);
            Sequential alone = new(Trunk(), new Linear(64, 1));
            run.Train(
                new AdamW(alone.Parameters(), 3e-3, weightDecay: 0.05), run.Choose(600, 400),
                _ => Loss.MSE(alone.Forward(x.IndexSelect(0, mine)), target), what: _tasks[task]);
            using GradMode.Region none = GradMode.NoGrad();
            Tensor truth = testY.Narrow(1, task, 1);
            double apart = (double)Loss.MSE(alone.Forward(testX), truth);
            double joint = (double)Loss.MSE(Predict(together, testX).Narrow(1, task, 1), truth);
            (shared, single) = (shared + joint, single + apart);
            rows.Add([_tasks[task], $"{apart:0.0000}", $"{joint:0.0000}"]);
        }

        run.Report.Table("Mean squared errors", "On examples with all targets.", ["task", "a network alone", "one trunk"], rows);
        run.Report.Curves("Loss", "Of the targets that are there.", true, ("together", losses));
        return shared / single;
    }

    private static Tensor Predict(MultiTaskModel model, Tensor x) => Tensor.Cat([.. model.Forward(x)], axis: 1);

    private static Sequential Trunk() => new(new Linear(10, 64), new Tanh(), new Linear(64, 64), new Tanh());

    private static (Tensor X, Tensor Y) Examples(int count, Tensor mixing)
    {
        Tensor hidden = (Tensor.Rand(count, 2) * 2) - 1, a = hidden.Select(1, 0), b = hidden.Select(1, 1);
        Tensor x = (hidden.MatMul(mixing) * 1.5).Tanh() + (Tensor.Randn(count, 10) * 0.1);
        return (x, Tensor.Stack([a + b, a - b, a * b * 2, a.Maximum(b)], axis: 1));
    }
}
