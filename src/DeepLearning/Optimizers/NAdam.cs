using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam with Nesterov's momentum: p ← p − lr · ((1 − μₜ) / (1 − Π) g + μₜ₊₁ / (1 − Π μₜ₊₁) m) / (√(v / (1 − β₂ᵗ)) + ε) with m and v of
/// <see cref="Adam"/>, μₜ = β₁ (1 − 0.96^(t ψ) / 2), the momentum decay ψ, and the product Π of all μ up to t. As PyTorch's
/// <c>optim.NAdam</c>; Dozat, "Incorporating Nesterov momentum into Adam", 2016.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class NAdam(params IEnumerable<ParameterGroup<NAdamOptions>> groups) : Optimizer<NAdamOptions>(groups)
{
    private const int Product = 2;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the mean of their squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="momentumDecay">How fast the momentum rises to β₁, ψ.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public NAdam(
        IEnumerable<Tensor> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, double momentumDecay = 4e-3, bool decoupledWeightDecay = false, bool maximize = false)
        : this(parameters, new NAdamOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            MomentumDecay = momentumDecay,
            DecoupledWeightDecay = decoupledWeightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public NAdam(IEnumerable<Tensor> parameters, NAdamOptions options)
        : this(new ParameterGroup<NAdamOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq", "mu_product"];

    /// <inheritdoc/>
    protected internal override Shape StateShape(int index, Shape parameter) => index == Product ? new Shape() : parameter;

    /// <summary>The product is float32 whatever the parameter, as in PyTorch: the paths of float64 parameters are then the same.</summary>
    protected internal override DType StateType(int index, DType parameter) =>
        index == Product ? DType.Float32 : base.StateType(index, parameter);

    internal override bool IsHostState(int index) => index is Product;

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, NAdamOptions options)
    {
        double now = Momentum(state.Step), next = Momentum(state.Step + 1);
        Tensor product = state.Get(Product, initial: 1);
        product.MultiplyInPlace(now);
        double all = product.Item<double>();
        NAdamStep step = new(
            options.Descent, options.Beta1, options.Beta2, options.Eps, 1 - Math.Pow(options.Beta2, state.Step),
            options.LearningRate * (1 - now) / (1 - all), options.LearningRate * next / (1 - (all * next)));
        Apply(step, parameter, gradient, state.Get(0), state.Get(1));

        double Momentum(long t) => options.Beta1 * (1 - (0.5 * Math.Pow(0.96, t * options.MomentumDecay)));
    }

    internal readonly record struct NAdamStep(
        Descent Descent, double Beta1, double Beta2, double Eps, double Correction, double GradientRate, double MeanRate)
        : IUpdate<NAdamStep>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R squares, ref R unused)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            mean = R.MultiplyAdd(mean, Beta1, g * (1 - Beta1));
            squares = R.MultiplyAdd(squares, Beta2, g * (1 - Beta2) * g);
            R root = R.Sqrt(squares / Correction) + Eps;
            p -= R.MultiplyAdd(g, GradientRate, mean * MeanRate) / root;
        }
    }
}

/// <summary>The options of <see cref="NAdam"/>.</summary>
public sealed record NAdamOptions : MomentOptions
{
    /// <summary>The defaults: learning rate 0.002, β₁ 0.9, β₂ 0.999, ε 10⁻⁸, momentum decay 0.004, no weight decay.</summary>
    public NAdamOptions() => LearningRate = 2e-3;

    /// <summary>How fast the momentum rises to β₁.</summary>
    [Option(AtLeast = 0)]
    public double MomentumDecay { get; set; } = 4e-3;
}
