namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Two convolutional networks play: one draws digits from noise, the other tells drawn from real ones, and both get better (Goodfellow et
/// al. 2014, "Generative adversarial nets"; Radford, Metz and Chintala 2016, DCGAN).
/// </summary>
internal static class DcganLesson
{
    private const int Side = 32, Latent = 64;

    public static Lesson Lesson { get; } = new(
        "dcgan", Chapter.Generative, "DCGAN: two convolutional networks play, and digits come of it",
        Goal.AtLeast("classifier score (1 to 10)", 6), Goal.AtLeast("classifier score (1 to 10)", 2), Run)
    {
        Data = "MNIST",
        Time = "4 min",
    };

    private static double Run(LessonRun run)
    {
        int side = run.Choose(Side, 8), width = run.Choose(24, 16), steps = run.Choose(2500, 200);
        TensorDataset digits = Framed(run, side);
        DCGANGenerator generator = new(Latent, imageChannels: 1, side, width);
        DCGANDiscriminator discriminator = new(imageChannels: 1, side, width);

        // The paper's settings: 2e-4 and a momentum of a half, since a longer memory makes the game swing.
        Adam drawing = new(generator.Parameters(), run.Choose(2e-4, 1e-3), 0.5);
        Adam telling = new(discriminator.Parameters(), run.Choose(2e-4, 1e-3), 0.5);
        List<double> discriminated = [];
        double[] losses = run.Train(drawing, steps, _ =>
        {
            Tensor real = digits.Batch(64).Inputs, noise = Tensor.Randn(64, Latent);

            // The discriminator's step: real digits up, drawn ones down. What is drawn here is not to change the generator.
            telling.ZeroGrad();
            Tensor fake = generator.Forward(noise);
            Tensor told = GanLoss.Discriminator(
                GanObjective.NonSaturating, discriminator.Forward(real), discriminator.Forward(fake.Detach()));
            told.Backward();
            telling.Step();
            discriminated.Add((double)told);

            // The generator's: its digits are to pass for real ones.
            return GanLoss.Generator(GanObjective.NonSaturating, discriminator.Forward(fake));
        });
        return GanReport.Tell(run, generator, Latent, digits, losses, discriminated);
    }

    /// <summary>Digits in a frame of a power of two, from −1 to 1, as tanh gives them.</summary>
    internal static TensorDataset Framed(LessonRun run, int side)
    {
        (TensorDataset training, _) = run.Quick ? Materials.Digits() : Materials.Mnist(run);
        int margin = (side - training.Inputs.Size(-1)) / 2;
        return new TensorDataset((training.Inputs.Pad([margin, margin, margin, margin]) * 2) - 1, training.Targets);
    }
}
