using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// AdaDelta: v ← ρ v + (1 − ρ) g², Δ = √(u + ε) / √(v + ε) · g, u ← ρ u + (1 − ρ) Δ², p ← p − lr · Δ. As PyTorch's <c>optim.Adadelta</c>;
/// Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
/// </summary>
public sealed class AdaDelta : Optimizer<AdaDeltaOptions>
{
    private static readonly string[] s_stateNames = ["square_avg", "acc_delta"];

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">A factor of the step.</param>
    /// <param name="rho">The decay ρ of both means of squares.</param>
    /// <param name="eps">The ε added inside the roots.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaDelta(
        IEnumerable<Tensor> parameters, double learningRate = 1, double rho = 0.9, double eps = 1e-6, double weightDecay = 0,
            bool maximize = false)
        : this(parameters, new AdaDeltaOptions
        {
            LearningRate = learningRate,
            Rho = rho,
            Eps = eps,
            WeightDecay = weightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <summary>Makes the optimizer with a record of options.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="options">The options; the optimizer takes a copy.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaDelta(IEnumerable<Tensor> parameters, AdaDeltaOptions options)
        : this(new ParameterGroup<AdaDeltaOptions>(parameters, options))
    {
    }

    /// <summary>Makes the optimizer of groups with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaDelta(params IEnumerable<ParameterGroup<AdaDeltaOptions>> groups)
        : base(groups)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames => s_stateNames;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdaDeltaOptions options)
    {
        AdaDeltaStep step = new(options.LearningRate, options.Rho, options.Eps, options.WeightDecay, options.Maximize ? -1 : 1);
        Apply(step, parameter, gradient, state.Get(0), state.Get(1));
    }

    private readonly struct AdaDeltaStep(double rate, double rho, double eps, double decay, double sign) : IUpdate<AdaDeltaStep>
    {
        private readonly double _rate = rate;
        private readonly double _rho = rho;
        private readonly double _eps = eps;
        private readonly double _decay = decay;
        private readonly double _sign = sign;

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _sign, _decay);
            s0 = R.MultiplyAdd(s0, _rho, g * (1 - _rho) * g);
            R delta = R.Sqrt(s1 + _eps) / R.Sqrt(s0 + _eps) * g;
            s1 = R.MultiplyAdd(s1, _rho, delta * (1 - _rho) * delta);
            p = R.MultiplyAdd(delta, -_rate, p);
        }
    }
}

/// <summary>The options of <see cref="AdaDelta"/>.</summary>
public sealed record AdaDeltaOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 1, ρ 0.9, ε 10⁻⁶.</summary>
    public AdaDeltaOptions() => LearningRate = 1;

    /// <summary>The decay of both means of squares.</summary>
    public double Rho { get; set; } = 0.9;

    /// <summary>What is added inside the roots.</summary>
    public double Eps { get; set; } = 1e-6;

    /// <inheritdoc/>
    protected internal override void Exchange(OptionExchange exchange)
    {
        base.Exchange(exchange);
        Rho = exchange.Number("rho", Rho);
        Eps = exchange.Number("eps", Eps);
    }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        CheckAtLeastZero(Eps, nameof(Eps));
        if (!(Rho is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Rho), Rho, "Rho must be from 0 to 1.");
        }
    }
}
