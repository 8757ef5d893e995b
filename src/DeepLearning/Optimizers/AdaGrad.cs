using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// AdaGrad: s ← s + g², p ← p − lr / (1 + (t − 1) · decay) · g / (√s + ε). As PyTorch's <c>optim.Adagrad</c>; Duchi, Hazan and Singer,
/// "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
/// </summary>
public sealed class AdaGrad : Optimizer<AdaGradOptions>
{
    private static readonly string[] s_stateNames = ["sum"];

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="learningRateDecay">How fast the learning rate falls with the steps.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="initialAccumulator">Where the sum of squares starts.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaGrad(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0,
        double initialAccumulator = 0, double eps = 1e-10, bool maximize = false)
        : this(parameters, new AdaGradOptions
        {
            LearningRate = learningRate,
            LearningRateDecay = learningRateDecay,
            WeightDecay = weightDecay,
            InitialAccumulator = initialAccumulator,
            Eps = eps,
            Maximize = maximize,
        })
    {
    }

    /// <summary>Makes the optimizer with a record of options.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="options">The options; the optimizer takes a copy.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaGrad(IEnumerable<Tensor> parameters, AdaGradOptions options)
        : this(new ParameterGroup<AdaGradOptions>(parameters, options))
    {
    }

    /// <summary>Makes the optimizer of groups with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaGrad(params IEnumerable<ParameterGroup<AdaGradOptions>> groups)
        : base(groups)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames => s_stateNames;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdaGradOptions options)
    {
        double rate = options.LearningRate / (1 + ((state.Step - 1) * options.LearningRateDecay));
        AdaGradStep step = new(rate, options.Eps, options.WeightDecay, options.Maximize ? -1 : 1);
        Apply(step, parameter, gradient, state.Get(0, options.InitialAccumulator));
    }

    private readonly struct AdaGradStep(double rate, double eps, double decay, double sign) : IUpdate<AdaGradStep>
    {
        private readonly double _rate = rate;
        private readonly double _eps = eps;
        private readonly double _decay = decay;
        private readonly double _sign = sign;

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _sign, _decay);
            s0 = R.MultiplyAdd(g, g, s0);
            p -= g * _rate / (R.Sqrt(s0) + _eps);
        }
    }
}

/// <summary>The options of <see cref="AdaGrad"/>.</summary>
public sealed record AdaGradOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.01, ε 10⁻¹⁰, no decay.</summary>
    public AdaGradOptions() => LearningRate = 1e-2;

    /// <summary>How fast the learning rate falls with the steps.</summary>
    public double LearningRateDecay { get; set; }

    /// <summary>Where the sum of squares starts.</summary>
    public double InitialAccumulator { get; set; }

    /// <summary>What is added to the root.</summary>
    public double Eps { get; set; } = 1e-10;

    /// <inheritdoc/>
    protected internal override void Exchange(OptionExchange exchange)
    {
        base.Exchange(exchange);
        LearningRateDecay = exchange.Number("learning_rate_decay", LearningRateDecay);
        InitialAccumulator = exchange.Number("initial_accumulator", InitialAccumulator);
        Eps = exchange.Number("eps", Eps);
    }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        CheckAtLeastZero(LearningRateDecay, nameof(LearningRateDecay));
        CheckAtLeastZero(InitialAccumulator, nameof(InitialAccumulator));
        CheckAtLeastZero(Eps, nameof(Eps));
    }
}
