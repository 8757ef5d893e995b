namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The first machine that learned: one unit that says 1 where w · x + b > 0, and its rule, which after a mistake adds the point to the
/// weights or takes it away (Rosenblatt 1958, "The perceptron"): w ← w + (y − ŷ) x. Where a line parts the classes, it ends without a
/// mistake (Novikoff 1962), after at most (R / γ)² of them: R is the longest point, γ the margin.
/// </summary>
internal static class PerceptronLesson
{
    public static Lesson Lesson { get; } = new(
        "perceptron", Chapter.FirstNetworks, "The perceptron: one unit and its rule",
        Goal.AtLeast("test accuracy", 0.97), Goal.AtLeast("test accuracy", 0.97), Run);

    private static double Run(LessonRun run)
    {
        // Points of two kinds, parted by the line 2 x − y = 0.3; those within a small margin of it are left out.
        (Tensor x, Tensor y) = Points(400);
        (Tensor testX, Tensor testY) = Points(1000);

        // The rule needs no gradient: it looks at one point after the other and moves after mistakes alone.
        double w0 = 0, w1 = 0, b = 0;
        List<double> mistakes = [];
        float[] at = x.ToArray<float>(), kind = y.ToArray<float>();
        for (int pass = 0; pass < 100 && (pass == 0 || mistakes[^1] > 0); pass++)
        {
            int wrong = 0;
            for (int i = 0; i < kind.Length; i++)
            {
                double x0 = at[2 * i], x1 = at[(2 * i) + 1], said = (w0 * x0) + (w1 * x1) + b > 0 ? 1 : 0;
                double error = kind[i] - said;
                if (error != 0)
                {
                    (w0, w1, b) = (w0 + (error * x0), w1 + (error * x1), b + error);
                    wrong++;
                }
            }

            mistakes.Add(wrong);
            run.Say($"pass {pass + 1}: {wrong} mistakes, weights {w0:0.00} {w1:0.00}, bias {b:0.00}");
        }

        // The same unit as a layer of the library: a linear map and a step.
        Linear unit = new(2, 1);
        using GradMode.Region none = GradMode.NoGrad();
        unit.Weight.CopyFrom(Tensor.From([(float)w0, (float)w1], 1, 2));
        unit.Bias!.CopyFrom(Tensor.From([(float)b]));
        Tensor answers = unit.Forward(testX).Step(atZero: 0).Squeeze(1);
        run.Report.Add(new PlanePicture("The line it found", (-1, 1), (-1, 1))
        {
            Caption = "Blue is where the unit says 0, orange where it says 1; test points.",
        }.Area(points => unit.Forward(points).Step(atZero: 0).Squeeze(1)).Classes(testX[..300], testY[..300], ["0", "1"]));
        run.Report.Curves("Mistakes", "In each pass over the points; it stops when there are none.", false, ("mistakes", mistakes));
        return answers.EqualTo(testY).To(DType.Float64).Mean().Item<double>();
    }

    private static (Tensor X, Tensor Y) Points(int count)
    {
        Tensor x = (Tensor.Rand(3 * count, 2) * 2) - 1, side = (x.Select(1, 0) * 2) - x.Select(1, 1) - 0.3;
        Tensor clear = side.Abs().Greater(0.1).NonZero().Flatten()[..count];
        return (x.IndexSelect(0, clear), side.IndexSelect(0, clear).Greater(0).To(DType.Float32));
    }
}
