namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Where training starts decides whether it goes at all. Weights that are too small let every signal die on its way through the layers, and
/// those that are too large blow it up; Xavier's variance 2 / (in + out) (Glorot and Bengio 2010) keeps it for tanh, He's 2 / in (He et al.
/// 2015) for ReLU. All zeros leave all units alike for ever.
/// </summary>
internal static class InitializationLesson
{
    private const int Depth = 12, Width = 64;

    public static Lesson Lesson { get; } = new(
        "initialization", Chapter.FirstNetworks, "Initialization: signals that live, die or explode",
        Goal.AtLeast("test accuracy with He's start", 0.95), Goal.AtLeast("test accuracy with He's start", 0.85), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        (string Name, Action<Tensor> Start)[] starts =
        [
            ("zeros", static weight => Initialize.Zeros(weight)),
            ("normal, 0.01", static weight => Initialize.Normal(weight, 0, 0.01)),
            ("normal, 1", static weight => Initialize.Normal(weight, 0, 1)),
            ("Xavier", static weight => Initialize.XavierNormal(weight)),
            ("He", static weight => Initialize.KaimingNormal(weight)),
        ];
        List<(string, IReadOnlyList<double>)> signals = [], losses = [];
        List<IReadOnlyList<string>> rows = [];
        double accuracy = 0;
        foreach ((string name, Action<Tensor> start) in starts)
        {
            Sequential model = new([
                .. Enumerable.Range(0, Depth).SelectMany(static _ => new Module<Tensor, Tensor>[] { new Linear(Width, Width), new ReLU() }),
                new Linear(Width, 10)]);
            model.Apply(module =>
            {
                if (module is Linear layer)
                {
                    start(layer.Weight);
                    Initialize.Zeros(layer.Bias!);
                }
            });

            // How strong the signal is after each layer, before any training.
            List<double> strengths = [];
            using (GradMode.NoGrad())
            {
                Tensor signal = training.Inputs[..256].Flatten(1);
                for (int i = 0; i < 2 * Depth; i++)
                {
                    signal = model[i].Forward(signal);
                    strengths.Add(Math.Max((double)signal.Square().Mean().Sqrt(), 1e-12));
                }
            }

            signals.Add((name, [.. strengths.Where(static (_, i) => i % 2 == 1)]));
            int steps = run.Choose(800, 150);
            losses.Add((name, run.Train(new Adam(model.Parameters(), 1e-3), steps, _ =>
            {
                (Tensor x, Tensor y) = training.Batch(64);
                return Loss.CrossEntropy(model.Forward(x.Flatten(1)), y);
            }, what: name)));
            using GradMode.Region none = GradMode.NoGrad();
            accuracy = Materials.Accuracy(model.Forward(test.Inputs.Flatten(1)), test.Targets);
            rows.Add([name, $"{accuracy:0.0000}"]);
        }

        run.Report.Curves("Signal by depth", "Root of the mean square after each layer, before training.", true, [.. signals]);
        run.Report.Curves("Losses", "The same network, the same training.", true, [.. losses]);
        run.Report.Table("Test accuracies", "After the same training.", ["start", "accuracy"], rows);
        return accuracy;
    }
}
