using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// RMSprop: v ← α v + (1 − α) g², p ← p − lr · g / (√v + ε); centered, v is replaced by v − m² with the mean m of gradients; with momentum,
/// the quotient is gathered in b ← μ b + g / (√v + ε) and p ← p − lr · b. As PyTorch's <c>optim.RMSprop</c>; Tieleman and Hinton, lecture
/// 6.5,
/// 2012; centered: Graves, "Generating sequences with recurrent neural networks", 2013.
/// </summary>
public sealed class RMSprop : Optimizer<RMSpropOptions>
{
    private static readonly string[] s_stateNames = ["square_avg", "momentum_buffer", "grad_avg"];

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="alpha">The decay α of the mean of squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="momentum">The factor μ; 0 for none.</param>
    /// <param name="centered">Divides by an estimate of the deviation instead of the root mean square.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public RMSprop(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double alpha = 0.99, double eps = 1e-8, double weightDecay = 0,
        double momentum = 0, bool centered = false, bool maximize = false)
        : this(parameters, new RMSpropOptions
        {
            LearningRate = learningRate,
            Alpha = alpha,
            Eps = eps,
            WeightDecay = weightDecay,
            Momentum = momentum,
            Centered = centered,
            Maximize = maximize,
        })
    {
    }

    /// <summary>Makes the optimizer with a record of options.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="options">The options; the optimizer takes a copy.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public RMSprop(IEnumerable<Tensor> parameters, RMSpropOptions options)
        : this(new ParameterGroup<RMSpropOptions>(parameters, options))
    {
    }

    /// <summary>Makes the optimizer of groups with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public RMSprop(params IEnumerable<ParameterGroup<RMSpropOptions>> groups)
        : base(groups)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames => s_stateNames;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, RMSpropOptions options)
    {
        Numbers numbers = new(
            options.LearningRate, options.Alpha, options.Eps, options.WeightDecay, options.Momentum, options.Maximize ? -1 : 1);
        switch (options.Centered, options.Momentum > 0)
        {
            case (false, false):
                Apply(new PlainStep(numbers), parameter, gradient, state.Get(0));
                break;
            case (false, true):
                Apply(new MomentumStep(numbers), parameter, gradient, state.Get(0), state.Get(1));
                break;
            case (true, false):
                Apply(new CenteredStep(numbers), parameter, gradient, state.Get(0), state.Get(2));
                break;
            default:
                Apply(new CenteredMomentumStep(numbers), parameter, gradient, state.Get(0), state.Get(1), state.Get(2));
                break;
        }
    }

    private readonly record struct Numbers(double Rate, double Alpha, double Eps, double Decay, double Momentum, double Sign)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R Mean<R>(R mean, R value)
            where R : struct, IReal<R> => R.MultiplyAdd(mean, Alpha, value * (1 - Alpha));

        // The factor first, as PyTorch: the square alone overflows earlier.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public R MeanSquare<R>(R mean, R value)
            where R : struct, IReal<R> => R.MultiplyAdd(mean, Alpha, value * (1 - Alpha) * value);
    }

    private readonly struct PlainStep(Numbers numbers) : IUpdate<PlainStep>
    {
        private readonly Numbers _n = numbers;

        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _n.Sign, _n.Decay);
            s0 = _n.MeanSquare(s0, g);
            p -= g * _n.Rate / (R.Sqrt(s0) + _n.Eps);
        }
    }

    private readonly struct MomentumStep(Numbers numbers) : IUpdate<MomentumStep>
    {
        private readonly Numbers _n = numbers;

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _n.Sign, _n.Decay);
            s0 = _n.MeanSquare(s0, g);
            s1 = R.MultiplyAdd(s1, _n.Momentum, g / (R.Sqrt(s0) + _n.Eps));
            p = R.MultiplyAdd(s1, -_n.Rate, p);
        }
    }

    private readonly struct CenteredStep(Numbers numbers) : IUpdate<CenteredStep>
    {
        private readonly Numbers _n = numbers;

        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _n.Sign, _n.Decay);
            s0 = _n.MeanSquare(s0, g);
            s1 = _n.Mean(s1, g);
            p -= g * _n.Rate / (R.Sqrt(s0 - (s1 * s1)) + _n.Eps);
        }
    }

    private readonly struct CenteredMomentumStep(Numbers numbers) : IUpdate<CenteredMomentumStep>
    {
        private readonly Numbers _n = numbers;

        public static int States => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R s0, ref R s1, ref R s2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(p, g, _n.Sign, _n.Decay);
            s0 = _n.MeanSquare(s0, g);
            s2 = _n.Mean(s2, g);
            s1 = R.MultiplyAdd(s1, _n.Momentum, g / (R.Sqrt(s0 - (s2 * s2)) + _n.Eps));
            p = R.MultiplyAdd(s1, -_n.Rate, p);
        }
    }
}

/// <summary>The options of <see cref="RMSprop"/>.</summary>
public sealed record RMSpropOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.01, α 0.99, ε 10⁻⁸.</summary>
    public RMSpropOptions() => LearningRate = 1e-2;

    /// <summary>The decay of the mean of squares.</summary>
    public double Alpha { get; set; } = 0.99;

    /// <summary>What is added to the root.</summary>
    public double Eps { get; set; } = 1e-8;

    /// <summary>The factor by which the velocity lasts; 0 for none.</summary>
    public double Momentum { get; set; }

    /// <summary>Divides by an estimate of the deviation instead of the root mean square.</summary>
    public bool Centered { get; set; }

    /// <inheritdoc/>
    protected internal override void Exchange(OptionExchange exchange)
    {
        base.Exchange(exchange);
        Alpha = exchange.Number("alpha", Alpha);
        Eps = exchange.Number("eps", Eps);
        Momentum = exchange.Number("momentum", Momentum);
        Centered = exchange.Flag("centered", Centered);
    }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        CheckAtLeastZero(Alpha, nameof(Alpha));
        CheckAtLeastZero(Eps, nameof(Eps));
        CheckAtLeastZero(Momentum, nameof(Momentum));
    }
}
