namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The game in a plane, where one can watch it: a generator makes points of noise, a discriminator tells them from real ones on a ring of
/// eight clusters, and the generator learns where they are (Goodfellow et al. 2014, "Generative adversarial nets"). A generator that finds
/// only some clusters has collapsed, the known ailment; its figure is the share of points close to a cluster, times that of clusters found.
/// </summary>
internal static class GanLesson
{
    private const int Clusters = 8, Latent = 2;
    private const double Spread = 0.1;

    public static Lesson Lesson { get; } = new(
        "gan", Chapter.Generative, "A GAN in the plane: a ring of clusters, and how it collapses",
        Goal.AtLeast("good points × clusters found", 0.75), Goal.AtLeast("good points × clusters found", 0.25), Run)
    {
        Data = "points that it draws",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        int width = 64, steps = run.Choose(6000, 1100);
        Sequential generator = new(
            new Linear(Latent, width), new ReLU(), new Linear(width, width), new ReLU(), new Linear(width, 2));
        Sequential discriminator = new(
            new Linear(2, width), new LeakyReLU(0.2), new Linear(width, width), new LeakyReLU(0.2), new Linear(width, 1));

        // The library's trainer of two networks; a small penalty on the discriminator's slope keeps the game from running away.
        GanTrainer trainer = new(
            generator, discriminator, new Adam(generator.Parameters(), 1e-3, 0.5), new Adam(discriminator.Parameters(), 1e-3, 0.5),
            static count => Tensor.Randn(count, Latent), new GanOptions(GanObjective.NonSaturating, GradientPenalty: 0.2))
        {
            PrintProgress = false,
        };
        TensorDataset ring = new(Ring(128 * 100), Tensor.Zeros(128 * 100));
        DataLoader<Example, Example> loader = DataLoader.Create(ring, 128, shuffle: true, seed: run.Seed);
        int epochs = steps / loader.Count;
        List<double> drawing = [], telling = [];
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            trainer.Fit(loader, epoch);
            drawing.Add(trainer.History["loss"][^1]);
            telling.Add(trainer.DiscriminatorLoss);
            run.Tell("epoch", epoch, epochs, $"generator {drawing[^1]:0.000}, discriminator {telling[^1]:0.000}");
            if (epoch == 1 || epoch == epochs / 4 || epoch == epochs)
            {
                Show(run, $"After {epoch * loader.Count} steps", generator, discriminator);
            }
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor made = generator.Forward(Tensor.Randn(2000, Latent)), distances = made.Cdist(Centers());
        Tensor good = distances.Amin(1).Less(4 * Spread);
        long found = distances.ArgMin(1).MaskedSelect(good).BinCount(minLength: Clusters).GreaterOrEqual(40).To(DType.Int64)
            .Sum().Item<long>();
        double share = good.To(DType.Float64).Mean().Item<double>();
        run.Say($"{share:P1} of the points are close to a cluster, {found} of {Clusters} clusters found");
        run.Report.Curves("Losses", "Of each epoch: a balance, not a descent.", false, ("generator", drawing), ("discriminator", telling));
        return share * found / Clusters;
    }

    private static void Show(LessonRun run, string title, Sequential generator, Sequential discriminator)
    {
        using GradMode.Region none = GradMode.NoGrad();
        run.Report.Add(new PlanePicture(title, (-3, 3), (-3, 3))
        {
            Caption = "Orange where the discriminator thinks points real, blue where made.",
        }.Area(points => discriminator.Forward(points).Squeeze(1).Sigmoid())
            .Points(Ring(200), "real", 2, 2).Points(generator.Forward(Tensor.Randn(200, Latent)), "made", 8, 2));
    }

    private static Tensor Centers()
    {
        Tensor angles = Tensor.Arange(Clusters).To(DType.Float32) * (2 * Math.PI / Clusters);
        return Tensor.Stack([angles.Cos(), angles.Sin()], 1) * 2;
    }

    private static Tensor Ring(int count) =>
        Centers().IndexSelect(0, Tensor.RandInt(0, Clusters, [count])) + (Tensor.Randn(count, 2) * Spread);
}
