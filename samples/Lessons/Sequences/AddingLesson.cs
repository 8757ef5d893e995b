namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The adding problem: of a long row of numbers two are marked, and their sum is asked for at the end. A simple recurrent network has
/// forgotten the first by then; an LSTM, whose cell carries on what its gates let in, has not (Hochreiter and Schmidhuber 1997).
/// </summary>
internal static class AddingLesson
{
    public static Lesson Lesson { get; } = new(
        "adding", Chapter.Sequences, "The adding problem: memory over a hundred steps",
        Goal.AtMost("mean squared error", 0.01), Goal.AtMost("mean squared error", 0.03), Run)
    {
        Data = "numbers that it draws",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        int length = run.Choose(100, 20), most = run.Choose(4000, 800);
        LSTM lstm = new(2, 32, batchFirst: true);
        using (GradMode.NoGrad())
        {
            // A forget gate that is open at first keeps what it has read (Gers, Schmidhuber and Cummins 2000).
            lstm.NamedParameters().Single(static p => p.Name == "bias_hh_l0").Parameter.Narrow(0, 32, 32).FillInPlace(3.0);
        }

        Linear lstmHead = new(32, 1);
        (double error, List<double> errors) = Learn(
            run, "LSTM", [lstm, lstmHead], x => lstmHead.Forward(lstm.Forward(x).Output.Select(1, length - 1)), length, most);

        RNN rnn = new(2, 32, batchFirst: true);
        Linear rnnHead = new(32, 1);
        (double forgetful, List<double> rnnErrors) = Learn(
            run, "RNN", [rnn, rnnHead], x => rnnHead.Forward(rnn.Forward(x).Output.Select(1, length - 1)), length, errors.Count * 100);
        run.Say($"LSTM {error:0.0000}, simple network {forgetful:0.0000}, always 1: 0.1667");
        run.Report.Curves(
            "Errors", "Every hundred steps, on sums never seen; always to answer 1 has an error of 1/6.", true, ("LSTM", errors),
            ("simple network", rnnErrors));
        (Tensor example, Tensor sum) = Examples(1, length);
        run.Report.Heat(
            "An example", $"Above the numbers, below the marks; their sum is {(double)sum:0.000}.", example[0].T, run.Choose(8, 16));
        return error;
    }

    /// <summary>Trains until the error is well below the goal; returns it, and those on the way.</summary>
    private static (double Error, List<double> Errors) Learn(
        LessonRun run, string name, Module[] modules, Func<Tensor, Tensor> model, int length, int most)
    {
        Adam optimizer = new(modules.SelectMany(static m => m.Parameters()), 5e-3);
        List<double> errors = [];
        while (errors.Count < most / 100 && (errors.Count == 0 || errors[^1] > 0.005))
        {
            run.Train(optimizer, 100, _ =>
            {
                (Tensor x, Tensor y) = Examples(64, length);
                return Loss.MSE(model(x), y);
            }, maxNorm: 1, what: $"{name}, hundred {errors.Count + 1}, step");
            using GradMode.Region none = GradMode.NoGrad();
            (Tensor testX, Tensor testY) = Examples(1000, length);
            errors.Add((double)Loss.MSE(model(testX), testY));
        }

        return (errors[^1], errors);
    }

    /// <summary>Numbers and marks [n, length, 2], one mark in each half; the sum of the marked numbers [n, 1].</summary>
    private static (Tensor X, Tensor Y) Examples(int count, int length)
    {
        Tensor numbers = Tensor.Rand(count, length), marks = Tensor.Zeros(count, length);
        Tensor first = Tensor.RandInt(0, length / 2, [count, 1]), second = Tensor.RandInt(length / 2, length, [count, 1]);
        marks = marks.Scatter(1, first, 1.0).Scatter(1, second, 1.0);
        return (Tensor.Stack([numbers, marks], -1), (numbers * marks).Sum(1, keepDim: true));
    }
}
