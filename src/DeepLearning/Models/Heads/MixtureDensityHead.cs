using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>A mixture of normal distributions with diagonal covariances.</summary>
/// <param name="LogWeights">The logarithms of the weights, [.., components].</param>
/// <param name="Means">[.., components, dimensions].</param>
/// <param name="LogStds">The logarithms of the deviations, [.., components, dimensions].</param>
public sealed record MixtureDensity(Tensor LogWeights, Tensor Means, Tensor LogStds)
{
    /// <summary>log p(y) = log Σₖ wₖ N(y; μₖ, σₖ²).</summary>
    /// <param name="target">y, [.., dimensions].</param>
    /// <returns>[..].</returns>
    /// <exception cref="ShapeException">The target does not fit.</exception>
    public Tensor LogProbability(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        int[] fits = [.. LogWeights.Shape.ToArray()[..^1], Means.Size(-1)];
        if (!target.Shape.ToArray().AsSpan().SequenceEqual(fits))
        {
            throw new ShapeException($"{nameof(MixtureDensity)}: a target {target.Shape} does not fit; it must be {Shape.Format(fits)}.");
        }

        Tensor z = (target.Unsqueeze(-2) - Means) * (-LogStds).Exp();
        Tensor each = ((z.Square() * -0.5) - LogStds - (0.5 * Math.Log(2 * Math.PI))).Sum(-1);
        return (LogWeights + each).LogSumExp(-1);
    }

    /// <summary>The mean of the mixture, Σₖ wₖ μₖ, [.., dimensions].</summary>
    public Tensor Mean() => (LogWeights.Exp().Unsqueeze(-1) * Means).Sum(-2);

    /// <summary>A draw of each distribution, [.., dimensions]; gradients do not pass.</summary>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    public Tensor Sample(Generator? generator = null)
    {
        using GradMode.Region none = GradMode.NoGrad();
        (int components, int dimensions) = (Means.Size(-2), Means.Size(-1));
        Tensor chosen = LogWeights.Exp().Reshape(-1, components).Multinomial(1, generator: generator);
        Tensor rows = chosen.Unsqueeze(-1).Expand(chosen.Size(0), 1, dimensions);
        Tensor mean = Means.Reshape(-1, components, dimensions).Gather(1, rows).Squeeze(1);
        Tensor std = LogStds.Reshape(-1, components, dimensions).Gather(1, rows).Squeeze(1).Exp();
        return (mean + (std * Tensor.RandnLike(mean, generator))).Reshape([.. LogWeights.Shape.ToArray()[..^1], dimensions]);
    }
}

/// <summary>
/// The head of a mixture density network (Bishop 1994, "Mixture density networks"): weights by softmax, means, and deviations as
/// exponentials, of one linear map of the features. [.., features] in. The key of the state dictionary is <c>proj</c>.
/// </summary>
public sealed class MixtureDensityHead : Module<Tensor, MixtureDensity>
{
    /// <summary>Makes the head.</summary>
    /// <param name="inFeatures">The length of the input's last axis.</param>
    /// <param name="dimensions">The dimensions of what is predicted.</param>
    /// <param name="components">The number of normal distributions.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public MixtureDensityHead(int inFeatures, int dimensions, int components = 5, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inFeatures);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(components);
        (Dimensions, Components) = (dimensions, components);
        Proj = new Linear(inFeatures, components * (1 + (2 * dimensions)), dtype: dtype, generator: generator);
    }

    /// <summary>The dimensions of what is predicted.</summary>
    public int Dimensions { get; }

    /// <summary>The number of normal distributions.</summary>
    public int Components { get; }

    /// <summary>The linear map: weights, then means, then logarithms of deviations, component by component.</summary>
    public Linear Proj { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Proj.InFeatures}→{Dimensions}, {Components} components";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input has another width.</exception>
    public override MixtureDensity Forward(Tensor input) => NamedCall.Of(this, input, static (self, x) =>
    {
        BlockChecks.Width(self, x, "input", self.Proj.InFeatures);
        int each = self.Components * self.Dimensions;
        Tensor y = self.Proj.Forward(x);
        int[] shape = [.. y.Shape.ToArray()[..^1], self.Components, self.Dimensions];
        return new MixtureDensity(
            y.Narrow(-1, 0, self.Components).LogSoftmax(-1), y.Narrow(-1, self.Components, each).Reshape(shape),
            y.Narrow(-1, self.Components + each, each).Reshape(shape));
    });

    /// <summary>The mean of −log p(y | x) over the batch.</summary>
    /// <param name="input">[.., features].</param>
    /// <param name="target">[.., dimensions].</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor Loss(Tensor input, Tensor target)
    {
        Tensor log = Forward(input).LogProbability(target);
        return Losses.Loss.WithCount(-log.Mean(), log.Count);
    }
}
