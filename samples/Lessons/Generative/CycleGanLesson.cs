namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Two kinds of pictures and no pairs: white shapes on dark ground, dark outlines on light ground. Each of two generators turns one kind
/// into the other, and what goes there and back must be what it was (Zhu et al. 2017, CycleGAN): L = validity + 10 ‖F(G(x)) − x‖₁ + 5
/// ‖G(y) − y‖₁. Its figure compares the result with the true counterpart, which training never saw.
/// </summary>
internal static class CycleGanLesson
{
    private const int Side = 16;

    public static Lesson Lesson { get; } = new(
        "cyclegan", Chapter.Generative, "CycleGAN: from filled shapes to outlines and back, without pairs",
        Goal.AtLeast("error lowered, from that of the unchanged picture", 0.6),
        Goal.AtLeast("error lowered, from that of the unchanged picture", 0.3), Run)
    {
        Data = "shapes that it draws",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        int width = run.Choose(16, 8), steps = run.Choose(800, 60), batch = run.Choose(8, 4);
        Generator draw = new(run.Seed);
        Tensor filled = Shapes(400, draw).Filled, outlines = Shapes(400, draw).Outlined;       // of other shapes: no pairs
        CycleGANGenerator there = new(1, 1, width, blocks: 2), back = new(1, 1, width, blocks: 2);
        PatchDiscriminator isOutline = new(1, width, layers: 1), isFilled = new(1, width, layers: 1);

        double rate = run.Choose(1e-3, 2e-3);
        Adam drawing = new([.. there.Parameters(), .. back.Parameters()], rate, 0.5);
        Adam telling = new([.. isOutline.Parameters(), .. isFilled.Parameters()], rate, 0.5);
        double[] losses = run.Train(drawing, steps, _ =>
        {
            Tensor x = Some(filled, batch), y = Some(outlines, batch), made = there.Forward(x), madeBack = back.Forward(y);
            telling.ZeroGrad();
            (CycleGANLoss.Discriminator(isOutline.Forward(y), isOutline.Forward(made.Detach()))
                + CycleGANLoss.Discriminator(isFilled.Forward(x), isFilled.Forward(madeBack.Detach()))).Backward();
            telling.Step();

            return CycleGANLoss.Validity(isOutline.Forward(made)) + CycleGANLoss.Validity(isFilled.Forward(madeBack))
                + CycleGANLoss.Cycle(x, back.Forward(made)) + CycleGANLoss.Cycle(y, there.Forward(madeBack))
                + CycleGANLoss.Identity(y, there.Forward(y)) + CycleGANLoss.Identity(x, back.Forward(x));
        }, new CosineSchedule(steps));

        there.Eval();
        back.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        (Tensor input, Tensor truth) = Shapes(100, draw);
        Tensor output = there.Forward(input), returned = back.Forward(output);
        run.Report.Images(
            "There and back",
            "Filled shapes; what the network makes of them; the true outlines, which it never saw beside them; back again.",
            (Tensor.Cat([input[..12], output[..12], truth[..12], returned[..12]]) + 1) / 2, 12, 3);
        run.Report.Curves("Generators' loss", "Validity, cycle and identity together.", true, ("training", losses));
        double changed = (double)Loss.L1(output, truth), unchanged = (double)Loss.L1(input, truth);
        return 1 - (changed / unchanged);
    }

    private static Tensor Some(Tensor all, int count) => all.IndexSelect(0, Tensor.RandInt(0, all.Size(0), [count]));

    /// <summary>The same shapes in both kinds, [n, 1, side, side] from −1 to 1.</summary>
    private static (Tensor Filled, Tensor Outlined) Shapes(int count, Generator draw)
    {
        Tensor mask = DrawnShapes.Draw(count, Side, draw).Masks.Greater(0).To(DType.Float32).Unsqueeze(1);

        // An outline is what a mask loses when it is worn away by a pixel all round.
        Tensor worn = 1 - (1 - mask).MaxPool2d(3, 1, 1);
        return ((mask * 1.6) - 0.8, 0.8 - ((mask - worn) * 1.6));
    }
}
