using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The negative log-likelihood of targets y under normal distributions with predicted means x and variances v: ½ · (log max(v, ε) + (x
    /// − y)² / max(v, ε)), and ½ log 2π with <paramref name="full"/>. The gradient of the variance is taken as if it had not been raised to
    /// ε, as PyTorch does. Nix and Weigend, "Estimating the mean and variance of the target probability distribution", 1994.
    /// </summary>
    /// <param name="input">The means x, of any shape.</param>
    /// <param name="target">The targets y, of the same shape.</param>
    /// <param name="variance">The variances v, 0 or more: of the input's shape, or one for each row of the last axis, with that axis left
    /// out or of length 1; or a number.</param>
    /// <param name="full">Whether the constant ½ log 2π is added.</param>
    /// <param name="eps">The least variance ε, 0 or more.</param>
    /// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A variance is negative, or ε is.</exception>
    public static Tensor GaussianNLL(
        Tensor input, Tensor target, Tensor variance, bool full = false, double eps = 1e-6, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, variance) = (cast.Of(input), cast.Of(target), cast.Of(variance));
        const string Name = "GaussianNLL";
        LossOperands.CheckEqual(Name, input, "input", target, "target");
        LossOperands.CheckReduction(Name, reduction, input);
        ArgumentNullException.ThrowIfNull(variance);
        OptionChecks.NotNegative(eps, "GaussianNLL");
        Shape rows = input.Rank > 0 ? input.Shape[..^1] : [];
        bool isPerRow = input.Rank > 0 && variance.Shape == rows, isNumber = variance.Rank == 0;
        if (variance.Shape != input.Shape && !isPerRow && !isNumber && (input.Rank == 0 || variance.Shape != new Shape([.. rows, 1])))
        {
            throw new ShapeException(
                $"{Name}: a variance {variance.Shape} does not fit an input {input.Shape}: it has the same shape, or one number for each "
                + "row of the last axis, with that axis left out or of length 1, or is a single number.");
        }

        Backend.Refuse(
            variance.Detach().Less(0), static () => new ArgumentOutOfRangeException(
                nameof(variance), $"{Name}: a variance is negative; predict it as exp or Softplus."));

        DType result = LossOperands.ResultOf(input, target, variance), compute = result.Compute();
        Tensor spread = variance.To(compute).Clone();
        using (GradMode.NoGrad())
        {
            spread.ClampInPlace(min: eps);
        }

        spread = isPerRow ? spread.Unsqueeze(-1) : spread;
        Tensor losses = (spread.Log() + ((input.To(compute) - target.To(compute)).Square() / spread)) * 0.5;
        return LossOperands.Reduce(full ? losses + (0.5 * Math.Log(2 * Math.PI)) : losses, reduction, result);
    }
}

/// <summary><see cref="Loss.GaussianNLL"/> as a module of the means, the targets and the variances.</summary>
/// <param name="full">Whether the constant ½ log 2π is added.</param>
/// <param name="eps">The least variance, 0 or more.</param>
/// <param name="reduction">Whether the mean, the sum or the elements themselves are returned.</param>
public sealed class GaussianNLLLoss(bool full = false, double eps = 1e-6, LossReduction reduction = LossReduction.Mean)
    : Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second, Tensor third) =>
        Loss.GaussianNLL(first, second, third, full, eps, reduction);
}
