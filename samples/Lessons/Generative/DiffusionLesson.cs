namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A network learns to tell the noise in a noisy digit; taking it away, step by step, from noise alone makes a new digit. With the digit's
/// class given to the network, and pushed away from what it says without (guidance), the digit is one that was asked for.
/// Ho, Jain and Abbeel 2020; Song et al. 2021 (DDIM); Ho and Salimans 2022. L = E ‖ε − ε̂(√ᾱ x + √(1 − ᾱ) ε, t)‖².
/// </summary>
internal static class DiffusionLesson
{
    private const int Digits = 10;

    public static Lesson Lesson { get; } = new(
        "diffusion", Chapter.Generative, "Diffusion: digits are made by taking noise away",
        Goal.AtLeast("classifier score (1 to 10)", 8), Goal.AtLeast("classifier score (1 to 10)", 3), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "7 min",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, _) = Materials.Digits();
        TensorDataset digits = new((training.Inputs * 2) - 1, training.Targets);
        DiffusionUNet model = new(new DiffusionUNetOptions(
            Channels: 1, Width: run.Choose(32, 16), AttentionLevels: [1], Multipliers: [1, 2], Groups: 4, Classes: Digits));
        GaussianDiffusion diffusion = new(NoiseSchedule.Cosine(run.Choose(200, 50)), DiffusionPrediction.Velocity);
        int steps = run.Choose(3000, 130);
        double[] losses = run.Train(
            new Adam(model.Parameters(), run.Choose(1e-3, 3e-3)), steps,
            _ =>
            {
                (Tensor x, Tensor digit) = digits.Batch(run.Choose(64, 32));

                // One time in ten the class is hidden, so that the network also knows digits in general.
                Tensor classes = GaussianDiffusion.DropClasses(digit, Digits, 0.1);
                return diffusion.Loss((noisy, step) => model.Forward(noisy, step, classes), x);
            },
            new CosineSchedule(steps), maxNorm: 1);

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor wanted = Tensor.Arange(Digits).RepeatInterleave(run.Choose(50, 10));
        var guided = GaussianDiffusion.Guided(model.Forward, wanted, scale: 2);
        run.Say("taking noise away …");
        Tensor made = diffusion.SampleDDIM(guided, Tensor.Randn(wanted.Size(0), 1, 8, 8), steps: run.Choose(50, 10));
        made = (made.Clamp(-1.0, 1.0) + 1) / 2;
        DigitJudge judge = DigitJudge.Train(run, training);
        double score = judge.Score(made), asked = judge.Accuracy(new TensorDataset(made, wanted));
        run.Say($"{asked:P1} of the digits are those that were asked for; real ones score {judge.Score(training.Inputs):0.00}");
        Show(run, diffusion, model, made);
        run.Report.Curves("Loss", "Of the velocity, at a random time.", true, ("training", losses));
        return score;
    }

    private static void Show(LessonRun run, GaussianDiffusion diffusion, DiffusionUNet model, Tensor made)
    {
        int each = made.Size(0) / Digits;
        Tensor rows = Tensor.Cat(
            [.. Enumerable.Range(0, Digits).Select(digit => made[(digit * each)..((digit * each) + Math.Min(each, 10))])]);
        run.Report.Images("Made digits", "A row for each digit that was asked for.", rows, Math.Min(each, 10), 4);

        // The same noise, seen after more and more of the way.
        Tensor classes = Tensor.Arange(Digits), noise = Tensor.Randn(Digits, 1, 8, 8);
        var guided = GaussianDiffusion.Guided(model.Forward, classes, scale: 2);
        Tensor[] ways = [.. Enumerable.Range(1, 8).Select(steps => diffusion.SampleDDIM(guided, noise, steps: steps))];
        Tensor grid = Tensor.Stack(ways, 1).Flatten(0, 1);
        run.Report.Images(
            "Few steps and more", "From left to right the same noise in 1 to 8 steps of DDIM.", (grid.Clamp(-1.0, 1.0) + 1) / 2, 8, 4);
    }
}
