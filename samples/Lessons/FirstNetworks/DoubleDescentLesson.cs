namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Beyond the size at which a model can learn its examples by heart, the error on others falls again (Belkin et al. 2019, "Reconciling
/// modern machine-learning practice and the classical bias–variance trade-off"). Here the hidden layer is random and stays so, and of all
/// output weights that fit the examples the smallest are taken: one least-squares problem a size, no training.
/// </summary>
internal static class DoubleDescentLesson
{
    private const int Examples = 100;

    public static Lesson Lesson { get; } = new(
        "double-descent", Chapter.FirstNetworks, "Double descent: worse at the size that just fits, then better again",
        Goal.AtLeast("error at the threshold / of the widest", 3), Goal.AtLeast("error at the threshold / of the widest", 3), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset digits, TensorDataset test) = Materials.Digits();
        int[] widths = run.Choose<int[]>(
            [5, 10, 20, 40, 60, 80, 90, 100, 110, 120, 150, 200, 400, 800, 1600, 3200], [10, 40, 80, 100, 120, 200, 800, 1600]);
        int repeats = run.Choose(5, 2);
        double[] learned = new double[widths.Length], others = new double[widths.Length];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            Tensor chosen = Tensor.RandPerm(digits.Count)[..Examples];
            Tensor x = digits.Inputs.IndexSelect(0, chosen).Flatten(1), y = OneHot(digits.Targets.IndexSelect(0, chosen));
            for (int i = 0; i < widths.Length; i++)
            {
                // Random features, ReLU(x W), and the least of all output weights that leave the least error: those of the pseudo-inverse.
                Tensor w = Tensor.Randn(64, widths[i]) / 8;
                Tensor hidden = x.MatMul(w).Relu(), output = Linalg.Pinv(hidden).MatMul(y);
                learned[i] += (double)Loss.MSE(hidden.MatMul(output), y) / repeats;
                others[i] += (double)Loss.MSE(test.Inputs.Flatten(1).MatMul(w).Relu().MatMul(output), OneHot(test.Targets)) / repeats;
                run.Tell("model", (repeat * widths.Length) + i + 1, repeats * widths.Length,
                    $"{widths[i]} units, test error {others[i]:0.000}");
            }
        }

        // The steps of the chart are evenly spaced logarithms of the width.
        double[] places = [.. widths.Select(static width => Math.Log2(width))];
        run.Report.Add(
            new LineChart("Error by size", new Curve("training", learned) { Steps = places }, new Curve("test", others) { Steps = places })
            {
                LogScale = true,
                StepLabel = "log₂ of the hidden units",
                Caption = $"{Examples} examples are learned by heart from {Examples} units on, log₂ = {Math.Log2(Examples):0.0}.",
            });
        return others.Max() / others[^1];
    }

    private static Tensor OneHot(Tensor labels) => labels.OneHot(10).To(DType.Float32);
}
