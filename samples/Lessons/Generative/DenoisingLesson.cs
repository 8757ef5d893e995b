namespace DeepLearning.Samples.Lessons;

/// <summary>
/// An autoencoder that gets spoiled digits and is to give back whole ones cannot just copy: it must know what digits look like (Vincent et
/// al. 2008, "Extracting and composing robust features with denoising autoencoders").
/// </summary>
internal static class DenoisingLesson
{
    public static Lesson Lesson { get; } = new(
        "denoising", Chapter.Generative, "A denoising autoencoder cleans digits",
        Goal.AtMost("error left, of that of the noise", 0.3), Goal.AtMost("error left, of that of the noise", 0.45), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        Tensor x = training.Inputs.Flatten(1), unseen = test.Inputs.Flatten(1);

        // The corruption is a layer of the model: it is on in training, and off when the model is used.
        Autoencoder model = new(64, [run.Choose(256, 128)], corruption: new GaussianNoise(0.3), outputActivation: new Sigmoid());
        int steps = run.Choose(6000, 700);
        double[] losses = run.Train(new Adam(model.Parameters(), 2e-3), steps, _ =>
        {
            Tensor batch = x.IndexSelect(0, Tensor.RandInt(0, x.Size(0), [32]));
            return Loss.MSE(model.Forward(batch), batch);
        }, new CosineSchedule(steps));

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor noisy = unseen.GaussianNoise(0.3), cleaned = model.Forward(noisy);
        double before = (double)Loss.MSE(noisy, unseen), after = (double)Loss.MSE(cleaned, unseen);
        run.Say($"error {before:0.0000} of the noisy digits, {after:0.0000} of the cleaned ones");
        run.Report.Images(
            "Test digits", "First noisy, then cleaned, then as they were.",
            Tensor.Cat([noisy[..16], cleaned[..16], unseen[..16]]).Reshape(-1, 8, 8), 16, 4);
        Tensor filters = ((Linear)model.Encoder[0]).Weight[..64];
        run.Report.Images("What the hidden units look for", "Pieces of strokes.", ColorMap.Stretch(filters.Reshape(-1, 8, 8)), 16, 4);
        run.Report.Curves("Loss", "Mean squared error of a pixel.", true, ("training", losses));
        return after / before;
    }
}
