namespace DeepLearning.Samples.Lessons;

/// <summary>
/// An image as a sentence: patches are words, and a transformer reads them (Dosovitskiy et al. 2021, "An image is worth 16×16 words"). It
/// has no notion of neighborhood but what its position vectors learn, which the picture shows: each patch's vector is most like those of
/// the patches around it.
/// </summary>
internal static class VisionTransformerLesson
{
    public static Lesson Lesson { get; } = new(
        "vit", Chapter.Images, "A vision transformer reads small images as patches",
        Goal.AtLeast("test accuracy", 0.9), Goal.AtLeast("test accuracy", 0.65), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        VisionTransformer model = new(new VisionTransformerOptions(
            ImageSize: 8, PatchSize: 2, Channels: 1, NumClasses: 10, Width: run.Choose(64, 32), NumLayers: run.Choose(4, 2), NumHeads: 4,
            MlpWidth: run.Choose(128, 64), Dropout: 0.1));
        int steps = run.Choose(2000, 400);
        double[] losses = run.Train(
            new AdamW(model.Parameters(), run.Choose(1e-3, 2e-3), weightDecay: 0.05), steps,
            _ =>
            {
                (Tensor x, Tensor y) = training.Batch(64);
                return Loss.CrossEntropy(model.Forward(run.Quick ? x : Jitter(x)), y);
            },
            new CosineSchedule(steps - (steps / 10)).AfterWarmUp(steps / 10), maxNorm: 1);

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor scores = Materials.Predict(model.Forward, test.Inputs);
        ConfusionMatrix confusion = new(10);
        confusion.Add(scores, test.Targets);
        run.Report.Add(new ConfusionMatrixChart(confusion) { Caption = "Test images by the digit they show and the one recognized." });

        // The first position is that of the class token.
        Tensor positions = model.NamedParameters().Single(static p => p.Name.EndsWith("pos_embedding", StringComparison.Ordinal)).Parameter;
        Tensor patches = positions.Squeeze(0)[1..].Normalize(2, axis: 1), alike = patches.MatMul(patches.T);
        run.Report.Images(
            "Positions", "For each of the 4×4 patches: how much its position vector is like those of all patches.",
            ColorMap.Stretch(alike.Reshape(16, 4, 4)), 4, 12);
        run.Report.Curves("Loss", "Cross entropy of each batch.", true, ("training", losses));
        return confusion.Accuracy;
    }

    // Digits moved by up to a pixel are the same digits; a transformer has to be told.
    private static Tensor Jitter(Tensor images)
    {
        int[] shift = [.. Tensor.RandInt(0, 3, [2]).ToArray<long>().Select(static s => (int)s)];
        return images.Pad([1, 1, 1, 1]).Narrow(2, shift[0], 8).Narrow(3, shift[1], 8);
    }
}
