using DeepLearning.Losses;

namespace DeepLearning.Models;

/// <summary>
/// The parts of CycleGAN's loss (Zhu et al. 2017, equations 2 and 3 and section 5.2), with generators G: A → B and F: B → A.
/// </summary>
public static class CycleGANLoss
{
    /// <summary>λ E |F(G(a)) − a|: what goes there and back is what it was.</summary>
    /// <param name="original">Images a.</param>
    /// <param name="returned">F(G(a)), of the same shape.</param>
    /// <param name="weight">λ.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Cycle(Tensor original, Tensor returned, double weight = 10) => Loss.L1(returned, original) * weight;

    /// <summary>λ/2 E |G(b) − b|: what is there already stays as it is, its colors, too.</summary>
    /// <param name="original">Images b.</param>
    /// <param name="same">G(b), of the same shape.</param>
    /// <param name="weight">λ/2.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor Identity(Tensor original, Tensor same, double weight = 5) => Loss.L1(same, original) * weight;

    /// <summary>E (D(G(a)) − 1)²: what is made looks real.</summary>
    /// <param name="scores">The discriminator's scores of what is made.</param>
    public static Tensor Validity(Tensor scores) => GanLoss.Generator(GanObjective.LeastSquares, scores) * 2;

    /// <summary>(E (D(b) − 1)² + E D(G(a))²) / 2: the discriminator's.</summary>
    /// <param name="real">The scores of real images.</param>
    /// <param name="fake">The scores of what is made.</param>
    public static Tensor Discriminator(Tensor real, Tensor fake) => GanLoss.Discriminator(GanObjective.LeastSquares, real, fake);
}
