using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − lr · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ). Weight
/// decay adds λ p to the gradient; <see cref="AdamW"/> decays the weights themselves. As PyTorch's <c>optim.Adam</c>; Kingma and Ba, "Adam:
/// a method for stochastic optimization", 2014; AMSGrad: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class Adam(params IEnumerable<ParameterGroup<AdamOptions>> groups) : Optimizer<AdamOptions>(groups)
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="beta1">The decay β₁ of the mean of gradients.</param>
    /// <param name="beta2">The decay β₂ of the mean of their squares.</param>
    /// <param name="eps">The ε added to the root.</param>
    /// <param name="weightDecay">The strength λ of weight decay.</param>
    /// <param name="amsgrad">Divides by the largest mean of squares so far.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <param name="decoupledWeightDecay">Decays the weights themselves, by lr · λ, instead of adding λ p to the gradient.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Adam(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, bool amsgrad = false, bool maximize = false, bool decoupledWeightDecay = false)
        : this(parameters, new AdamOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            AMSGrad = amsgrad,
            Maximize = maximize,
            DecoupledWeightDecay = decoupledWeightDecay,
        })
    {
    }

    /// <inheritdoc/>
    public Adam(IEnumerable<Tensor> parameters, AdamOptions options)
        : this(new ParameterGroup<AdamOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdamOptions options) =>
        Run(parameter, gradient, state, options, options.Descent);

    /// <summary>The step of Adam and AdamW, which differ in how weights decay.</summary>
    internal static void Run(Tensor parameter, Tensor gradient, ParameterState state, AdamOptions options, Descent descent)
    {
        double correction1 = 1 - Math.Pow(options.Beta1, state.Step), correction2 = 1 - Math.Pow(options.Beta2, state.Step);
        if (options.AMSGrad)
        {
            Apply(Step<On>(), parameter, gradient, state.Get(0), state.Get(1), state.Get(2));
        }
        else
        {
            Apply(Step<Off>(), parameter, gradient, state.Get(0), state.Get(1));
        }

        AdamStep<TMost> Step<TMost>()
            where TMost : struct, IChoice => new(
                descent, options.Beta1, options.Beta2, options.Eps, options.LearningRate / correction1, Math.Sqrt(correction2));
    }

    internal readonly record struct AdamStep<TMost>(
        Descent Descent, double Beta1, double Beta2, double Eps, double Rate, double RootCorrection) : IUpdate<AdamStep<TMost>>
        where TMost : struct, IChoice
    {
        public static int States => TMost.IsOn ? 3 : 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R mean, ref R squares, ref R most)
            where R : struct, IReal<R>
        {
            g = Descent.Direction(ref p, g);
            mean = R.MultiplyAdd(mean, Beta1, g * (1 - Beta1));
            squares = R.MultiplyAdd(squares, Beta2, g * (1 - Beta2) * g);
            R variance = squares;
            if (TMost.IsOn)
            {
                variance = most = R.Max(most, squares);
            }

            p -= mean * Rate / ((R.Sqrt(variance) / RootCorrection) + Eps);
        }
    }
}

/// <summary>The options of <see cref="Adam"/> and <see cref="AdamW"/>.</summary>
public sealed record AdamOptions : MomentOptions
{
    /// <summary>The defaults: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 10⁻⁸, no weight decay.</summary>
    public AdamOptions() => LearningRate = 1e-3;

    /// <summary>Divides by the largest mean of squares so far.</summary>
    [Option(Key = "amsgrad")]
    public bool AMSGrad { get; set; }
}
