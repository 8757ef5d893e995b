using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Steps of equal length along the sign of a mean: p ← p (1 − lr λ) − lr · sign(β₁ m + (1 − β₁) g), m ← β₂ m + (1 − β₂) g. One state where
/// Adam has two; needs a learning rate three to ten times smaller and a weight decay as much larger. Chen et al., "Symbolic discovery of
/// optimization algorithms", 2023.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class Lion(params IEnumerable<ParameterGroup<LionOptions>> groups) : Optimizer<LionOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The weight β₁ of the mean in the direction.</param>
    /// <param name="beta2">The decay β₂ of the mean.</param>
    /// <param name="weightDecay">The strength λ of decoupled weight decay.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Lion(
        IEnumerable<Tensor> parameters, double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0,
        bool maximize = false)
        : this(parameters, new LionOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            WeightDecay = weightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public Lion(IEnumerable<Tensor> parameters, LionOptions options)
        : this(new ParameterGroup<LionOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, LionOptions options)
    {
        LionStep step = new(options.DecoupledDescent, options.LearningRate, options.Beta1, options.Beta2);
        Apply(step, parameter, gradient, state.Get(0));
    }

    internal readonly record struct LionStep(Descent Descent, double Rate, double Beta1, double Beta2) : IUpdate<LionStep>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R unused1, ref R unused2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            R direction = R.MultiplyAdd(mean, Beta1, g * (1 - Beta1));
            p -= R.Select(R.Less(0.0, direction), Rate, R.Select(R.Less(direction, 0.0), -Rate, 0.0));
            mean = R.MultiplyAdd(mean, Beta2, g * (1 - Beta2));
        }
    }
}

/// <summary>The options of <see cref="Lion"/>.</summary>
public sealed record LionOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 10⁻⁴, β₁ 0.9, β₂ 0.99, no weight decay.</summary>
    public LionOptions() => LearningRate = 1e-4;

    /// <summary>The weight of the mean in the direction.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the mean.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta2 { get; set; } = 0.99;
}
