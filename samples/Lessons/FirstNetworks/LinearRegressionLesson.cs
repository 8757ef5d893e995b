namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A linear layer and the squared error is linear regression (Gauss 1809). Walking down the gradient comes to the same weights as the
/// formula w = (XᵀX)⁻¹ Xᵀ y. This lesson writes the loop of training out; the others call it as <see cref="LessonRun.Train"/>.
/// </summary>
internal static class LinearRegressionLesson
{
    public static Lesson Lesson { get; } = new(
        "linear-regression", Chapter.FirstNetworks, "Linear regression as a network of one layer",
        Goal.AtMost("distance from the exact weights", 1e-3), Goal.AtMost("distance from the exact weights", 1e-3), Run);

    private static double Run(LessonRun run)
    {
        // y = 3 x₀ − 2 x₁ + 0.5 x₂ + 1 + noise.
        Tensor x = Tensor.Randn(500, 3);
        Tensor y = x.MatMul(Tensor.From([3f, -2, 0.5f], 3, 1)) + 1 + (Tensor.Randn(500, 1) * 0.3);

        Linear model = new(3, 1);
        SGD optimizer = new(model.Parameters(), learningRate: 0.1);
        List<double> losses = [];
        for (int step = 1; step <= 300; step++)
        {
            using TensorScope scope = new();                    // gives the memory of the step back at once
            optimizer.ZeroGrad();                               // forget the last step's gradients
            Tensor loss = Loss.MSE(model.Forward(x), y);        // how wrong it is
            loss.Backward();                                    // where each weight would have to go
            optimizer.Step();                                   // a small step that way
            losses.Add((double)loss);
            run.Tell("step", step, 300, $"loss {losses[^1]:0.0000}");
        }

        // The formula, by the stable way: the least squares of [x, 1] w = y.
        using GradMode.Region none = GradMode.NoGrad();
        Tensor exact = Linalg.Lstsq(Tensor.Cat([x, Tensor.Ones(500, 1)], axis: 1), y).Item1;
        Tensor learned = Tensor.Cat([model.Weight.Flatten(), model.Bias!]).Unsqueeze(1);
        run.Say($"learned {string.Join(" ", learned.Flatten().ToArray<float>().Select(static w => $"{w:0.0000}"))}");
        run.Say($"exact   {string.Join(" ", exact.Flatten().ToArray<float>().Select(static w => $"{w:0.0000}"))}");
        run.Report.Add(ScatterChart.PredictedVersusActual(model.Forward(x).Flatten(), y.Flatten()));
        run.Report.Curves("Loss", "It falls to the variance of the noise, 0.09, and no further.", true, ("training", losses));
        return (double)(learned - exact).Norm();
    }
}
