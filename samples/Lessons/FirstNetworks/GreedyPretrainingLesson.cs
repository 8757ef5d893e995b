namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Layer by layer: each one first learns to restore the codes of the layer below, then the whole learns to classify (Bengio et al. 2007,
/// "Greedy layer-wise training of deep networks"). That made deep networks of sigmoids trainable before ReLU and better starts did.
/// </summary>
internal static class GreedyPretrainingLesson
{
    public static Lesson Lesson { get; } = new(
        "greedy-pretraining", Chapter.FirstNetworks, "Greedy layer-wise pre-training of deep sigmoids",
        Goal.AtLeast("test accuracy", 0.93), Goal.AtLeast("test accuracy", 0.75), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        Tensor pixels = training.Inputs.Flatten(1);
        Autoencoder pretrained = new(64, [64, 64, 48, 48], static () => new Sigmoid()), plain = pretrained.DeepCopy();

        // Each stage is an autoencoder of one layer that sees the codes of the stages before it.
        List<(string, IReadOnlyList<double>)> losses = [];
        int depth = 0, steps = run.Choose(3000, 400);
        foreach ((Autoencoder stage, Tensor codes) in pretrained.Stages(pixels))
        {
            losses.Add(($"layer {++depth}", run.Train(new Adam(stage.Parameters(), 3e-3), steps, _ =>
            {
                Tensor batch = codes.IndexSelect(0, Tensor.RandInt(0, codes.Size(0), [64]));
                return Loss.MSE(stage.Forward(batch), batch);
            }, what: $"layer {depth}")));
        }

        (double without, double[] plainLosses) = FineTune(run, "without", plain, training, test);
        (double with, double[] pretrainedLosses) = FineTune(run, "with", pretrained, training, test);
        run.Say($"test accuracy {without:0.0000} from a random start, {with:0.0000} after pre-training");
        run.Report.Curves("Pre-training", "The error of each layer's restored codes.", true, [.. losses]);
        run.Report.Curves(
            "Fine-tuning", "Cross entropy of the same network from both starts.", false, ("random start", plainLosses),
            ("pre-trained", pretrainedLosses));
        return with;
    }

    private static (double Accuracy, double[] Losses) FineTune(
        LessonRun run, string name, Autoencoder encoder, TensorDataset training, TensorDataset test)
    {
        Sequential model = new(encoder.Encoder, new Linear(encoder.CodeWidth, 10));
        double[] losses = run.Train(new Adam(model.Parameters(), 1e-3), run.Choose(1000, 300), _ =>
        {
            (Tensor x, Tensor y) = training.Batch(64);
            return Loss.CrossEntropy(model.Forward(x.Flatten(1)), y);
        }, what: name);
        using GradMode.Region none = GradMode.NoGrad();
        return (Materials.Accuracy(model.Forward(test.Inputs.Flatten(1)), test.Targets), losses);
    }
}
