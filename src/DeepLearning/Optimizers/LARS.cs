using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Momentum whose step is as long as the layer's weights allow, for large batches: v ← μ v + lr · q (g + λ p), p ← p − v, with q = η ‖p‖ /
/// (‖g‖ + λ ‖p‖), or 1 where that is 0 or undefined. You, Gitman and Ginsburg, "Large batch training of convolutional networks", 2017.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class LARS(params IEnumerable<ParameterGroup<LARSOptions>> groups) : Optimizer<LARSOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="momentum">The factor μ by which the velocity lasts; 0 for none.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="trustCoefficient">How far a layer may go in one step, relative to its weights, η.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public LARS(
        IEnumerable<Tensor> parameters, double learningRate = 1, double momentum = 0.9, double weightDecay = 0,
        double trustCoefficient = 1e-3, bool maximize = false)
        : this(parameters, new LARSOptions
        {
            LearningRate = learningRate,
            Momentum = momentum,
            WeightDecay = weightDecay,
            TrustCoefficient = trustCoefficient,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public LARS(IEnumerable<Tensor> parameters, LARSOptions options)
        : this(new ParameterGroup<LARSOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["momentum_buffer"];

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, LARSOptions options)
    {
        if (LayerNorms.StayOn(parameter))
        {
            Tensor size = LayerNorms.Unread(parameter), steepness = LayerNorms.Unread(gradient);
            Tensor ratio = size * options.TrustCoefficient / (steepness + (size * options.WeightDecay));
            ratio = Tensor.Where(ratio.Greater(0).LogicalAnd(ratio.IsFinite()), ratio, Tensor.OnesLike(ratio)) * options.LearningRate;
            Tensor direction = Tensor.EmptyLike(state.Get(0));
            Apply(new DirectionStep(options.Descent), parameter, gradient, direction);
            direction.MultiplyInPlace(ratio);
            Apply(new VelocityStep(new Descent(1, 0), 1, options.Momentum), parameter, direction, state.Get(0));
            return;
        }

        double weights = LayerNorms.Of(parameter), slope = LayerNorms.Of(gradient);
        double trust = options.TrustCoefficient * weights / (slope + (options.WeightDecay * weights));
        double rate = options.LearningRate * (trust > 0 && double.IsFinite(trust) ? trust : 1);
        Apply(new VelocityStep(options.Descent, rate, options.Momentum), parameter, gradient, state.Get(0));
    }

    /// <summary>The way down, handed out as if it were a state.</summary>
    internal readonly record struct DirectionStep(Descent Descent) : IUpdate<DirectionStep>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R direction, ref R unused1, ref R unused2)
            where R : struct, IReal<R> => direction = Descent.Direction(ref p, g);
    }

    /// <summary>The velocity holds the rate, so that a new learning rate acts on what comes, not on what was.</summary>
    internal readonly record struct VelocityStep(Descent Descent, double Rate, double Momentum) : IUpdate<VelocityStep>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R velocity, ref R unused1, ref R unused2)
            where R : struct, IReal<R>
        {
            velocity = R.MultiplyAdd(velocity, Momentum, Descent.Direction(ref p, g) * Rate);
            p -= velocity;
        }
    }
}

/// <summary>The options of <see cref="LARS"/>.</summary>
public sealed record LARSOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 1, momentum 0.9, trust coefficient 0.001, no weight decay.</summary>
    public LARSOptions() => LearningRate = 1;

    /// <summary>The factor by which the velocity lasts; 0 for none.</summary>
    [Option(AtLeast = 0)]
    public double Momentum { get; set; } = 0.9;

    /// <summary>How far a layer may go in one step, relative to its weights.</summary>
    [Option(AtLeast = 0)]
    public double TrustCoefficient { get; set; } = 1e-3;
}
