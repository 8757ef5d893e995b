namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The ways of four optimizers down a narrow, bent valley, Rosenbrock's function f = (1 − x)² + 100 (y − x²)² (1960): plain gradient
/// descent crawls, momentum swings (Polyak 1964), RMSprop and Adam scale each direction by itself (Kingma and Ba 2015), and L-BFGS, which
/// guesses the curvature (Liu and Nocedal 1989), needs a handful of steps.
/// </summary>
internal static class OptimizersLesson
{
    public static Lesson Lesson { get; } = new(
        "optimizers", Chapter.FirstNetworks, "The optimizers' ways down a valley",
        Goal.AtMost("Adam's height at the end", 0.01), Goal.AtMost("Adam's height at the end", 0.2), Run);

    private static double Run(LessonRun run)
    {
        (string Name, Func<Tensor, Optimizer> Make)[] optimizers =
        [
            ("gradient descent", static place => new SGD([place], 1e-3)),
            ("momentum", static place => new SGD([place], 5e-4, momentum: 0.9)),
            ("RMSprop", static place => new RMSprop([place], 0.01)),
            ("Adam", static place => new Adam([place], 0.05)),
            ("L-BFGS", static place => new LBFGS([place], strongWolfe: true, maxIter: 1)),
        ];
        PlanePicture picture = new PlanePicture("Ways down a valley", (-2, 2), (-1, 3))
        {
            Caption = "Height in color (logarithm), start at (−1.5, 2), the lowest point at (1, 1).",
        }.Area(static points => ColorMap.Stretch((Valley(points) + 0.05).Log()), isDiverging: false);
        List<Curve> curves = [];
        double last = double.NaN;
        foreach (((string name, Func<Tensor, Optimizer> make), int color) in optimizers.Select(static (pair, i) => (pair, i)))
        {
            Tensor place = Tensor.From([-1.5f, 2]);
            place.RequiresGrad = true;
            Optimizer optimizer = make(place);
            List<Tensor> way = [place.Detach().Clone()];
            List<double> heights = [];
            int steps = name == "L-BFGS" ? 60 : run.Choose(1500, 800);
            for (int step = 1; step <= steps; step++)
            {
                // A closure computes loss and gradients: L-BFGS calls it as often as it needs.
                Tensor height = optimizer.Step(() =>
                {
                    optimizer.ZeroGrad();
                    Tensor value = Valley(place.Unsqueeze(0)).Sum();
                    value.Backward();
                    return value;
                });
                heights.Add((double)height);
                way.Add(place.Detach().Clone());
                run.Tell(name, step, steps, $"height {heights[^1]:0.000000}");
            }

            last = name == "Adam" ? heights[^1] : last;
            picture.Path(Tensor.Stack([.. way]), name, color);
            curves.Add(new Curve(name, heights));
        }

        run.Report.Add(picture.Points(Tensor.Ones(1, 2), "lowest point", 8, radius: 5));
        run.Report.Add(
            new LineChart("Heights", [.. curves]) { LogScale = true, StepLabel = "step", Caption = "On a scale of powers of ten." });
        return last;
    }

    /// <summary>Rosenbrock's function of points [n, 2].</summary>
    private static Tensor Valley(Tensor points)
    {
        Tensor x = points.Select(1, 0), y = points.Select(1, 1);
        return (1 - x).Square() + ((y - x.Square()).Square() * 100);
    }
}
