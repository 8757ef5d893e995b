using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam for tables of which a batch uses few rows: the moments of a row move only when the row has a gradient, and no other row is touched.
/// m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), p ← p − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), with t the steps of the table.
/// As PyTorch's <c>optim.SparseAdam</c>.
/// </summary>
/// <remarks>
/// Rows are what a layer's <c>sparse: true</c> keeps (<see cref="Layers.Embedding"/>). A gradient that has come as a whole is one of all
/// rows.
/// </remarks>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class SparseAdam(params IEnumerable<ParameterGroup<SparseAdamOptions>> groups) : Optimizer<SparseAdamOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the mean of their squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public SparseAdam(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        bool maximize = false)
        : this(parameters, new SparseAdamOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public SparseAdam(IEnumerable<Tensor> parameters, SparseAdamOptions options)
        : this(new ParameterGroup<SparseAdamOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    protected override bool AppliesRows(SparseAdamOptions options) => true;

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, SparseAdamOptions options)
    {
        double correction1 = 1 - Math.Pow(options.Beta1, state.Step), correction2 = 1 - Math.Pow(options.Beta2, state.Step);
        double rate = options.LearningRate * Math.Sqrt(correction2) / correction1;
        SparseAdamStep step = new(options.Descent, 1 - options.Beta1, 1 - options.Beta2, options.Eps, rate);
        Apply(step, parameter, gradient, state.Get(0), state.Get(1));
    }

    internal readonly record struct SparseAdamStep(Descent Descent, double Share1, double Share2, double Eps, double Rate)
        : IUpdate<SparseAdamStep>
    {
        public static int States => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R squares, ref R unused)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            mean += (g - mean) * Share1;
            squares += ((g * g) - squares) * Share2;
            p -= mean * Rate / (R.Sqrt(squares) + Eps);
        }
    }
}

/// <summary>The options of <see cref="SparseAdam"/>; there is no weight decay, which would move every row.</summary>
public sealed record SparseAdamOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁸.</summary>
    public SparseAdamOptions() => LearningRate = 1e-3;

    /// <summary>The decay of the mean of gradients.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta1 { get; set; } = 0.9;

    /// <summary>The decay of the mean of their squares.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>What is added to the root.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-8;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        RefuseWeightDecay();
    }
}
