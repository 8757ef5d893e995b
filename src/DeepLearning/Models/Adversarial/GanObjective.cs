namespace DeepLearning.Models;

/// <summary>What generator and discriminator of a generative adversarial network are after; see <see cref="GanLoss"/>.</summary>
public enum GanObjective
{
    /// <summary>Goodfellow et al. 2014, equation 1: the generator minimizes log(1 − D(fake)).</summary>
    Minimax,

    /// <summary>Goodfellow et al. 2014, section 3: the generator maximizes log D(fake), which does not saturate.</summary>
    NonSaturating,

    /// <summary>Mao et al. 2017, "Least squares generative adversarial networks": targets 1 and 0, halves of squares.</summary>
    LeastSquares,

    /// <summary>Arjovsky, Chintala and Bottou 2017, "Wasserstein GAN": scores of a critic that must be Lipschitz.</summary>
    Wasserstein,

    /// <summary>Lim and Ye 2017, "Geometric GAN": hinges of the discriminator at ±1.</summary>
    Hinge,
}
