using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam with the largest recent gradient in place of the root mean square: m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g| + ε), p ← p − lr / (1 −
/// β₁ᵗ) · m / u. As PyTorch's <c>optim.Adamax</c>; Kingma and Ba, "Adam: a method for stochastic optimization", 2014.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class Adamax(params IEnumerable<ParameterGroup<AdamaxOptions>> groups) : Optimizer<AdamaxOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the largest gradient.</param>
    /// <param name="eps">The ε added to the gradient's absolute value.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Adamax(
        IEnumerable<Tensor> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, bool maximize = false, bool decoupledWeightDecay = false)
        : this(parameters, new AdamaxOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            Maximize = maximize,
            DecoupledWeightDecay = decoupledWeightDecay,
        })
    {
    }

    /// <inheritdoc/>
    public Adamax(IEnumerable<Tensor> parameters, AdamaxOptions options)
        : this(new ParameterGroup<AdamaxOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_inf"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdamaxOptions options)
    {
        double rate = options.LearningRate / (1 - Math.Pow(options.Beta1, state.Step));
        AdamaxStep step = new(options.Descent, options.Beta1, options.Beta2, options.Eps, rate);
        Apply(step, parameter, gradient, state.Get(0), state.Get(1));
    }

    internal readonly record struct AdamaxStep(Descent Descent, double Beta1, double Beta2, double Eps, double Rate) : IUpdate<AdamaxStep>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R largest, ref R unused)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            mean = R.MultiplyAdd(mean, Beta1, g * (1 - Beta1));
            largest = R.Max(largest * Beta2, R.Abs(g) + Eps);
            p -= mean * Rate / largest;
        }
    }
}

/// <summary>The options of <see cref="Adamax"/>.</summary>
public sealed record AdamaxOptions : MomentOptions
{
    /// <summary>The defaults: learning rate 0.002, β₁ 0.9, β₂ 0.999, ε 10⁻⁸, no weight decay.</summary>
    public AdamaxOptions() => LearningRate = 2e-3;
}
