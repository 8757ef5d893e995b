using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam whose step is not divided by the root of the mean of squares before that is known well enough: with ρ∞ = 2 / (1 − β₂) − 1 and ρₜ =
/// ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ), p ← p − lr · r m̂ √(1 − β₂ᵗ) / (√v + ε) where ρₜ &gt; 5, with r² = (ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)
/// ρₜ), and p ← p − lr · m̂ before. As PyTorch's <c>optim.RAdam</c>; Liu et al., "On the variance of the adaptive learning rate and
/// beyond", 2019.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class RAdam(params IEnumerable<ParameterGroup<RAdamOptions>> groups) : Optimizer<RAdamOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the mean of their squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public RAdam(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, bool decoupledWeightDecay = false, bool maximize = false)
        : this(parameters, new RAdamOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            DecoupledWeightDecay = decoupledWeightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public RAdam(IEnumerable<Tensor> parameters, RAdamOptions options)
        : this(new ParameterGroup<RAdamOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, RAdamOptions options)
    {
        double left1 = Math.Pow(options.Beta1, state.Step), left2 = Math.Pow(options.Beta2, state.Step);
        double rate = options.LearningRate / (1 - left1);
        double longest = (2 / (1 - options.Beta2)) - 1, length = longest - (2 * state.Step * left2 / (1 - left2));
        if (length > 5)
        {
            double rectification = Math.Sqrt(
                (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            Apply(Step<On>(rate * Math.Sqrt(1 - left2) * rectification), parameter, gradient, state.Get(0), state.Get(1));
        }
        else
        {
            Apply(Step<Off>(rate), parameter, gradient, state.Get(0), state.Get(1));
        }

        RAdamStep<TAdaptive> Step<TAdaptive>(double rate)
            where TAdaptive : struct, IChoice => new(options.Descent, options.Beta1, options.Beta2, options.Eps, rate);
    }

    internal readonly record struct RAdamStep<TAdaptive>(Descent Descent, double Beta1, double Beta2, double Eps, double Rate)
        : IUpdate<RAdamStep<TAdaptive>>
        where TAdaptive : struct, IChoice
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R squares, ref R unused)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            mean = R.MultiplyAdd(mean, Beta1, g * (1 - Beta1));
            squares = R.MultiplyAdd(squares, Beta2, g * (1 - Beta2) * g);
            p = TAdaptive.IsOn ? p - (mean * Rate / (R.Sqrt(squares) + Eps)) : R.MultiplyAdd(mean, -Rate, p);
        }
    }
}

/// <summary>The options of <see cref="RAdam"/>.</summary>
public sealed record RAdamOptions : MomentOptions
{
    /// <summary>The defaults: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁸, no weight decay.</summary>
    public RAdamOptions() => LearningRate = 1e-3;
}
