namespace DeepLearning.Samples.Lessons;

/// <summary>
/// The parts of a style-based generator: noise is first mapped to a style, and the style scales the filters of each level (Karras et al.
/// 2019 and 2020, "Analyzing and improving the image quality of StyleGAN"). Styles of two digits can be mixed: the coarse levels of one,
/// the fine level of the other.
/// </summary>
internal static class StyleGanPartsLesson
{
    private const int Latent = 32, Side = 8;

    public static Lesson Lesson { get; } = new(
        "stylegan", Chapter.Generative, "Parts of StyleGAN: mapping, modulated convolution, mixing of styles",
        Goal.AtLeast("classifier score (1 to 10)", 5), Goal.AtLeast("classifier score (1 to 10)", 1.5), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "1 min",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset training, _) = Materials.Digits();
        TensorDataset digits = new((training.Inputs * 2) - 1, training.Targets);
        int width = run.Choose(32, 16), steps = run.Choose(3000, 260);
        StyleGenerator generator = new(width);
        DCGANDiscriminator critic = new(imageChannels: 1, Side, run.Choose(32, 16), batchNorm: false);
        Adam drawing = new(generator.Parameters(), run.Choose(1e-3, 3e-3), 0, 0.99);
        Adam telling = new(critic.Parameters(), run.Choose(1e-3, 3e-3), 0, 0.99);
        List<double> told = [];
        double[] losses = run.Train(drawing, steps, _ =>
        {
            Tensor real = digits.Batch(32).Inputs, fake = generator.Forward(Tensor.Randn(32, Latent));
            telling.ZeroGrad();
            Tensor loss = GanLoss.Discriminator(GanObjective.NonSaturating, critic.Forward(real), critic.Forward(fake.Detach()))
                + (GanLoss.GradientPenalty(critic.Forward, real, fake.Detach()) * 0.5);
            loss.Backward();
            telling.Step();
            told.Add((double)loss);
            return GanLoss.Generator(GanObjective.NonSaturating, critic.Forward(fake));
        });

        generator.Eval();
        using (GradMode.NoGrad())
        {
            // A grid: rows take the coarse styles of one digit, columns the fine style of another.
            Tensor coarse = generator.Style(Tensor.Randn(8, Latent)), fine = generator.Style(Tensor.Randn(8, Latent));
            Tensor mixed = generator.Draw(coarse.RepeatInterleave(8, 0), fine.Repeat(8, 1));
            run.Report.Images("Mixed styles", "Coarse levels by row, the finest by column.", (mixed + 1) / 2, 8, 4);
        }

        return GanReport.Tell(run, generator, Latent, digits, losses, told);
    }

    /// <summary>A constant of 2×2, and levels of modulated convolutions with noise up to 8×8.</summary>
    private sealed class StyleGenerator(int width) : Module<Tensor, Tensor>
    {
        private readonly MappingNetwork _mapping = new(Latent, width, layers: 3);
        private readonly Parameter _start = new(Tensor.Randn(1, width, 2, 2));
        private readonly ModulatedConv2d _coarse = new(width, width, 3, width), _middle = new(width, width, 3, width);
        private readonly ModulatedConv2d _fine = new(width, width, 3, width), _toImage = new(width, 1, 1, width, demodulate: false);
        private readonly NoiseInjection _noise1 = new(width), _noise2 = new(width);
        private readonly Upsample _double = new(scaleFactor: 2);

        public override Tensor Forward(Tensor noise)
        {
            Tensor style = Style(noise);
            return Draw(style, style);
        }

        public Tensor Style(Tensor noise) => _mapping.Forward(noise);

        public Tensor Draw(Tensor coarse, Tensor fine)
        {
            Tensor x = _coarse.Forward(_start.Expand(coarse.Size(0), -1, -1, -1), coarse).LeakyRelu(0.2);
            x = _noise1.Forward(_middle.Forward(_double.Forward(x), coarse)).LeakyRelu(0.2);
            x = _noise2.Forward(_fine.Forward(_double.Forward(x), fine)).LeakyRelu(0.2);
            return _toImage.Forward(x, fine).Tanh();
        }
    }
}
