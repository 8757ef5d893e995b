using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// AdamW that needs no schedule of the learning rate, since what is used in the end is a mean: with gradients at y = (1 − β₁) z + β₁ x, v ←
/// β₂ v + (1 − β₂) g², z ← z − γ (g / (√v + ε) + λ y), x ← (1 − c) x + c z, where γ = lr · √(1 − β₂ᵗ) · min(1, t / warm-up) and c = γ² / Σ
/// γ². In training the parameters are y; <see cref="Eval"/> makes them x for validation and use, <see cref="Train"/> y again. A trainer
/// does both around each validation, and leaves y at the end of a fit. Defazio et al., "The road less scheduled", 2024.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class ScheduleFreeAdamW(params IEnumerable<ParameterGroup<ScheduleFreeAdamWOptions>> groups)
    : Optimizer<ScheduleFreeAdamWOptions>(groups)
{
    private const int Fast = 0, Mean = 1, Squares = 2, Weights = 3;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step; larger than with a schedule.</param>
    /// <param name="beta1">How near to the mean x the gradients are taken, β₁.</param>
    /// <param name="beta2">The decay β₂ of the mean of squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="warmUpSteps">The steps of a linear rise of the learning rate.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public ScheduleFreeAdamW(
        IEnumerable<Tensor> parameters, double learningRate = 2.5e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, int warmUpSteps = 0, bool maximize = false)
        : this(parameters, new ScheduleFreeAdamWOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            WarmUpSteps = warmUpSteps,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public ScheduleFreeAdamW(IEnumerable<Tensor> parameters, ScheduleFreeAdamWOptions options)
        : this(new ParameterGroup<ScheduleFreeAdamWOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["z", "x", "exp_avg_sq", "weight_sum"];

    /// <summary>Makes the parameters the means x, for validation and use. Nothing happens where they are.</summary>
    public void Eval() => Switch(evaluating: true);

    /// <summary>
    /// Makes the parameters the points y at which gradients are taken, to go on training. Nothing happens where they are.
    /// </summary>
    public void Train() => Switch(evaluating: false);

    internal override IDisposable? EvaluationWeights()
    {
        if (ParameterGroups.All(static group => group.Options.Evaluating))
        {
            return null;
        }

        Eval();
        return new BackToTraining(this);
    }

    /// <inheritdoc/>
    public override void Step()
    {
        if (ParameterGroups.Any(static group => group.Options.Evaluating))
        {
            throw new InvalidOperationException(
                "ScheduleFreeAdamW: the parameters are the means x, for evaluation; call Train() before the gradients are computed.");
        }

        base.Step();
    }

    /// <inheritdoc/>
    protected internal override Shape StateShape(int index, Shape parameter) => index == Weights ? new Shape() : parameter;

    /// <inheritdoc/>
    protected internal override DType StateType(int index, DType parameter) =>
        index == Weights ? DType.Float64 : base.StateType(index, parameter);

    internal override bool IsHostState(int index) => index is Weights;

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, ScheduleFreeAdamWOptions options)
    {
        foreach (int own in (ReadOnlySpan<int>)[Fast, Mean])
        {
            if (!state.Has(own))
            {
                state.Get(own).CopyFrom(parameter.Detach());
            }
        }

        double rate = options.LearningRate * Math.Sqrt(1 - Math.Pow(options.Beta2, state.Step));
        if (state.Step < options.WarmUpSteps)
        {
            rate *= (double)state.Step / options.WarmUpSteps;
        }

        Tensor weights = state.Get(Weights);
        weights.AddInPlace(rate * rate);
        double sum = weights.Item<double>();
        AveragedStep step = new(
            options.Maximize ? -1 : 1, options.WeightDecay, options.Beta1, options.Beta2, options.Eps, rate,
            sum > 0 ? rate * rate / sum : 0);
        Apply(step, parameter, gradient, state.Get(Fast), state.Get(Mean), state.Get(Squares));
    }

    private void Switch(bool evaluating)
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach (ParameterGroup<ScheduleFreeAdamWOptions> group in ParameterGroups)
        {
            foreach ((Tensor parameter, ParameterState state) in group.Items.Zip(group.States))
            {
                if (group.Options.Evaluating != evaluating && state.Has(Mean))
                {
                    // β₁ of 1 makes y the mean.
                    PointStep step = new(evaluating ? 1 : group.Options.Beta1);
                    Apply(step, parameter, parameter.Detach(), state.Get(Fast), state.Get(Mean));
                }
            }

            group.Options.Evaluating = evaluating;
        }
    }

    private sealed class BackToTraining(ScheduleFreeAdamW optimizer) : IDisposable
    {
        public void Dispose() => optimizer.Train();
    }

    /// <summary>y of z and x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Point<R>(R fast, R mean, double beta)
        where R : struct, IReal<R> => R.MultiplyAdd(fast, 1 - beta, mean * beta);

    internal readonly record struct AveragedStep(
        double Sign, double Decay, double Beta1, double Beta2, double Eps, double Rate, double Share) : IUpdate<AveragedStep>
    {
        public static int States => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R fast, ref R mean, ref R squares)
            where R : struct, IReal<R>
        {
            g = Sign < 0 ? -g : g;
            squares = R.MultiplyAdd(squares, Beta2, g * (1 - Beta2) * g);
            fast -= R.MultiplyAdd(p, Decay, g / (R.Sqrt(squares) + Eps)) * Rate;
            mean = R.MultiplyAdd(fast, Share, mean * (1 - Share));
            p = Point(fast, mean, Beta1);
        }
    }

    internal readonly record struct PointStep(double Beta) : IUpdate<PointStep>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R fast, ref R mean, ref R unused)
            where R : struct, IReal<R> => p = Beta == 1 ? mean : Point(fast, mean, Beta);
    }
}

/// <summary>The options of <see cref="ScheduleFreeAdamW"/>.</summary>
public sealed record ScheduleFreeAdamWOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.0025, β₁ 0.9, β₂ 0.999, ε 10⁻⁸, no weight decay, no warm-up.</summary>
    public ScheduleFreeAdamWOptions() => LearningRate = 2.5e-3;

    /// <summary>How near to the mean the gradients are taken.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the mean of squares.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>What is added to the root.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-8;

    /// <summary>The steps of a linear rise of the learning rate.</summary>
    [Option(AtLeast = 0)]
    public int WarmUpSteps { get; set; }

    /// <summary>Whether the parameters are the means, which <see cref="ScheduleFreeAdamW.Eval"/> makes them.</summary>
    public bool Evaluating { get; internal set; }
}
