namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The network that read cheques: filters of 5×5 pixels that are the same everywhere in the image, and pooling, twice, then three linear
/// layers (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document recognition"), with ReLU and maxima in the
/// place of tanh and means.
/// </summary>
internal static class LeNetLesson
{
    public static Lesson Lesson { get; } = new(
        "lenet", Chapter.Images, "LeNet reads handwritten digits", Goal.AtLeast("test accuracy", 0.985),
        Goal.AtLeast("test accuracy", 0.9), Run)
    {
        Data = "MNIST",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Mnist(run);
        Conv2d first = new(1, 6, 5, padding: 2);
        Sequential model = new(
            first, new MaxPool2d(2), new ReLU(),                                // [n, 6, 14, 14]
            new Conv2d(6, 16, 5), new MaxPool2d(2), new ReLU(),                 // [n, 16, 5, 5]
            new Flatten(), new Linear(400, 120), new ReLU(), new Linear(120, 84), new ReLU(), new Linear(84, 10));
        run.Say($"{model.Summary(1, 1, 28, 28)}");

        // The library's trainer: epochs, figures, a schedule.
        DataLoader<Example, Example> loader = DataLoader.Create(training, 64, shuffle: true, seed: run.Seed);
        int epochs = run.Choose(2, 6);
        Trainer trainer = new(model, new Adam(model.Parameters(), 3e-3), new CrossEntropyLoss())
        {
            Metrics = [Metric.Accuracy()],
            Schedule = new CosineSchedule((long)epochs * loader.Count),
        };
        run.Fit(trainer, loader, epochs, DataLoader.Create(test, 500));

        Tensor scores = trainer.Predict(test.Inputs);
        ConfusionMatrix confusion = new(10);
        confusion.Add(scores, test.Targets);
        run.Report.Add(new ConfusionMatrixChart(confusion) { Caption = "Test images by the digit they show and the one recognized." });
        Tensor wrong = scores.ArgMax(1).NotEqualTo(test.Targets).NonZero().Flatten();
        run.Report.Images("Read wrong", "Test images that were taken for another digit.",
            test.Inputs.IndexSelect(0, wrong)[..Math.Min(48, wrong.Size(0))], 12, 1);

        using GradMode.Region none = GradMode.NoGrad();
        run.Report.Images("Filters", "What the first layer looks for.", ColorMap.Stretch(first.Weight.Squeeze(1)), 6, 12);
        Tensor seen = first.Forward(test.Inputs[..6]).Relu();
        run.Report.Images("What they see", "Each row an image, each column a filter.", ColorMap.Stretch(seen.Flatten(0, 1)), 6, 2);
        return confusion.Accuracy;
    }
}
