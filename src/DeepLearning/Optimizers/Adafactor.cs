namespace DeepLearning.Optimizers;

/// <summary>
/// Adaptive steps with little memory: the mean of squares of a matrix is kept as one number per row and one per column, v ≈ r c / mean(r),
/// and the update u = g / √max(v, ε₁²) is scaled to the parameter: p ← p (1 − lr λ) − α u / max(1, rms(u) / d) with α = max(ε₂, rms(p)) ·
/// min(lr, 1 / √t). Means decay by 1 − t^β. Of more than two axes the last two are factored; a vector keeps its squares. As PyTorch's
/// <c>optim.Adafactor</c>; Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class Adafactor(params IEnumerable<ParameterGroup<AdafactorOptions>> groups) : Optimizer<AdafactorOptions>(groups)
{
    private const int Rows = 0, Columns = 1, Squares = 2;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The greatest length of a step, relative to that of the parameter.</param>
    /// <param name="beta2Decay">The power β of the decay of the means of squares, 0 or less.</param>
    /// <param name="eps1">The ε₁ below which a root is not divided by; NaN for the precision of the parameter's type.</param>
    /// <param name="eps2">The least scale ε₂ of a parameter.</param>
    /// <param name="d">The bound d of an update's root mean square, 1 or more.</param>
    /// <param name="weightDecay">The strength λ of decoupled weight decay.</param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public Adafactor(
        IEnumerable<Tensor> parameters, double learningRate = 1e-2, double beta2Decay = -0.8, double eps1 = double.NaN,
        double eps2 = 1e-3, double d = 1, double weightDecay = 0, bool maximize = false)
        : this(parameters, new AdafactorOptions
        {
            LearningRate = learningRate,
            Beta2Decay = beta2Decay,
            Eps1 = eps1,
            Eps2 = eps2,
            D = d,
            WeightDecay = weightDecay,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public Adafactor(IEnumerable<Tensor> parameters, AdafactorOptions options)
        : this(new ParameterGroup<AdafactorOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["row_var", "col_var", "variance"];

    /// <inheritdoc/>
    protected internal override Shape StateShape(int index, Shape parameter)
    {
        if (index == Squares || parameter.Rank < 2)
        {
            return parameter;
        }

        int[] lengths = parameter.AsSpan().ToArray();
        lengths[index == Rows ? ^1 : ^2] = 1;
        return new Shape(lengths);
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, AdafactorOptions options)
    {
        if (parameter.Count == 0)
        {
            return;
        }

        double eps = double.IsNaN(options.Eps1) ? Precision(parameter.DType) : options.Eps1;
        double share = Math.Pow(state.Step, options.Beta2Decay);
        double relative = Math.Min(options.LearningRate, 1 / Math.Sqrt(state.Step));
        Tensor g = LayerNorms.Wide(gradient);
        Tensor variance = parameter.Rank < 2
            ? state.Get(Squares).LerpInPlace(g.Square(), share).Clamp(min: eps * eps)
            : Factored(g, state, share, eps).ClampInPlace(min: eps * eps);
        Tensor update = variance.Rsqrt().MultiplyInPlace(g);
        double keep = 1 - (options.LearningRate * options.WeightDecay);
        if (LayerNorms.StayOn(parameter))
        {
            Tensor size = LayerNorms.UnreadRootMeanSquare(parameter).Maximum(options.Eps2) * (options.Maximize ? -relative : relative);
            size /= (LayerNorms.UnreadRootMeanSquare(update) / options.D).Maximum(1.0);
            Apply(new ScaledStep(1, keep), parameter, update.MultiplyInPlace(size));
            return;
        }

        double rate = Math.Max(options.Eps2, LayerNorms.RootMeanSquare(parameter)) * relative;
        rate /= Math.Max(1, LayerNorms.RootMeanSquare(update) / options.D);
        Apply(new ScaledStep(options.Maximize ? -rate : rate, keep), parameter, update);
    }

    /// <summary>The mean of squares as the product of those of rows and columns.</summary>
    private static Tensor Factored(Tensor g, ParameterState state, double share, double eps)
    {
        Tensor rows = state.Get(Rows).LerpInPlace(g.Norm(2, [-1], keepDim: true).Square() / g.Size(-1), share);
        Tensor columns = state.Get(Columns).LerpInPlace(g.Norm(2, [-2], keepDim: true).Square() / g.Size(-2), share);
        return rows / rows.Mean(-2, keepDim: true).ClampInPlace(min: eps) * columns;
    }

    private static double Precision(DType dtype) => dtype switch
    {
        DType.Float64 => double.BitIncrement(1) - 1,
        DType.Float16 => 1.0 / (1 << 10),
        DType.BFloat16 => 1.0 / (1 << 7),
        DType.Float32 => float.BitIncrement(1) - 1,
        _ => throw DTypes.Unsupported(dtype),
    };
}

/// <summary>The options of <see cref="Adafactor"/>.</summary>
public sealed record AdafactorOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.01, decay −0.8, ε₁ the precision of the type, ε₂ 0.001, bound 1, no weight decay.</summary>
    public AdafactorOptions() => LearningRate = 1e-2;

    /// <summary>The power of the decay of the means of squares.</summary>
    [Option(AtMost = 0)]
    public double Beta2Decay { get; set; } = -0.8;

    /// <summary>Below what a root is not divided by; NaN for the precision of the parameter's type.</summary>
    public double Eps1 { get; set; } = double.NaN;

    /// <summary>The least scale of a parameter.</summary>
    [Option(AtLeast = 0)]
    public double Eps2 { get; set; } = 1e-3;

    /// <summary>The bound of an update's root mean square.</summary>
    [Option(AtLeast = 1)]
    public double D { get; set; } = 1;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        if (Eps1 < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Eps1), Eps1, "Eps1 must be 0 or more, or NaN for the precision of the type.");
        }
    }
}
