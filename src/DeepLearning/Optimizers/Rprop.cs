using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Resilient propagation: each element has a step size of its own, which grows by η⁺ while the gradient keeps its sign and shrinks by η⁻
/// when it turns (and then the element rests once); p ← p − sign(g) · size. For whole-batch training: the gradient's length does not count.
/// As PyTorch's <c>optim.Rprop</c>; Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP
/// algorithm", 1993.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class Rprop(params IEnumerable<ParameterGroup<RpropOptions>> groups) : Optimizer<RpropOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The first step size of every element.</param>
    /// <param name="etaMinus">The factor η⁻ when the sign turns, between 0 and 1.</param>
    /// <param name="etaPlus">The factor η⁺ while the sign stays, above 1.</param>
    /// <param name="stepSizeMin">The least step size.</param>
    /// <param name="stepSizeMax">The greatest step size.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Rprop(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double etaMinus = 0.5, double etaPlus = 1.2,
        double stepSizeMin = 1e-6, double stepSizeMax = 50, bool maximize = false)
        : this(parameters, new RpropOptions
        {
            LearningRate = learningRate,
            EtaMinus = etaMinus,
            EtaPlus = etaPlus,
            StepSizeMin = stepSizeMin,
            StepSizeMax = stepSizeMax,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public Rprop(IEnumerable<Tensor> parameters, RpropOptions options)
        : this(new ParameterGroup<RpropOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["prev", "step_size"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, RpropOptions options)
    {
        RpropStep step = new(
            options.Maximize ? -1 : 1, options.EtaMinus, options.EtaPlus, options.StepSizeMin, options.StepSizeMax);
        Apply(step, parameter, gradient, state.Get(0), state.Get(1, options.LearningRate));
    }

    internal readonly record struct RpropStep(double Sign, double EtaMinus, double EtaPlus, double Least, double Greatest)
        : IUpdate<RpropStep>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R previous, ref R size, ref R unused)
            where R : struct, IReal<R>
        {
            if (Sign < 0)
            {
                g = -g;
            }

            R agreement = g * previous;
            Mask<R> turns = R.Less(agreement, 0.0);
            size *= R.Select(R.Less(0.0, agreement), EtaPlus, R.Select(turns, EtaMinus, 1.0));
            size = R.Min(R.Max(size, Least), Greatest);
            g = R.Select(turns, 0.0, g);
            R sign = R.Select(R.Less(0.0, g), 1.0, R.Select(R.Less(g, 0.0), -1.0, 0.0));
            p -= sign * size;
            previous = g;
        }
    }
}

/// <summary>The options of <see cref="Rprop"/>, which has no weight decay.</summary>
public sealed record RpropOptions : OptimizerOptions
{
    /// <summary>The defaults: first step size 0.01, η⁻ 0.5, η⁺ 1.2, step sizes from 10⁻⁶ to 50.</summary>
    public RpropOptions() => LearningRate = 1e-2;

    /// <summary>The factor of a step size when the gradient's sign turns.</summary>
    public double EtaMinus { get; set; } = 0.5;

    /// <summary>The factor of a step size while the gradient's sign stays.</summary>
    public double EtaPlus { get; set; } = 1.2;

    /// <summary>The least step size.</summary>
    [Option(AtLeast = 0)]
    public double StepSizeMin { get; set; } = 1e-6;

    /// <summary>The greatest step size.</summary>
    public double StepSizeMax { get; set; } = 50;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        RefuseWeightDecay();
        if (!(EtaMinus > 0 && EtaMinus < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(EtaMinus), EtaMinus, "EtaMinus must be above 0 and less than 1.");
        }

        if (!(EtaPlus > 1))
        {
            throw new ArgumentOutOfRangeException(nameof(EtaPlus), EtaPlus, "EtaPlus must be above 1.");
        }

        if (!(StepSizeMax >= StepSizeMin))
        {
            throw new ArgumentOutOfRangeException(
                nameof(StepSizeMax), StepSizeMax, FormattableString.Invariant($"StepSizeMax must be at least StepSizeMin, {StepSizeMin}."));
        }
    }
}
