using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Stochastic gradient descent: v ← μ v + (1 − dampening) g (the first time v = g), p ← p − lr · v, with Nesterov's variant
/// p ← p − lr · (g + μ v). Weight decay adds λ p to the gradient. As PyTorch's <c>optim.SGD</c>; Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", 2013.
/// </summary>
public sealed class SGD : Optimizer<SGDOptions>
{
    private static readonly string[] s_stateNames = ["momentum_buffer"];

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="momentum">The factor μ by which the velocity lasts; 0 for none.</param>
    /// <param name="dampening">How much less a new gradient counts in the velocity.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="nesterov">Looks ahead along the velocity; needs a momentum and no dampening.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public SGD(
        IEnumerable<Tensor> parameters, double learningRate, double momentum = 0, double dampening = 0, double weightDecay = 0,
        bool nesterov = false, bool maximize = false)
        : this(parameters, new SGDOptions
        {
            LearningRate = learningRate,
            Momentum = momentum,
            Dampening = dampening,
            WeightDecay = weightDecay,
            Nesterov = nesterov,
            Maximize = maximize,
        })
    {
    }

    /// <summary>Makes the optimizer with a record of options.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="options">The options; the optimizer takes a copy.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public SGD(IEnumerable<Tensor> parameters, SGDOptions options)
        : this(new ParameterGroup<SGDOptions>(parameters, options))
    {
    }

    /// <summary>Makes the optimizer of groups with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public SGD(params IEnumerable<ParameterGroup<SGDOptions>> groups)
        : base(groups)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames => s_stateNames;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, SGDOptions options)
    {
        double sign = options.Maximize ? -1 : 1;
        if (options.Momentum == 0)
        {
            Apply(new PlainStep(options.LearningRate, options.WeightDecay, sign), parameter, gradient);
            return;
        }

        bool isFirst = !state.Has(0);
        Tensor velocity = state.Get(0);
        if (options.Nesterov)
        {
            Apply(new NesterovStep(options.LearningRate, options.Momentum, options.WeightDecay, sign), parameter, gradient, velocity);
        }
        else
        {
            double share = isFirst ? 1 : 1 - options.Dampening;
            Apply(new MomentumStep(options.LearningRate, options.Momentum, share, options.WeightDecay, sign), parameter, gradient,
                velocity);
        }
    }

    private readonly struct PlainStep(double rate, double decay, double sign) : IUpdate<PlainStep>
    {
        private readonly double _rate = rate;
        private readonly double _decay = decay;
        private readonly double _sign = sign;

        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R> => p = R.MultiplyAdd(Descent.Direction(p, g, _sign, _decay), -_rate, p);
    }

    private readonly struct MomentumStep(double rate, double momentum, double share, double decay, double sign) : IUpdate<MomentumStep>
    {
        private readonly double _rate = rate;
        private readonly double _momentum = momentum;
        private readonly double _share = share;
        private readonly double _decay = decay;
        private readonly double _sign = sign;

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _sign, _decay);
            s0 = R.MultiplyAdd(s0, _momentum, g * _share);
            p = R.MultiplyAdd(s0, -_rate, p);
        }
    }

    private readonly struct NesterovStep(double rate, double momentum, double decay, double sign) : IUpdate<NesterovStep>
    {
        private readonly double _rate = rate;
        private readonly double _momentum = momentum;
        private readonly double _decay = decay;
        private readonly double _sign = sign;

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _sign, _decay);
            s0 = R.MultiplyAdd(s0, _momentum, g);
            p = R.MultiplyAdd(R.MultiplyAdd(s0, _momentum, g), -_rate, p);
        }
    }
}

/// <summary>The options of <see cref="SGD"/>.</summary>
public sealed record SGDOptions : OptimizerOptions
{
    /// <summary>The factor by which the velocity lasts; 0 for none.</summary>
    public double Momentum { get; set; }

    /// <summary>How much less a new gradient counts in the velocity.</summary>
    public double Dampening { get; set; }

    /// <summary>Looks ahead along the velocity.</summary>
    public bool Nesterov { get; set; }

    /// <inheritdoc/>
    protected internal override void Exchange(OptionExchange exchange)
    {
        base.Exchange(exchange);
        Momentum = exchange.Number("momentum", Momentum);
        Dampening = exchange.Number("dampening", Dampening);
        Nesterov = exchange.Flag("nesterov", Nesterov);
    }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        CheckAtLeastZero(Momentum, nameof(Momentum));
        if (Nesterov && (Momentum <= 0 || Dampening != 0))
        {
            throw new ArgumentException($"Nesterov needs a Momentum above 0 (it is {Momentum}) and a Dampening of 0 (it is {Dampening}).");
        }
    }
}
