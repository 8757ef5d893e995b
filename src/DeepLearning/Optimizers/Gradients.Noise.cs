namespace DeepLearning.Optimizers;

/// <content>Noise.</content>
public static partial class Gradients
{
    /// <summary>
    /// Adds normal noise to every gradient, which helps deep networks out of bad regions; mostly with a deviation that falls
    /// (<see cref="NoiseDeviation"/>). Neelakantan et al., "Adding gradient noise improves learning for very deep networks", 2015.
    /// </summary>
    /// <param name="parameters">The parameters; those without a gradient are passed over.</param>
    /// <param name="deviation">The noise's standard deviation, 0 or more.</param>
    /// <param name="generator">Where the noise comes from; null for <see cref="Generator.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or not a number.</exception>
    public static void AddNoise(IEnumerable<Tensor> parameters, double deviation, Generator? generator = null)
    {
        CheckAmount(deviation, nameof(deviation));
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor gradient in Collect(parameters))
        {
            Tensor wide = LayerNorms.Wide(gradient);
            gradient.CopyFrom(wide + (Tensor.Randn(wide.Shape, wide.DType, generator, gradient.Device) * deviation));
        }
    }

    /// <summary>The deviation of annealed noise after some steps: √(η / (1 + t)^γ).</summary>
    /// <param name="step">The steps t made before.</param>
    /// <param name="eta">The variance η at first.</param>
    /// <param name="gamma">How fast it falls, γ.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not a number.</exception>
    public static double NoiseDeviation(long step, double eta = 0.3, double gamma = 0.55)
    {
        OptionChecks.AtLeast(step, 0, nameof(NoiseDeviation));
        CheckAmount(eta, nameof(eta));
        CheckAmount(gamma, nameof(gamma));
        return Math.Sqrt(eta / Math.Pow(1 + step, gamma));
    }
}
