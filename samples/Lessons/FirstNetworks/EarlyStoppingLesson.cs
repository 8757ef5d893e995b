namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A network that goes on learning a small set begins to learn it by heart, noise and all: the loss of what it has not seen turns and
/// rises. The trainer stops when it has not fallen for a while, and takes the weights of the best epoch (Prechelt 1998, "Early stopping –
/// but when?").
/// </summary>
internal static class EarlyStoppingLesson
{
    public static Lesson Lesson { get; } = new(
        "early-stopping", Chapter.FirstNetworks, "Early stopping: when validation turns, stop",
        Goal.AtMost("test loss, stopped / trained to the end", 0.7), Goal.AtMost("test loss, stopped / trained to the end", 0.9), Run);

    private static double Run(LessonRun run)
    {
        // A smooth function of two numbers, of which one sees noisy values at few places.
        (Tensor x, Tensor y) = Points(80, noise: 0.4);
        DataLoader<Example, Example> training = DataLoader.Create(new TensorDataset(x, y), 16, shuffle: true, seed: run.Seed);
        (Tensor vx, Tensor vy) = Points(200, noise: 0.4);
        (Tensor tx, Tensor ty) = Points(2000, noise: 0);
        DataLoader<Example, Example> validation = DataLoader.Create(new TensorDataset(vx, vy), 200);

        int epochs = run.Choose(600, 150);
        Sequential patient = Network(), endless = patient.DeepCopy();
        Trainer stopped = new(patient, new Adam(patient.Parameters(), 3e-3), new MSELoss())
        {
            Callbacks = [new EarlyStopping("val_loss", patience: 25), new BestModel("val_loss")],
        };
        run.Fit(stopped, training, epochs, validation);
        Trainer whole = new(endless, new Adam(endless.Parameters(), 3e-3), new MSELoss());
        run.Fit(whole, training, epochs, validation);

        int best = stopped.History.Best("val_loss").Epoch;
        run.Say($"stopped after {stopped.History.Count} epochs, best was {best}; the other went on to {epochs}");
        run.Report.Add(new LineChart(
            "Loss of the network that went on", new Curve("training", whole.History["loss"]),
            new Curve("validation", whole.History["val_loss"]))
        {
            LogScale = true,
            Caption = "Training goes down for ever; validation turns, and there the other network was stopped.",
        });
        run.Report.Add(Landscape("The function", static points => Truth(points)));
        run.Report.Add(Landscape("Stopped in time", points => patient.Forward(points).Squeeze(1)));
        run.Report.Add(Landscape("Trained to the end", points => endless.Forward(points).Squeeze(1)));
        using GradMode.Region none = GradMode.NoGrad();
        return (double)Loss.MSE(patient.Eval().Forward(tx), ty) / (double)Loss.MSE(endless.Eval().Forward(tx), ty);
    }

    private static Sequential Network() =>
        new(new Linear(2, 128), new ReLU(), new Linear(128, 128), new ReLU(), new Linear(128, 1));

    private static Tensor Truth(Tensor points) => (points.Select(1, 0) * 3).Sin() * (points.Select(1, 1) * 2).Cos();

    private static (Tensor X, Tensor Y) Points(int count, double noise)
    {
        Tensor x = (Tensor.Rand(count, 2) * 2) - 1;
        return (x, (Truth(x) + (Tensor.Randn(count) * noise)).Unsqueeze(1));
    }

    private static PlanePicture Landscape(string title, Func<Tensor, Tensor> height) =>
        new PlanePicture(title, (-1, 1), (-1, 1)) { Caption = "Heights from −1.5 to 1.5." }.Area(points => (height(points) / 3) + 0.5);
}
