using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// AdaGrad: s ← s + g², p ← p − lr / (1 + (t − 1) · decay) · g / (√s + ε). As PyTorch's <c>optim.Adagrad</c>; Duchi, Hazan and Singer,
/// "Adaptive subgradient methods for online learning and stochastic optimization", 2011.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class AdaGrad(params IEnumerable<ParameterGroup<AdaGradOptions>> groups) : Optimizer<AdaGradOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="learningRateDecay">How fast the learning rate falls with the steps.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="initialAccumulator">Where the sum of squares starts.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdaGrad(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0,
        double initialAccumulator = 0, double eps = 1e-10, bool maximize = false, bool decoupledWeightDecay = false)
        : this(parameters, new AdaGradOptions
        {
            LearningRate = learningRate,
            LearningRateDecay = learningRateDecay,
            WeightDecay = weightDecay,
            InitialAccumulator = initialAccumulator,
            Eps = eps,
            Maximize = maximize,
            DecoupledWeightDecay = decoupledWeightDecay,
        })
    {
    }

    /// <inheritdoc/>
    public AdaGrad(IEnumerable<Tensor> parameters, AdaGradOptions options)
        : this(new ParameterGroup<AdaGradOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["sum"];

    /// <inheritdoc/>
    protected override bool AppliesRows(AdaGradOptions options) => options.WeightDecay == 0;

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdaGradOptions options)
    {
        double rate = options.LearningRate / (1 + ((state.Step - 1) * options.LearningRateDecay));
        AdaGradStep step = new(options.Descent, rate, options.Eps);
        Apply(step, parameter, gradient, state.Get(0, options.InitialAccumulator));
    }

    internal readonly record struct AdaGradStep(Descent Descent, double Rate, double Eps) : IUpdate<AdaGradStep>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R sum, ref R unused1, ref R unused2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            sum = R.MultiplyAdd(g, g, sum);
            p -= g * Rate / (R.Sqrt(sum) + Eps);
        }
    }
}

/// <summary>The options of <see cref="AdaGrad"/>.</summary>
public sealed record AdaGradOptions : WeightDecayOptions
{
    /// <summary>The defaults: learning rate 0.01, ε 10⁻¹⁰, no decay.</summary>
    public AdaGradOptions() => LearningRate = 1e-2;

    /// <summary>How fast the learning rate falls with the steps.</summary>
    [Option(AtLeast = 0)]
    public double LearningRateDecay { get; set; }

    /// <summary>Where the sum of squares starts.</summary>
    [Option(AtLeast = 0)]
    public double InitialAccumulator { get; set; }

    /// <summary>What is added to the root.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-10;
}
