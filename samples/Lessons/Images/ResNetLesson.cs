namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Blocks that add to what comes in, y = x + F(x), can be stacked as deep as one likes, since to do nothing is easy for them (He, Zhang,
/// Ren and Sun 2016, "Deep residual learning for image recognition"). The same stack without the shortcuts is the control.
/// </summary>
internal static class ResNetLesson
{
    public static Lesson Lesson { get; } = new(
        "resnet", Chapter.Images, "A residual network, and the same depth without shortcuts",
        Goal.AtLeast("test accuracy", 0.97), Goal.AtLeast("test accuracy", 0.85), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();

        // Three stages of blocks of two convolutions: 8×8 pixels, then 4×4, then 2×2, with twice the channels each time.
        int blocks = run.Choose(3, 2);
        ResNet residual = new(new ResNetOptions([blocks, blocks, blocks], Classes: 10, InChannels: 1, Width: 8, SmallImages: true));
        Sequential plain = Plain(blocks);
        (double with, double[] residualLosses) = Learn(run, "residual", residual, training, test);
        (double without, double[] plainLosses) = Learn(run, "plain", plain, training, test);
        run.Say($"{(6 * blocks) + 2} layers: {with:0.0000} with shortcuts, {without:0.0000} without");
        run.Report.Curves(
            "Losses", $"The same {(6 * blocks) + 2} layers with shortcuts and without.", true, ("residual", residualLosses),
            ("plain", plainLosses));

        using GradMode.Region none = GradMode.NoGrad();
        Tensor scores = Materials.Predict(residual.Forward, test.Inputs);
        ConfusionMatrix confusion = new(10);
        confusion.Add(scores, test.Targets);
        run.Report.Add(new ConfusionMatrixChart(confusion) { Caption = "The residual network on test images." });
        return with;
    }

    private static Sequential Plain(int blocks)
    {
        Sequential model = new(new Conv2d(1, 8, 3, padding: 1, bias: false), new BatchNorm2d(8), new ReLU());
        int channels = 8;
        foreach (int width in new[] { 8, 16, 32 })
        {
            for (int i = 0; i < 2 * blocks; i++)
            {
                int stride = i == 0 && width > 8 ? 2 : 1;
                model.Add(new Conv2d(channels, width, 3, stride, padding: 1, bias: false));
                model.Add(new BatchNorm2d(width));
                model.Add(new ReLU());
                channels = width;
            }
        }

        model.Add(new GlobalAvgPool());
        model.Add(new Linear(channels, 10));
        return model;
    }

    private static (double Accuracy, double[] Losses) Learn(
        LessonRun run, string name, Module<Tensor, Tensor> model, TensorDataset training, TensorDataset test)
    {
        model.Train();
        int steps = run.Choose(400, 100);
        double[] losses = run.Train(
            new SGD(model.Parameters(), 0.05, momentum: 0.9, weightDecay: 5e-4), steps,
            _ =>
            {
                (Tensor x, Tensor y) = training.Batch(64);
                return Loss.CrossEntropy(model.Forward(x), y);
            },
            new CosineSchedule(steps), what: name);
        model.Eval();
        return (Materials.Accuracy(Materials.Predict(model.Forward, test.Inputs), test.Targets), losses);
    }
}
