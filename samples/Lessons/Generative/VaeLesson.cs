namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A variational autoencoder learns digits as points of a normal distribution, and a walk between two points turns one digit into another
/// (Kingma and Welling 2014, "Auto-encoding variational Bayes"). It maximizes E[log p(x|z)] − KL(q(z|x) ‖ N(0, 1)).
/// </summary>
internal static class VaeLesson
{
    public static Lesson Lesson { get; } = new(
        "vae", Chapter.Generative, "A variational autoencoder: digits as points, and walks between them",
        Goal.AtMost("test negative ELBO (nats)", 107), Goal.AtMost("test negative ELBO (nats)", 26), Run)
    {
        Data = "MNIST",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        // Quick runs take the shipped 8×8 digits: 64 pixels instead of 784, so their nats are fewer.
        (TensorDataset training, TensorDataset test) = run.Quick ? Materials.Digits() : Materials.Mnist(run);
        int side = training.Inputs.Size(-1), pixels = side * side, hidden = run.Choose(500, 96), latent = run.Choose(20, 8);
        VariationalAutoencoder model = new(
            new Sequential(new Flatten(), new Linear(pixels, hidden), new ReLU(), new Linear(hidden, hidden), new ReLU()),
            new GaussianHead(hidden, latent),
            new Sequential(
                new Linear(latent, hidden), new ReLU(), new Linear(hidden, hidden), new ReLU(), new Linear(hidden, pixels),
                new Unflatten(1, 1, side, side)));

        int epochs = run.Choose(12, 40), batch = run.Choose(128, 64), steps = epochs * (training.Count / batch);
        Adam optimizer = new(model.Parameters(), run.Choose(1e-3, 3e-3));
        double[] losses = run.Train(
            optimizer, steps, _ => model.Loss(training.Batch(batch).Inputs).Total, new CosineSchedule(steps, minimum: 0.05));

        model.Eval();
        double reconstruction = 0, divergence = 0;
        using GradMode.Region none = GradMode.NoGrad();
        foreach (Tensor part in test.Inputs.Split(500))
        {
            // A drawn code, not its mean: the bound is an expectation over codes.
            VAELoss loss = model.Loss(part, sample: true);
            reconstruction += (double)loss.Reconstruction * part.Size(0) / test.Count;
            divergence += (double)loss.KL * part.Size(0) / test.Count;
        }

        run.Say($"reconstruction {reconstruction:0.00} nats, KL {divergence:0.00} nats");
        Show(run, model, test);
        run.Report.Curves("Negative ELBO", "Of each training batch, in nats a digit.", false, ("training", losses));
        return reconstruction + divergence;
    }

    private static void Show(LessonRun run, VariationalAutoencoder model, TensorDataset test)
    {
        int scale = run.Choose(1, 3);
        run.Report.Images("Drawn from nothing", "Codes drawn from N(0, 1), decoded.", model.Generate(64), 16, scale);

        // From the code of one digit to that of another, in a straight line.
        Tensor codes = model.Forward(test.Inputs[..16]).Mean;
        Tensor[] walks = [.. Enumerable.Range(0, 8).SelectMany(pair => Enumerable.Range(0, 10).Select(
            place => codes[2 * pair].Lerp(codes[(2 * pair) + 1], place / 9.0)))];
        run.Report.Images(
            "Walks", "Each row goes in a straight line from the code of one test digit to that of another.",
            model.Decode(Tensor.Stack(walks)), 10, scale);

        Tensor seen = test.Inputs[..16], back = model.Forward(seen).Output.Sigmoid();
        run.Report.Images(
            "Test digits and what comes back", "Above what went in, below what came out.", Tensor.Cat([seen, back]), 16, scale);
        Tensor mean = model.Forward(test.Inputs.First(1000)).Mean, labels = test.Targets[..mean.Size(0)];
        run.Report.Add(PlanePicture.Around(Flat(mean), "The code", "The two directions in which the codes of test digits differ most.")
            .Classes(Flat(mean), labels, [.. Enumerable.Range(0, 10).Select(static digit => $"{digit}")]));
    }

    private static Tensor First(this Tensor rows, int count) => rows[..Math.Min(count, rows.Size(0))];

    private static Tensor Flat(Tensor codes)
    {
        Tensor centered = codes - codes.Mean(0);
        (_, _, Tensor v) = Linalg.Svd(centered, fullMatrices: false);
        return centered.MatMul(v[..2].T);
    }
}
