using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam whose step is as long as the layer's weights allow, for large batches: r = m̂ / (√v̂ + ε) + λ p with m̂ and v̂ of
/// <see cref="Adam"/>, p ← p − lr · ‖p‖ / ‖r‖ · r, where the quotient is 1 if either norm is 0. You et al., "Large batch optimization for
/// deep learning: training BERT in 76 minutes", 2019.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class LAMB(params IEnumerable<ParameterGroup<LAMBOptions>> groups) : Optimizer<LAMBOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step, relative to that of the parameter.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the mean of their squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength λ of weight decay, a part of the step.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public LAMB(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-6,
        double weightDecay = 0, bool maximize = false)
        : this(parameters, new LAMBOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public LAMB(IEnumerable<Tensor> parameters, LAMBOptions options)
        : this(new ParameterGroup<LAMBOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, LAMBOptions options)
    {
        Tensor mean = state.Get(0), direction = Tensor.EmptyLike(mean);
        DirectionStep step = new(
            options.Maximize ? -1 : 1, options.Beta1, options.Beta2, options.Eps, options.WeightDecay,
            1 - Math.Pow(options.Beta1, state.Step), 1 - Math.Pow(options.Beta2, state.Step));
        Apply(step, parameter, gradient, mean, state.Get(1), direction);
        if (LayerNorms.StayOn(parameter))
        {
            Tensor size = LayerNorms.Unread(parameter), reach = LayerNorms.Unread(direction);
            Tensor ratio = Tensor.Where(size.Greater(0).LogicalAnd(reach.Greater(0)), size / reach, Tensor.OnesLike(size));
            Apply(new ScaledStep(options.LearningRate), parameter, direction.MultiplyInPlace(ratio));
            return;
        }

        double weights = LayerNorms.Of(parameter), length = LayerNorms.Of(direction);
        double trust = weights > 0 && length > 0 ? weights / length : 1;
        Apply(new ScaledStep(options.LearningRate * trust), parameter, direction);
    }

    /// <summary>The means, and from them the direction, which is handed out as if it were a third state.</summary>
    internal readonly record struct DirectionStep(
        double Sign, double Beta1, double Beta2, double Eps, double Decay, double Correction1, double Correction2)
        : IUpdate<DirectionStep>
    {
        public static int States => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R squares, ref R direction)
            where R : struct, IReal<R>
        {
            g = Sign < 0 ? -g : g;
            mean = R.MultiplyAdd(mean, Beta1, g * (1 - Beta1));
            squares = R.MultiplyAdd(squares, Beta2, g * (1 - Beta2) * g);
            direction = R.MultiplyAdd(p, Decay, mean / Correction1 / (R.Sqrt(squares / Correction2) + Eps));
        }
    }
}

/// <summary>The options of <see cref="LAMB"/>.</summary>
public sealed record LAMBOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁶, no weight decay.</summary>
    public LAMBOptions() => LearningRate = 1e-3;

    /// <summary>The decay of the mean of gradients.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the mean of their squares.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>What is added to the root.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-6;
}
