using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Models;

/// <summary>
/// The losses of generative adversarial networks, of scores (logits) of any shape; each is a mean, a zero-dimensional tensor. With
/// r the scores of real samples and f of generated ones:
/// <list type="table">
/// <item><term>minimax</term><description>D: E softplus(−r) + E softplus(f); G: −E softplus(f)</description></item>
/// <item><term>non-saturating</term><description>D: as minimax; G: E softplus(−f)</description></item>
/// <item><term>least squares</term><description>D: E (r − 1)²/2 + E f²/2; G: E (f − 1)²/2</description></item>
/// <item><term>Wasserstein</term><description>D: E f − E r; G: −E f</description></item>
/// <item><term>hinge</term><description>D: E max(0, 1 − r) + E max(0, 1 + f); G: −E f</description></item>
/// </list>
/// </summary>
public static class GanLoss
{
    /// <summary>The loss of the discriminator, or critic.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="real">The scores of real samples.</param>
    /// <param name="fake">Those of generated ones.</param>
    /// <exception cref="ShapeException">There are no scores.</exception>
    public static Tensor Discriminator(GanObjective objective, Tensor real, Tensor fake)
    {
        Check(nameof(Discriminator), real, nameof(real));
        Check(nameof(Discriminator), fake, nameof(fake));
        return objective switch
        {
            GanObjective.Minimax or GanObjective.NonSaturating => Entropy(real, 1) + Entropy(fake, 0),
            GanObjective.LeastSquares => ((real - 1).Square().Mean() + fake.Square().Mean()) * 0.5,
            GanObjective.Wasserstein => fake.Mean() - real.Mean(),
            GanObjective.Hinge => (1 - real).Relu().Mean() + (1 + fake).Relu().Mean(),
            _ => throw new ArgumentOutOfRangeException(nameof(objective), objective, "GanLoss: this is none of the objectives."),
        };
    }

    /// <summary>The loss of the generator.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="fake">The scores of generated samples.</param>
    /// <exception cref="ShapeException">There are no scores.</exception>
    public static Tensor Generator(GanObjective objective, Tensor fake)
    {
        Check(nameof(Generator), fake, nameof(fake));
        return objective switch
        {
            GanObjective.Minimax => -Entropy(fake, 0),
            GanObjective.NonSaturating => Entropy(fake, 1),
            GanObjective.LeastSquares => (fake - 1).Square().Mean() * 0.5,
            GanObjective.Wasserstein or GanObjective.Hinge => -fake.Mean(),
            _ => throw new ArgumentOutOfRangeException(nameof(objective), objective, "GanLoss: this is none of the objectives."),
        };
    }

    /// <summary>
    /// The gradient penalty of Gulrajani et al. 2017 ("Improved training of Wasserstein GANs"): E (‖∂D(x̂)/∂x̂‖ − 1)² at points x̂ on the
    /// lines between real and generated samples. Times λ, 10 in the paper, it is added to the critic's loss.
    /// </summary>
    /// <param name="critic">Gives the scores of samples, each by itself.</param>
    /// <param name="real">Real samples, [batch, ..].</param>
    /// <param name="fake">As many generated ones.</param>
    /// <param name="generator">The source of the points; <see cref="DeepLearning.Generator.Default"/> when null.</param>
    /// <returns>A zero-dimensional tensor, differentiable by the critic's parameters.</returns>
    /// <exception cref="ShapeException">The shapes differ, or there is no sample.</exception>
    public static Tensor GradientPenalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(real);
        int[] each = [real.Rank > 0 ? real.Size(0) : 0, .. Enumerable.Repeat(1, Math.Max(real.Rank - 1, 0))];
        return GradientPenalty(critic, real, fake, Tensor.Rand(each, real.DType, generator, real.Device));
    }

    /// <summary>As <see cref="GradientPenalty(Func{Tensor, Tensor}, Tensor, Tensor, DeepLearning.Generator)"/>, at given points.</summary>
    /// <param name="critic">Gives the scores of samples.</param>
    /// <param name="real">Real samples, [batch, ..].</param>
    /// <param name="fake">As many generated ones.</param>
    /// <param name="places">Where between the generated (0) and the real sample (1); broadcasts to them.</param>
    /// <inheritdoc cref="GradientPenalty(Func{Tensor, Tensor}, Tensor, Tensor, DeepLearning.Generator)" path="/exception"/>
    public static Tensor GradientPenalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor places)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        ArgumentNullException.ThrowIfNull(places);
        if (real.Shape != fake.Shape || real.Rank < 2 || real.Size(0) == 0)
        {
            throw new ShapeException(
                $"GradientPenalty: real {real.Shape} and fake {fake.Shape} do not fit; both must be of one shape [batch, ..], with a "
                + "sample.");
        }

        Tensor points = fake.Detach().Lerp(real.Detach(), places.Expand(real.Shape.ToArray())).Detach();
        points.RequiresGrad = true;
        Tensor gradient = Autograd.Grad(critic(points).Sum(), points, createGraph: true);
        return (gradient.Flatten(1).Norm(2, [1]) - 1).Square().Mean();
    }

    /// <summary>Cuts every parameter off at ±c, as the first Wasserstein GAN keeps its critic Lipschitz.</summary>
    /// <param name="critic">The critic.</param>
    /// <param name="limit">c, 0.01 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not positive.</exception>
    public static void ClipWeights(Module critic, double limit = 0.01)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        using GradMode.Region none = GradMode.NoGrad();
        foreach (Parameter parameter in critic.Parameters())
        {
            parameter.ClampInPlace(-limit, limit);
        }
    }

    private static Tensor Entropy(Tensor scores, double target) =>
        Loss.BCEWithLogits(scores, Tensor.FullLike(scores.Detach(), target));

    private static void Check(string name, Tensor scores, string argument)
    {
        ArgumentNullException.ThrowIfNull(scores, argument);
        if (scores.Count == 0 || !scores.DType.IsFloatingPoint())
        {
            throw new ShapeException(
                $"{name}: {argument} {scores.DType.Name()}{scores.Shape} does not fit; it must hold floating-point scores, at least one.");
        }
    }
}
