namespace DeepLearning.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: p ← p · (1 − lr · λ) first, then the step of <see cref="Adam"/> without decay. As PyTorch's
/// <c>optim.AdamW</c>; Loshchilov and Hutter, "Decoupled weight decay regularization", 2017.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class AdamW(params IEnumerable<ParameterGroup<AdamOptions>> groups) : Optimizer<AdamOptions>(groups)
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
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public AdamW(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 1e-2, bool amsgrad = false, bool maximize = false)
        : this(parameters, new AdamOptions
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Eps = eps,
            WeightDecay = weightDecay,
            AMSGrad = amsgrad,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public AdamW(IEnumerable<Tensor> parameters, AdamOptions options)
        : this(new ParameterGroup<AdamOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    private protected override bool UpdatesTogether => true;

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdamOptions options) =>
        Adam.Run(parameter, gradient, state, options, options.DecoupledDescent);
}
