namespace DeepLearning.Samples.Lessons;

/// <summary>What the lessons of adversarial networks show in the end.</summary>
internal static class GanReport
{
    /// <summary>Draws digits, shows them beside real ones, and has them judged.</summary>
    /// <param name="run">The run.</param>
    /// <param name="generator">From noise [n, latent] to images from −1 to 1.</param>
    /// <param name="latent">The length of the noise.</param>
    /// <param name="digits">Real digits, from −1 to 1.</param>
    /// <param name="drawing">The generator's losses.</param>
    /// <param name="telling">The discriminator's.</param>
    /// <returns>The score of a thousand drawn digits.</returns>
    public static double Tell(
        LessonRun run, Module<Tensor, Tensor> generator, int latent, TensorDataset digits, double[] drawing, IReadOnlyList<double> telling)
    {
        generator.Eval();
        Tensor drawn = (Materials.Predict(generator.Forward, Tensor.Randn(1000, latent)) + 1) / 2;
        TensorDataset real = new((digits.Inputs + 1) / 2, digits.Targets);
        DigitJudge judge = DigitJudge.Train(run, real);
        double score = judge.Score(drawn);
        run.Say($"real digits score {judge.Score(real.Inputs[..1000]):0.00}, noise {judge.Score(Tensor.Rand(drawn.Shape)):0.00}");
        int scale = run.Choose(1, 4);
        run.Report.Images("Drawn digits", "Of noise alone.", drawn[..64], 16, scale);
        run.Report.Images("Real digits", "What the discriminator compared them with.", real.Inputs[..64], 16, scale);
        run.Report.Curves(
            "Losses", "A game has no valley to walk down: both swing.", false, ("generator", drawing), ("discriminator", telling));
        return score;
    }
}
