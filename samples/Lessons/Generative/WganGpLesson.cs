namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The critic gives no probability but a score with a slope near 1, whose difference between real and drawn digits is their distance
/// (Wasserstein's): a loss that falls as the digits get better (Gulrajani et al. 2017, "Improved training of Wasserstein GANs").
/// Critic: E D(fake) − E D(real) + λ E (‖∇D(x̂)‖ − 1)², x̂ between real and drawn ones.
/// </summary>
internal static class WganGpLesson
{
    private const int Side = 32, Latent = 64, CriticSteps = 5;
    private const double Penalty = 10;

    public static Lesson Lesson { get; } = new(
        "wgan-gp", Chapter.Generative, "WGAN-GP: a critic whose loss measures how good the digits are",
        Goal.AtLeast("classifier score (1 to 10)", 6), Goal.AtLeast("classifier score (1 to 10)", 1.8), Run)
    {
        Data = "MNIST",
        Time = "14 min",
    };

    private static double Run(LessonRun run)
    {
        int side = run.Choose(Side, 8), width = run.Choose(16, 16), steps = run.Choose(2000, 80), batch = run.Choose(48, 32);
        double rate = run.Choose(3e-4, 1e-3);
        TensorDataset digits = DcganLesson.Framed(run, side);
        DCGANGenerator generator = new(Latent, imageChannels: 1, side, width, upsampling: true);

        // Batch norm would make the score of an image depend on the others, and its slope with it: the critic has none.
        DCGANDiscriminator critic = new(imageChannels: 1, side, width, batchNorm: false);
        Adam drawing = new(generator.Parameters(), rate, 0, 0.9), scoring = new(critic.Parameters(), rate, 0, 0.9);
        List<double> distances = [];
        double[] losses = run.Train(drawing, steps, _ =>
        {
            double distance = 0;
            for (int i = 0; i < CriticSteps; i++)
            {
                Tensor real = digits.Batch(batch).Inputs, fake;
                using (GradMode.NoGrad())
                {
                    fake = generator.Forward(Tensor.Randn(batch, Latent));
                }

                scoring.ZeroGrad();
                Tensor difference = GanLoss.Discriminator(GanObjective.Wasserstein, critic.Forward(real), critic.Forward(fake));
                (difference + (GanLoss.GradientPenalty(critic.Forward, real, fake) * Penalty)).Backward();
                scoring.Step();
                distance = -(double)difference;
            }

            distances.Add(distance);
            return GanLoss.Generator(GanObjective.Wasserstein, critic.Forward(generator.Forward(Tensor.Randn(batch, Latent))));
        });
        run.Report.Curves(
            "Wasserstein's distance", "As the critic estimates it: it falls while the digits get better.", false, ("distance", distances));
        return GanReport.Tell(run, generator, Latent, digits, losses, distances);
    }
}
