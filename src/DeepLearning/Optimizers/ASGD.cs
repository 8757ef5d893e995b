using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Averaged stochastic gradient descent: p ← p (1 − λ η) − η g with η = lr / (1 + λ lr t)^α, and beside it the mean of the parameter from
/// step t₀ on: a ← a + μ (p − a), μ = 1 / max(1, t − t₀). The mean is the state <c>ax</c>; <see cref="Averages"/> puts it into the
/// parameters. As PyTorch's <c>optim.ASGD</c>; Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class ASGD(params IEnumerable<ParameterGroup<ASGDOptions>> groups) : Optimizer<ASGDOptions>(groups)
{
    private const int Mean = 0, Rate = 1, Share = 2;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The first length of a step.</param>
    /// <param name="lambda">The decay λ.</param>
    /// <param name="alpha">The power α of the learning rate's fall.</param>
    /// <param name="t0">The step t₀ at which averaging starts.</param>
    /// <param name="weightDecay">The strength of weight decay, added to the gradient.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public ASGD(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double lambda = 1e-4, double alpha = 0.75, double t0 = 1e6,
        double weightDecay = 0, bool maximize = false)
        : this(parameters, new ASGDOptions
        {
            LearningRate = learningRate,
            Lambda = lambda,
            Alpha = alpha,
            T0 = t0,
            WeightDecay = weightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public ASGD(IEnumerable<Tensor> parameters, ASGDOptions options)
        : this(new ParameterGroup<ASGDOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["ax", "eta", "mu"];

    /// <summary>
    /// The mean of each parameter so far, a view of the state: <c>p.CopyFrom(a)</c> under <see cref="GradMode.NoGrad"/> takes it over.
    /// Parameters that never had a gradient are left out.
    /// </summary>
    public IReadOnlyList<(Tensor Parameter, Tensor Average)> Averages() =>
    [
        .. ParameterGroups.SelectMany(static group => group.Items.Zip(group.States))
            .Where(static item => item.Second.Has(Mean))
            .Select(static item => (item.First, item.Second.Get(Mean).Detach())),
    ];

    /// <inheritdoc/>
    protected internal override Shape StateShape(int index, Shape parameter) => index == Mean ? parameter : new Shape();

    /// <summary>
    /// Rate and share are float32 whatever the parameter, as in PyTorch: the paths of float64 parameters are then the same.
    /// </summary>
    protected internal override DType StateType(int index, DType parameter) =>
        index == Mean ? base.StateType(index, parameter) : DType.Float32;

    internal override bool IsHostState(int index) => index is Rate or Share;

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, ASGDOptions options)
    {
        // A step has the rate that the one before left, so that a new learning rate takes effect a step later, as in PyTorch.
        Tensor eta = state.Get(Rate, options.LearningRate), mu = state.Get(Share, initial: 1);
        double rate = eta.Item<double>(), share = mu.Item<double>();
        AveragingStep step = new(options.Descent, rate, 1 - (options.Lambda * rate), share);
        Apply(step, parameter, gradient, state.Get(Mean));
        eta.FillInPlace(options.LearningRate / Math.Pow(1 + (options.Lambda * options.LearningRate * state.Step), options.Alpha));
        mu.FillInPlace(1 / Math.Max(1, state.Step - options.T0));
    }

    internal readonly record struct AveragingStep(Descent Descent, double Rate, double Keep, double Share) : IUpdate<AveragingStep>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R unused1, ref R unused2)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            p = (p * Keep) - (g * Rate);
            mean = Share == 1 ? p : R.MultiplyAdd(p - mean, Share, mean);
        }
    }
}

/// <summary>The options of <see cref="ASGD"/>.</summary>
public sealed record ASGDOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.01, λ 10⁻⁴, α 0.75, averaging from step 10⁶ on, no weight decay.</summary>
    public ASGDOptions() => LearningRate = 1e-2;

    /// <summary>The decay λ, of weights and of the learning rate.</summary>
    [Option(AtLeast = 0)]
    public double Lambda { get; set; } = 1e-4;

    /// <summary>The power of the learning rate's fall.</summary>
    [Option(AtLeast = 0)]
    public double Alpha { get; set; } = 0.75;

    /// <summary>The step at which averaging starts.</summary>
    [Option(AtLeast = 0)]
    public double T0 { get; set; } = 1e6;
}
