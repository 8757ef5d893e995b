namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Each pixel's kind: on the way down a network sees what there is, on the way up where it is, and shortcuts across bring the fine detail
/// back (Ronneberger, Fischer and Brox 2015, "U-Net"). Its figure is the mean intersection over union of the kinds.
/// </summary>
internal static class UNetLesson
{
    private const int Kinds = 4;

    public static Lesson Lesson { get; } = new(
        "unet", Chapter.Images, "U-Net segments drawn shapes, pixel by pixel",
        Goal.AtLeast("mean intersection over union", 0.93), Goal.AtLeast("mean intersection over union", 0.3), Run)
    {
        Data = "shapes that it draws",
        Time = "4 min",
    };

    // A quick run learns where shapes are (to say "ground" everywhere comes to 0.24); which they are takes it longer.
    private static double Run(LessonRun run)
    {
        int side = run.Choose(48, 32);
        Generator draw = new(run.Seed);
        DrawnShapes training = DrawnShapes.Draw(run.Choose(2000, 300), side, draw), test = DrawnShapes.Draw(200, side, draw);
        TensorDataset pictures = new(training.Images, training.Masks);

        // Most pixels are ground; without a smaller weight, to say "ground" everywhere would be a good answer at first.
        Tensor weights = Tensor.From([0.3f, 1, 1, 1]);
        UNet model = new(run.Choose(16, 8));
        int steps = run.Choose(1000, 220);
        double[] losses = run.Train(new Adam(model.Parameters(), run.Choose(3e-3, 5e-3)), steps, _ =>
        {
            (Tensor x, Tensor kinds) = pictures.Batch(run.Choose(16, 8));
            return Loss.CrossEntropy(model.Forward(x), kinds, weights);     // [n, kinds, h, w] against [n, h, w]
        }, new CosineSchedule(steps));

        model.Eval();
        Tensor found = Materials.Predict(model.Forward, test.Images, 50).ArgMax(1);
        double[] overlaps = [.. Enumerable.Range(0, Kinds).Select(kind =>
        {
            Tensor truth = test.Masks.EqualTo(kind), said = found.EqualTo(kind);
            return (double)truth.LogicalAnd(said).CountNonZero() / (double)truth.LogicalOr(said).CountNonZero();
        })];
        run.Report.Images("Pictures", "To be segmented.", test.Images[..16], 8, 2);
        run.Report.Images("True kinds", "Ground, disc, square, triangle.", Shades(test.Masks[..16]), 8, 2);
        run.Report.Images("Found kinds", "By the network.", Shades(found[..16]), 8, 2);
        run.Report.Table(
            "Intersection over union", "Of 200 test pictures.", ["kind", "overlap"],
            overlaps.Select(static (overlap, kind) => new[] { kind == 0 ? "ground" : DrawnShapes.Names[kind - 1], $"{overlap:0.0000}" }));
        run.Report.Curves("Loss", "Cross entropy of a pixel.", true, ("training", losses));
        return overlaps.Average();
    }

    private static Tensor Shades(Tensor kinds) =>
        Tensor.Stack([.. kinds.Unbind().Select(static one => ColorMap.Sequential(one.To(DType.Float32) / (Kinds - 1)))]);

    /// <summary>Two levels down and up: [n, 3, h, w] → [n, kinds, h, w]; h and w are multiples of 4.</summary>
    private sealed class UNet(int width) : Module<Tensor, Tensor>
    {
        private readonly Sequential _top = Pair(3, width), _middle = Pair(width, 2 * width), _bottom = Pair(2 * width, 4 * width);
        private readonly ConvTranspose2d _upToMiddle = new(4 * width, 2 * width, 2, 2), _upToTop = new(2 * width, width, 2, 2);
        private readonly Sequential _middleAgain = Pair(4 * width, 2 * width), _topAgain = Pair(2 * width, width);
        private readonly MaxPool2d _halve = new(2);
        private readonly Conv2d _output = new(width, Kinds, 1);

        public override Tensor Forward(Tensor x)
        {
            Tensor top = _top.Forward(x), middle = _middle.Forward(_halve.Forward(top)), bottom = _bottom.Forward(_halve.Forward(middle));
            Tensor up = _middleAgain.Forward(Tensor.Cat([_upToMiddle.Forward(bottom), middle], axis: 1));
            return _output.Forward(_topAgain.Forward(Tensor.Cat([_upToTop.Forward(up), top], axis: 1)));
        }

        private static Sequential Pair(int from, int to) => new(
            new Conv2d(from, to, 3, padding: 1, bias: false), new BatchNorm2d(to), new ReLU(),
            new Conv2d(to, to, 3, padding: 1, bias: false), new BatchNorm2d(to), new ReLU());
    }
}
