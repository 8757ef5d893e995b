using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − lr · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ). Weight
/// decay
/// adds λ p to the gradient; <see cref="AdamW"/> decays the weights themselves. As PyTorch's <c>optim.Adam</c>; Kingma and Ba, "Adam: a
/// method for stochastic optimization", 2014; AMSGrad: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.
/// </summary>
public sealed class Adam : Optimizer<AdamOptions>
{
    private static readonly string[] s_stateNames = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the mean of their squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="amsgrad">Divides by the largest mean of squares so far.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Adam(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, bool amsgrad = false, bool maximize = false)
        : this(parameters, new AdamOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            AMSGrad = amsgrad,
            Maximize = maximize,
        })
    {
    }

    /// <summary>Makes the optimizer with a record of options.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="options">The options; the optimizer takes a copy.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Adam(IEnumerable<Tensor> parameters, AdamOptions options)
        : this(new ParameterGroup<AdamOptions>(parameters, options))
    {
    }

    /// <summary>Makes the optimizer of groups with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Adam(params IEnumerable<ParameterGroup<AdamOptions>> groups)
        : base(groups)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames => s_stateNames;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdamOptions options) =>
        Run(parameter, gradient, state, options, options.WeightDecay, 1);

    /// <summary>The step of Adam and AdamW: <paramref name="decay"/> goes into the gradient, <paramref name="keep"/> scales the
    /// weights.</summary>
    internal static void Run(Tensor parameter, Tensor gradient, ParameterState state, AdamOptions options, double decay, double keep)
    {
        double correction1 = 1 - Math.Pow(options.Beta1, state.Step);
        double correction2 = 1 - Math.Pow(options.Beta2, state.Step);
        AdamNumbers numbers = new(
            options.Beta1, options.Beta2, options.Eps, options.LearningRate / correction1, Math.Sqrt(correction2), decay, keep,
            options.Maximize ? -1 : 1);
        if (options.AMSGrad)
        {
            Apply(new AmsGradStep(numbers), parameter, gradient, state.Get(0), state.Get(1), state.Get(2));
        }
        else
        {
            Apply(new AdamStep(numbers), parameter, gradient, state.Get(0), state.Get(1));
        }
    }

    private readonly record struct AdamNumbers(
        double Beta1, double Beta2, double Eps, double Rate, double RootCorrection, double Decay, double Keep, double Sign);

    private readonly struct AdamStep(AdamNumbers numbers) : IUpdate<AdamStep>
    {
        private readonly AdamNumbers _n = numbers;

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _n.Sign, _n.Decay);
            s0 = R.MultiplyAdd(s0, _n.Beta1, g * (1 - _n.Beta1));
            s1 = R.MultiplyAdd(s1, _n.Beta2, g * (1 - _n.Beta2) * g);
            R denominator = (R.Sqrt(s1) / _n.RootCorrection) + _n.Eps;
            p = (p * _n.Keep) - (s0 * _n.Rate / denominator);
        }
    }

    private readonly struct AmsGradStep(AdamNumbers numbers) : IUpdate<AmsGradStep>
    {
        private readonly AdamNumbers _n = numbers;

        public static int States => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _n.Sign, _n.Decay);
            s0 = R.MultiplyAdd(s0, _n.Beta1, g * (1 - _n.Beta1));
            s1 = R.MultiplyAdd(s1, _n.Beta2, g * (1 - _n.Beta2) * g);
            s2 = R.Max(s2, s1);
            R denominator = (R.Sqrt(s2) / _n.RootCorrection) + _n.Eps;
            p = (p * _n.Keep) - (s0 * _n.Rate / denominator);
        }
    }
}

/// <summary>The options of <see cref="Adam"/> and <see cref="AdamW"/>.</summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁸, no weight decay.</summary>
    public AdamOptions() => LearningRate = 1e-3;

    /// <summary>The decay of the mean of gradients.</summary>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the mean of their squares.</summary>
    public double Beta2 { get; set; } = 0.999;

    /// <summary>What is added to the root.</summary>
    public double Eps { get; set; } = 1e-8;

    /// <summary>Divides by the largest mean of squares so far.</summary>
    public bool AMSGrad { get; set; }

    /// <inheritdoc/>
    protected internal override void Exchange(OptionExchange exchange)
    {
        base.Exchange(exchange);
        Beta1 = exchange.Number("beta1", Beta1);
        Beta2 = exchange.Number("beta2", Beta2);
        Eps = exchange.Number("eps", Eps);
        AMSGrad = exchange.Flag("amsgrad", AMSGrad);
    }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        CheckFraction(Beta1, nameof(Beta1));
        CheckFraction(Beta2, nameof(Beta2));
        CheckAtLeastZero(Eps, nameof(Eps));
    }
}
