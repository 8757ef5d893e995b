using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// RMSprop: v ← α v + (1 − α) g², p ← p − lr · g / (√v + ε); centered, v is replaced by v − m² with the mean m of gradients; with momentum,
/// the quotient is gathered in b ← μ b + g / (√v + ε) and p ← p − lr · b. As PyTorch's <c>optim.RMSprop</c>; Tieleman and Hinton, lecture
/// 6.5, 2012; centered: Graves, "Generating sequences with recurrent neural networks", 2013.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class RMSprop(params IEnumerable<ParameterGroup<RMSpropOptions>> groups) : Optimizer<RMSpropOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="alpha">The decay α of the mean of squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="momentum">The factor μ; 0 for none.</param>
    /// <param name="centered">Divides by an estimate of the deviation instead of the root mean square.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public RMSprop(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double alpha = 0.99, double eps = 1e-8,
        double weightDecay = 0, double momentum = 0, bool centered = false, bool maximize = false,
        bool decoupledWeightDecay = false)
        : this(parameters, new RMSpropOptions
        {
            LearningRate = learningRate,
            Alpha = alpha,
            Eps = eps,
            WeightDecay = weightDecay,
            Momentum = momentum,
            Centered = centered,
            Maximize = maximize,
            DecoupledWeightDecay = decoupledWeightDecay,
        })
    {
    }

    /// <inheritdoc/>
    public RMSprop(IEnumerable<Tensor> parameters, RMSpropOptions options)
        : this(new ParameterGroup<RMSpropOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["square_avg", "momentum_buffer", "grad_avg"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, RMSpropOptions options)
    {
        RMSpropStep<Off, Off> plain = new(options.Descent, options.LearningRate, options.Alpha, options.Eps, options.Momentum);
        switch (options.Centered, options.Momentum > 0)
        {
            case (false, false):
                Apply(plain, parameter, gradient, state.Get(0));
                break;
            case (false, true):
                Apply(plain.With<Off, On>(), parameter, gradient, state.Get(0), state.Get(1));
                break;
            case (true, false):
                Apply(plain.With<On, Off>(), parameter, gradient, state.Get(0), state.Get(2));
                break;
            default:
                Apply(plain.With<On, On>(), parameter, gradient, state.Get(0), state.Get(2), state.Get(1));
                break;
        }
    }

    /// <summary>Its states: the mean of squares; the mean of gradients where it is centered; the velocity where it has momentum.</summary>
    internal readonly record struct RMSpropStep<TCentered, TMomentum>(
        Descent Descent, double Rate, double Alpha, double Eps, double Momentum)
        : IUpdate<RMSpropStep<TCentered, TMomentum>>
        where TCentered : struct, IChoice
        where TMomentum : struct, IChoice
    {
        public static int States => 1 + (TCentered.IsOn ? 1 : 0) + (TMomentum.IsOn ? 1 : 0);

        public RMSpropStep<TC, TM> With<TC, TM>()
            where TC : struct, IChoice
            where TM : struct, IChoice => new(Descent, Rate, Alpha, Eps, Momentum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R squares, ref R second, ref R third)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            // The factor first, as PyTorch: the square alone overflows earlier.
            squares = R.MultiplyAdd(squares, Alpha, g * (1 - Alpha) * g);
            R variance = squares;
            if (TCentered.IsOn)
            {
                second = R.MultiplyAdd(second, Alpha, g * (1 - Alpha));
                variance = squares - (second * second);
            }

            R root = R.Sqrt(variance) + Eps;
            if (!TMomentum.IsOn)
            {
                p -= g * Rate / root;
            }
            else if (TCentered.IsOn)
            {
                third = R.MultiplyAdd(third, Momentum, g / root);
                p = R.MultiplyAdd(third, -Rate, p);
            }
            else
            {
                second = R.MultiplyAdd(second, Momentum, g / root);
                p = R.MultiplyAdd(second, -Rate, p);
            }
        }
    }
}

/// <summary>The options of <see cref="RMSprop"/>.</summary>
public sealed record RMSpropOptions : WeightDecayOptions
{
    /// <summary>The defaults: learning rate 0.01, α 0.99, ε 10⁻⁸.</summary>
    public RMSpropOptions() => LearningRate = 1e-2;

    /// <summary>The decay of the mean of squares.</summary>
    [Option(AtLeast = 0)]
    public double Alpha { get; set; } = 0.99;

    /// <summary>What is added to the root.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-8;

    /// <summary>The factor by which the velocity lasts; 0 for none.</summary>
    [Option(AtLeast = 0)]
    public double Momentum { get; set; }

    /// <summary>Divides by an estimate of the deviation instead of the root mean square.</summary>
    public bool Centered { get; set; }
}
