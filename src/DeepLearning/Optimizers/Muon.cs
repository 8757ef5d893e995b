namespace DeepLearning.Optimizers;

/// <summary>
/// Momentum made orthogonal, for the weight matrices of hidden layers: m ← μ m + (1 − μ) g, u = (1 − μ) g + μ m (Nesterov) or m, p ← p (1 −
/// lr λ) − lr · s · orthogonal(u), where orthogonal brings all singular values near 1 by five Newton–Schulz steps X ← a X + (b A + c A²) X,
/// A = X Xᵀ, and s = √max(1, rows / columns). A kernel of more axes counts as a matrix of its first axis and the rest. Biases, norms,
/// embeddings and the last layer belong to another optimizer, such as <see cref="AdamW"/>. Jordan et al., "Muon: an optimizer for hidden
/// layers in neural networks", 2024; as the <c>optim.Muon</c> of later versions of PyTorch, computed in the parameter's type.
/// </summary>
/// <param name="groups">Groups of parameters with options of their own.</param>
public sealed class Muon(params IEnumerable<ParameterGroup<MuonOptions>> groups) : Optimizer<MuonOptions>(groups)
{
    private const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train: tensors of two axes or more.</param>
    /// <param name="learningRate">The length of a step.</param>
    /// <param name="momentum">The decay μ of the mean of gradients.</param>
    /// <param name="weightDecay">The strength λ of decoupled weight decay.</param>
    /// <param name="nesterov">Looks ahead along the mean.</param>
    /// <param name="eps">What is added to the norm by which a matrix is divided first.</param>
    /// <param name="newtonSchulzSteps">The steps that make a matrix orthogonal.</param>
    /// <param name="matchAdam">
    /// Scales by 0.2 √max(rows, columns) instead of √max(1, rows / columns), so that steps are as long as Adam's and its learning rate
    /// serves (Liu et al., "Muon is scalable for LLM training", 2025).
    /// </param>
    /// <param name="maximize">Climbs instead of descending.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or a parameter is not a matrix or cannot be trained.</exception>
    public Muon(
        IEnumerable<Tensor> parameters, double learningRate = 1e-3, double momentum = 0.95, double weightDecay = 0.1, bool nesterov = true,
        double eps = 1e-7, int newtonSchulzSteps = 5, bool matchAdam = false, bool maximize = false)
        : this(parameters, new MuonOptions
        {
            LearningRate = learningRate,
            Momentum = momentum,
            WeightDecay = weightDecay,
            Nesterov = nesterov,
            Eps = eps,
            NewtonSchulzSteps = newtonSchulzSteps,
            MatchAdam = matchAdam,
            Maximize = maximize,
        })
    {
    }

    /// <inheritdoc/>
    public Muon(IEnumerable<Tensor> parameters, MuonOptions options)
        : this(new ParameterGroup<MuonOptions>(parameters, options))
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["momentum_buffer"];

    /// <inheritdoc/>
    private protected override void CheckParameter(Tensor parameter)
    {
        if (parameter.Rank < 2)
        {
            throw new ArgumentException(
                $"Muon: a parameter {parameter.Shape} is not a matrix; give biases and other vectors to another optimizer, such as AdamW.");
        }
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, MuonOptions options)
    {
        if (parameter.Count == 0)
        {
            return;
        }

        Tensor g = LayerNorms.Wide(gradient), mean = state.Get(0).LerpInPlace(g, 1 - options.Momentum);
        Tensor update = options.Nesterov ? g.Lerp(mean, options.Momentum) : mean;
        Tensor orthogonal = Orthogonal(update.Reshape(update.Size(0), -1), options);
        double rows = orthogonal.Size(0), columns = orthogonal.Size(1);
        double scale = options.MatchAdam ? 0.2 * Math.Sqrt(Math.Max(rows, columns)) : Math.Sqrt(Math.Max(1, rows / columns));
        double rate = options.LearningRate * scale;
        ScaledStep step = new(options.Maximize ? -rate : rate, 1 - (options.LearningRate * options.WeightDecay));
        Apply(step, parameter, orthogonal.Reshape(parameter.Shape));
    }

    private static Tensor Orthogonal(Tensor matrix, MuonOptions options)
    {
        bool isTall = matrix.Size(0) > matrix.Size(1);
        Tensor x = (isTall ? matrix.T : matrix) / (matrix.Norm() + options.Eps);
        for (int step = 0; step < options.NewtonSchulzSteps; step++)
        {
            Tensor square = x.MatMul(x.T);
            Tensor polynomial = (square * B).AddInPlace(square.MatMul(square), C);
            x = polynomial.MatMul(x).AddInPlace(x, A);
        }

        return isTall ? x.T : x;
    }
}

/// <summary>The options of <see cref="Muon"/>.</summary>
public sealed record MuonOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 0.001, momentum 0.95 (Nesterov's), weight decay 0.1, five Newton–Schulz steps.</summary>
    public MuonOptions() => (LearningRate, WeightDecay) = (1e-3, 0.1);

    /// <summary>The decay of the mean of gradients.</summary>
    [Option(AtLeast = 0, Below = 1)]
    public double Momentum { get; set; } = 0.95;

    /// <summary>Looks ahead along the mean.</summary>
    public bool Nesterov { get; set; } = true;

    /// <summary>What is added to the norm by which a matrix is divided first.</summary>
    [Option(AtLeast = 0)]
    public double Eps { get; set; } = 1e-7;

    /// <summary>The steps that make a matrix orthogonal.</summary>
    [Option(AtLeast = 1)]
    public int NewtonSchulzSteps { get; set; } = 5;

    /// <summary>Scales steps to the length of Adam's.</summary>
    public bool MatchAdam { get; set; }
}
