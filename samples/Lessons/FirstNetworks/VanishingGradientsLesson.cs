namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The gradient of a layer is that of the next one times its slope. Sigmoids have a slope of a quarter at most: through twenty of them,
/// next to nothing is left (Hochreiter 1991; Bengio, Simard and Frasconi 1994). ReLU's slope is 1 where it is on (Glorot, Bordes and
/// Bengio 2011), and a residual connection passes the gradient by (He et al. 2016).
/// </summary>
internal static class VanishingGradientsLesson
{
    private const int Depth = 20, Width = 64;

    public static Lesson Lesson { get; } = new(
        "vanishing-gradients", Chapter.FirstNetworks, "Saturation: how gradients vanish, and what keeps them",
        Goal.AtLeast("accuracy gained over sigmoids by residual ReLU", 0.6),
        Goal.AtLeast("accuracy gained over sigmoids by residual ReLU", 0.4), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        (string Name, Func<Module<Tensor, Tensor>> Layer)[] kinds =
        [
            ("sigmoid", static () => new Sequential(new Linear(Width, Width), new Sigmoid())),
            ("tanh", static () => new Sequential(new Linear(Width, Width), new Tanh())),
            ("ReLU", static () => new Sequential(Started(new Linear(Width, Width)), new ReLU())),
            ("residual ReLU", static () =>
                new Residual(new Sequential(new LayerNorm(Width), Started(new Linear(Width, Width)), new ReLU()))),
        ];
        List<(string, IReadOnlyList<double>)> norms = [], losses = [];
        Dictionary<string, double> accuracies = [];
        foreach ((string name, Func<Module<Tensor, Tensor>> layer) in kinds)
        {
            Sequential model = new([.. Enumerable.Range(0, Depth).Select(_ => layer()), new Linear(Width, 10)]);

            // Before any training: the gradients' length in each layer, from the input's to the output's.
            (Tensor x, Tensor y) = training.Batch(256);
            Loss.CrossEntropy(model.Forward(x.Flatten(1)), y).Backward();
            norms.Add((name, [.. Enumerable.Range(0, Depth).Select(depth => Gradients.Norm(model[depth].Parameters()))]));

            int steps = run.Choose(600, 120);
            losses.Add((name, run.Train(new Adam(model.Parameters(), 1e-3), steps, _ =>
            {
                (Tensor bx, Tensor by) = training.Batch(64);
                return Loss.CrossEntropy(model.Forward(bx.Flatten(1)), by);
            }, what: name)));
            using GradMode.Region none = GradMode.NoGrad();
            accuracies[name] = Materials.Accuracy(model.Forward(test.Inputs.Flatten(1)), test.Targets);
        }

        run.Report.Curves(
            "Gradients by depth", "Their length in each layer before training, from the input to the output.", true, [.. norms]);
        run.Report.Curves("Losses", "Twenty layers of each kind, trained alike.", false, [.. losses]);
        run.Report.Table(
            "Test accuracies", "After the same training.", ["layers", "accuracy"],
            accuracies.Select(static pair => new[] { pair.Key, $"{pair.Value:0.0000}" }));
        return accuracies["residual ReLU"] - accuracies["sigmoid"];
    }

    /// <summary>He's start, which keeps the variance through ReLU.</summary>
    private static Linear Started(Linear layer)
    {
        Initialize.KaimingNormal(layer.Weight);
        return layer;
    }
}
