using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Stochastic gradient descent: v ← μ v + (1 − dampening) g (the first time v = g), p ← p − lr · v, with Nesterov's variant p ← p − lr · (g
/// + μ v). Weight decay adds λ p to the gradient. As PyTorch's <c>optim.SGD</c>; Sutskever et al., "On the importance of initialization and
/// momentum in deep learning", 2013; decoupled weight decay: Loshchilov and Hutter, 2017.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class SGD(params IEnumerable<ParameterGroup<SGDOptions>> groups) : Optimizer<SGDOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="momentum">The factor μ by which the velocity lasts; 0 for none.</param>
    /// <param name="dampening">How much less a new gradient counts in the velocity.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="nesterov">Looks ahead along the velocity; needs a momentum and no dampening.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public SGD(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double momentum = 0, double dampening = 0, double weightDecay = 0,
        bool nesterov = false, bool maximize = false, bool decoupledWeightDecay = false)
        : this(parameters, new SGDOptions
        {
            LearningRate = learningRate,
            Momentum = momentum,
            Dampening = dampening,
            WeightDecay = weightDecay,
            Nesterov = nesterov,
            Maximize = maximize,
            DecoupledWeightDecay = decoupledWeightDecay,
        })
    {
    }

    /// <inheritdoc/>
    public SGD(IEnumerable<Tensor> parameters, SGDOptions options)
        : this(new ParameterGroup<SGDOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["momentum_buffer"];

    /// <inheritdoc/>
    protected override bool AppliesRows(SGDOptions options) => options is { Momentum: 0, WeightDecay: 0 };

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, SGDOptions options)
    {
        if (options.Momentum == 0)
        {
            Apply(new PlainStep(options.Descent, options.LearningRate), parameter, gradient);
            return;
        }

        bool isFirst = !state.Has(0);
        Tensor velocity = state.Get(0);
        if (options.Nesterov)
        {
            Apply(new MomentumStep<On>(options.Descent, options.LearningRate, options.Momentum, 1), parameter, gradient, velocity);
        }
        else
        {
            double share = isFirst ? 1 : 1 - options.Dampening;
            Apply(new MomentumStep<Off>(options.Descent, options.LearningRate, options.Momentum, share), parameter, gradient, velocity);
        }
    }

    internal readonly record struct PlainStep(Descent Descent, double Rate) : IUpdate<PlainStep>
    {
        public static int States => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R unused1, ref R unused2, ref R unused3)
            where R : struct, IReal<R>
        {
            R direction = Descent.Direction(ref p, g);
            p = R.MultiplyAdd(direction, -Rate, p);
        }
    }

    internal readonly record struct MomentumStep<TNesterov>(Descent Descent, double Rate, double Momentum, double Share)
        : IUpdate<MomentumStep<TNesterov>>
        where TNesterov : struct, IChoice
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R velocity, ref R unused1, ref R unused2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g) * Share;
            velocity = R.MultiplyAdd(velocity, Momentum, g);
            p = R.MultiplyAdd(TNesterov.IsOn ? R.MultiplyAdd(velocity, Momentum, g) : velocity, -Rate, p);
        }
    }
}

/// <summary>The options of <see cref="SGD"/>.</summary>
public sealed record SGDOptions : WeightDecayOptions
{
    /// <summary>The defaults: learning rate 0.001, no momentum, no weight decay.</summary>
    public SGDOptions() => LearningRate = 1e-3;

    /// <summary>The factor by which the velocity lasts; 0 for none.</summary>
    [Option(AtLeast = 0)]
    public double Momentum { get; set; }

    /// <summary>How much less a new gradient counts in the velocity.</summary>
    public double Dampening { get; set; }

    /// <summary>Looks ahead along the velocity.</summary>
    public bool Nesterov { get; set; }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        OptionChecks.Finite(Dampening, nameof(SGD));
        if (Nesterov && (Momentum <= 0 || Dampening != 0))
        {
            throw new ArgumentException($"Nesterov needs a Momentum above 0 (it is {Momentum}) and a Dampening of 0 (it is {Dampening}).");
        }
    }
}
