namespace DeepLearning.Samples.Lessons;

/// <summary>
/// One look, all shapes: at every place of a coarse grid the network says for boxes of two sizes what is in them and how they would have to
/// move, and of boxes that say the same the surest stays (Liu et al. 2016, "SSD: single shot multibox detector"). Its figure is F1 of the
/// shapes found, with the right kind and at least half of the box.
/// </summary>
internal static class DetectorLesson
{
    private const int Stride = 8, PerPlace = 2;

    public static Lesson Lesson { get; } = new(
        "detector", Chapter.Images, "A one-stage detector finds drawn shapes",
        Goal.AtLeast("F1 at half overlap", 0.9), Goal.AtLeast("F1 at half overlap", 0.3), Run)
    {
        Data = "shapes that it draws",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        int side = run.Choose(64, 32), classes = DrawnShapes.Names.Count + 1;
        Generator draw = new(run.Seed);
        DrawnShapes training = DrawnShapes.Draw(run.Choose(2000, 300), side, draw), test = DrawnShapes.Draw(200, side, draw);

        // The boxes that are asked about, and what each of them should have answered in each picture; class 0 is the ground.
        Tensor anchors = Anchors.Grid(side / Stride, side / Stride, Stride, [side * 0.25, side * 0.37], [1.0]);
        MultiBoxTargets[] targets = [.. Enumerable.Range(0, training.Boxes.Count).Select(
            i => MultiBox.Targets(anchors, training.Boxes[i], training.Kinds[i] + 1, threshold: 0.45))];
        Tensor moves = Tensor.Stack([.. targets.Select(static t => t.Differences)]);
        Tensor kinds = Tensor.Stack([.. targets.Select(static t => t.Classes)]);

        int width = run.Choose(16, 12);
        Sequential body = new(
            Block(3, width), new MaxPool2d(2), Block(width, 2 * width), new MaxPool2d(2), Block(2 * width, 4 * width), new MaxPool2d(2),
            Block(4 * width, 4 * width));
        Conv2d where = new(4 * width, PerPlace * 4, 3, padding: 1), what = new(4 * width, PerPlace * classes, 3, padding: 1);
        Sequential all = new(body, where, what);
        int steps = run.Choose(1500, 170);
        double[] losses = run.Train(new Adam(all.Parameters(), run.Choose(2e-3, 5e-3)), steps, _ =>
        {
            Tensor rows = Tensor.RandInt(0, training.Images.Size(0), [16]);
            (Tensor d, Tensor c) = Answer(training.Images.IndexSelect(0, rows));
            return MultiBox.Loss(d, c, moves.IndexSelect(0, rows), kinds.IndexSelect(0, rows)).Total;
        }, new CosineSchedule(steps), maxNorm: 5);

        all.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        (Tensor differences, Tensor logits) = Answer(test.Images);
        int right = 0, found = 0, there = 0;
        List<Tensor> framed = [];
        for (int i = 0; i < test.Images.Size(0); i++)
        {
            Detections said = MultiBox.Detect(differences[i], logits[i], anchors, side, side, scoreThreshold: 0.5);
            right += Matched(said, test.Boxes[i], test.Kinds[i] + 1);
            found += said.Boxes.Size(0);
            there += test.Boxes[i].Size(0);
            if (i < 24)
            {
                long[] colors = said.Classes.ToArray<long>();
                framed.Add(DrawnShapes.Framed(test.Images[i], said.Boxes, box => Colors[(int)(colors[box] - 1) % Colors.Length]));
            }
        }

        run.Say($"{there} shapes, {found} found, {right} of them right");
        run.Report.Images(
            "Found", "Frames: white for discs, yellow for squares, black for triangles.", Tensor.Stack([.. framed]), 8, run.Choose(2, 3));
        run.Report.Curves("Loss", "Of boxes and kinds.", true, ("training", losses));
        return 2.0 * right / Math.Max(1, found + there);

        // Scores of a place's boxes stand side by side, as the anchors do: [n, boxes · 4, h, w] → [n, h · w · boxes, 4].
        (Tensor Differences, Tensor Logits) Answer(Tensor images)
        {
            Tensor features = body.Forward(images);
            return (Rows(where.Forward(features), 4), Rows(what.Forward(features), classes));
        }
    }

    private static (double, double, double)[] Colors { get; } = [(1, 1, 1), (1, 1, 0), (0, 0, 0)];

    private static Tensor Rows(Tensor map, int numbers) => map.Permute(0, 2, 3, 1).Reshape(map.Size(0), -1, numbers);

    private static Sequential Block(int from, int to) =>
        new(new Conv2d(from, to, 3, padding: 1, bias: false), new BatchNorm2d(to), new ReLU());

    /// <summary>How many shapes were found: each by one box of its kind that covers it by half.</summary>
    private static int Matched(Detections said, Tensor boxes, Tensor kinds)
    {
        if (said.Boxes.Size(0) == 0 || boxes.Size(0) == 0)
        {
            return 0;
        }

        Tensor fits = Boxes.IoU(said.Boxes, boxes).GreaterOrEqual(0.5)
            .LogicalAnd(said.Classes.Unsqueeze(1).EqualTo(kinds.Unsqueeze(0)));
        return (int)fits.Any(0).To(DType.Int64).Sum().Item<long>();
    }
}
