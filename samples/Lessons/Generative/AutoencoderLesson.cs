namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Digits through the eye of a needle: eight numbers an image, and back. Principal components are the best that straight lines can do; a
/// network bends them and restores more (Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks").
/// </summary>
internal static class AutoencoderLesson
{
    private const int Pixels = 64, Code = 8;

    public static Lesson Lesson { get; } = new(
        "autoencoder", Chapter.Generative, "An autoencoder against principal components of the same width",
        Goal.AtMost("test error / that of PCA", 0.8), Goal.AtMost("test error / that of PCA", 0.97), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        Tensor x = training.Inputs.Flatten(1), unseen = test.Inputs.Flatten(1);

        // Principal components: the directions in which the digits differ most.
        Tensor mean = x.Mean(0);
        (_, _, Tensor v) = Linalg.Svd(x - mean, fullMatrices: false);
        Tensor components = v[..Code], linear = (unseen - mean).MatMul(components.T).MatMul(components) + mean;

        Autoencoder model = new(Pixels, [128, Code], static () => new ELU(), linearCode: true);
        int steps = run.Choose(6000, 900);
        double[] losses = run.Train(new Adam(model.Parameters(), run.Choose(2e-3, 4e-3)), steps, _ =>
        {
            Tensor batch = x.IndexSelect(0, Tensor.RandInt(0, x.Size(0), [32]));
            return Loss.MSE(model.Forward(batch), batch);
        }, new CosineSchedule(steps));

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor restored = model.Forward(unseen);
        double network = (double)Loss.MSE(restored, unseen), pca = (double)Loss.MSE(linear, unseen);
        run.Say($"error {network:0.00000} by the network, {pca:0.00000} by {Code} components");
        run.Report.Images(
            "Test digits", "First what went in, then what eight components restore, then what the network restores.",
            Tensor.Cat([unseen[..16], linear[..16], restored[..16]]).Reshape(-1, 8, 8), 16, 4);
        run.Report.Add(Flat("Two principal components", (unseen - mean).MatMul(v[..2].T), test.Targets));
        run.Report.Add(Flat("Two directions of the network's code", Project(model.Encode(unseen)), test.Targets));
        run.Report.Curves("Loss", "Mean squared error of a pixel.", true, ("training", losses));
        return network / pca;
    }

    private static Tensor Project(Tensor codes)
    {
        Tensor centered = codes - codes.Mean(0);
        return centered.MatMul(Linalg.Svd(centered, fullMatrices: false).Item3[..2].T);
    }

    private static PlanePicture Flat(string title, Tensor points, Tensor digits) => PlanePicture.Around(points, title, "Test digits.")
        .Classes(points, digits, [.. Enumerable.Range(0, 10).Select(static digit => $"{digit}")]);
}
