namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A linear layer whose score is read as a probability, σ(w · x + b), is logistic regression (Cox 1958). Its loss is the cross entropy,
/// −y log p − (1 − y) log(1 − p); a line in the pixels tells zeros from ones, and its weights are a picture.
/// </summary>
internal static class LogisticRegressionLesson
{
    public static Lesson Lesson { get; } = new(
        "logistic-regression", Chapter.FirstNetworks, "Logistic regression tells even digits from odd ones",
        Goal.AtLeast("test accuracy", 0.88), Goal.AtLeast("test accuracy", 0.87), Run)
    {
        Data = "8×8 digits (shipped)",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        Linear model = new(64, 1);
        Adam optimizer = new(model.Parameters(), learningRate: 0.02, weightDecay: 1e-4);
        double[] losses = run.Train(optimizer, run.Choose(2000, 500), _ =>
        {
            (Tensor x, Tensor digit) = training.Batch(64);
            return Loss.BCEWithLogits(model.Forward(x.Flatten(1)).Squeeze(1), IsOdd(digit));
        });

        using GradMode.Region none = GradMode.NoGrad();
        Tensor shares = model.Forward(test.Inputs.Flatten(1)).Squeeze(1).Sigmoid();
        run.Report.Heat(
            "Weights", "Ink where it is light speaks for an odd digit, where it is dark for an even one.", model.Weight.Reshape(8, 8), 24);
        run.Report.Curves("Cross entropy", "Of each batch.", false, ("training", losses));
        run.Report.Add(new HistogramChart("Probability of an odd digit", shares) { Caption = "Test digits.", XLabel = "probability" });
        return shares.Greater(0.5).To(DType.Float32).EqualTo(IsOdd(test.Targets)).To(DType.Float64).Mean().Item<double>();
    }

    private static Tensor IsOdd(Tensor digits) => (digits % 2).To(DType.Float32);
}
