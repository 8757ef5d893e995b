using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// AdaDelta: v ← ρ v + (1 − ρ) g², Δ = √(u + ε) / √(v + ε) · g, u ← ρ u + (1 − ρ) Δ², p ← p − lr · Δ. As PyTorch's <c>optim.Adadelta</c>;
/// Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class AdaDelta(params IEnumerable<ParameterGroup<AdaDeltaOptions>> groups) : Optimizer<AdaDeltaOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">A factor of the step.</param>
    /// <param name="rho">The decay ρ of both means of squares.</param>
    /// <param name="eps">The ε added inside the roots.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaDelta(
        IEnumerable<Tensor> parameters, double learningRate = 1, double rho = 0.9, double eps = 1e-6, double weightDecay = 0,
        bool maximize = false, bool decoupledWeightDecay = false)
        : this(parameters, new AdaDeltaOptions
        {
            LearningRate = learningRate,
            Rho = rho,
            Eps = eps,
            WeightDecay = weightDecay,
            Maximize = maximize,
            DecoupledWeightDecay = decoupledWeightDecay,
        })
    {
    }

    /// <inheritdoc/>
    public AdaDelta(IEnumerable<Tensor> parameters, AdaDeltaOptions options)
        : this(new ParameterGroup<AdaDeltaOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["square_avg", "acc_delta"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdaDeltaOptions options)
    {
        AdaDeltaStep step = new(options.Descent, options.LearningRate, options.Rho, options.Eps);
        Apply(step, parameter, gradient, state.Get(0), state.Get(1));
    }

    internal readonly record struct AdaDeltaStep(Descent Descent, double Rate, double Rho, double Eps) : IUpdate<AdaDeltaStep>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R squares, ref R changes, ref R unused)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            squares = R.MultiplyAdd(squares, Rho, g * (1 - Rho) * g);
            R delta = R.Sqrt(changes + Eps) / R.Sqrt(squares + Eps) * g;
            changes = R.MultiplyAdd(changes, Rho, delta * (1 - Rho) * delta);
            p = R.MultiplyAdd(delta, -Rate, p);
        }
    }
}

/// <summary>The options of <see cref="AdaDelta"/>.</summary>
public sealed record AdaDeltaOptions : WeightDecayOptions
{
    /// <summary>The defaults: learning rate 1, ρ 0.9, ε 10⁻⁶.</summary>
    public AdaDeltaOptions() => LearningRate = 1;

    /// <summary>The decay of both means of squares.</summary>
    [Option(AtLeast = 0, AtMost = 1)]
    public double Rho { get; set; } = 0.9;

    /// <summary>What is added inside the roots.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-6;
}
