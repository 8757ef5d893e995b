namespace DeepLearning.Samples.Lessons;

/// <summary>
/// One hidden layer comes as near to any continuous function as one likes, if it is wide enough (Cybenko 1989; Hornik, Stinchcombe and
/// White 1989): f(x) ≈ Σ vᵢ tanh(wᵢ x + bᵢ) + c. The same function, learned with more and more units.
/// </summary>
internal static class UniversalApproximationLesson
{
    public static Lesson Lesson { get; } = new(
        "universal-approximation", Chapter.FirstNetworks, "One hidden layer comes near to any function",
        Goal.AtMost("greatest error of 64 units", 0.1), Goal.AtMost("greatest error of 64 units", 0.2), Run);

    private static double Run(LessonRun run)
    {
        Tensor x = Tensor.Linspace(-1, 1, 256).Unsqueeze(1);
        Tensor y = (x * (3 * Math.PI)).Sin() * 0.5 + (x.Abs() * 0.7) - 0.3;     // a wave on a kink
        PlanePicture picture = new("Function and networks", (-1, 1), (-0.9, 1.1))
        {
            Caption = "The same function by networks of one hidden layer, of more and more units.",
        };
        picture.Path(Tensor.Cat([x, y], 1), "function", 8, isDashed: true);
        double greatest = 0;
        List<IReadOnlyList<string>> rows = [];
        foreach ((int units, int color) in new[] { (2, 4), (8, 1), (64, 0) })
        {
            Sequential model = new(new Linear(1, units), new Tanh(), new Linear(units, 1));
            Initialize.Uniform(((Linear)model[0]).Weight, -12, 12);            // kinks all over the range, steep and flat
            Initialize.Uniform(((Linear)model[0]).Bias!, -8, 8);
            int steps = run.Choose(4000, 700);
            run.Train(new Adam(model.Parameters(), 0.01), steps, _ => Loss.MSE(model.Forward(x), y), new CosineSchedule(steps));
            using GradMode.Region none = GradMode.NoGrad();
            Tensor learned = model.Forward(x);
            greatest = (double)(learned - y).Abs().Max();
            rows.Add([$"{units}", $"{greatest:0.0000}"]);
            picture.Path(Tensor.Cat([x, learned], 1), $"{units} units", color);
        }

        run.Report.Add(picture);
        run.Report.Table("Greatest errors", "Of any point.", ["units", "error"], rows);
        return greatest;
    }
}
