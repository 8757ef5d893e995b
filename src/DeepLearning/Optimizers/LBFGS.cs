using DeepLearning.Layers;

namespace DeepLearning.Optimizers;

/// <summary>
/// Limited-memory BFGS: steps along −H g, where H is built from the last changes of parameters and gradients (two-loop recursion), with a
/// fixed length or a search along the line that meets the strong Wolfe conditions. For whole-batch training of small models. As PyTorch's
/// <c>optim.LBFGS</c>; Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.
/// </summary>
/// <remarks>
/// A step needs the loss at several points: call <see cref="Step(Func{Tensor})"/> with a function that clears the gradients, computes the
/// loss, calls <c>Backward</c> and returns the loss. There is one group of parameters, on one device; neither weight decay nor climbing.
/// <code>
/// optimizer.Step(() =&gt;
/// {
///     optimizer.ZeroGrad();
///     Tensor loss = Loss.MSE(model.Forward(x), y);
///     loss.Backward();
///     return loss;
/// });
/// </code>
/// </remarks>
public sealed class LBFGS : Optimizer<LBFGSOptions>
{
    private const string Prefix = "state.0.";
    private const double LeastCurvature = 1e-10;

    private LBFGSMemory _memory = new();
    private double _move;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="learningRate">The length of a step, or the first that a line search tries.</param>
    /// <param name="maxIter">The iterations of a step, at most.</param>
    /// <param name="maxEval">The evaluations of the loss after which a step ends; null for five fourths of the iterations.</param>
    /// <param name="toleranceGrad">A step ends where no element of the gradient is greater.</param>
    /// <param name="toleranceChange">A step ends where neither parameters nor loss change by more.</param>
    /// <param name="historySize">The changes that are remembered.</param>
    /// <param name="strongWolfe">Searches along the line for a step that meets the strong Wolfe conditions.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    public LBFGS(
        IEnumerable<Tensor> parameters, double learningRate = 1, int maxIter = 20, int? maxEval = null, double toleranceGrad = 1e-7,
        double toleranceChange = 1e-9, int historySize = 100, bool strongWolfe = false)
        : this(parameters, new LBFGSOptions
        {
            LearningRate = learningRate,
            MaxIter = maxIter,
            MaxEval = maxEval ?? 0,
            ToleranceGrad = toleranceGrad,
            ToleranceChange = toleranceChange,
            HistorySize = historySize,
            StrongWolfe = strongWolfe,
        })
    {
    }

    /// <inheritdoc/>
    public LBFGS(IEnumerable<Tensor> parameters, LBFGSOptions options)
        : base(parameters, options)
    {
    }

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames => [];

    /// <summary>True.</summary>
    public override bool NeedsClosure => true;

    /// <summary>Always an error: the loss is needed at several points.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override void Step() => throw new InvalidOperationException(
        "LBFGS: a step needs the loss at several points; call Step(closure) with a function that computes the loss and its gradients.");

    /// <inheritdoc/>
    public override Tensor Step(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        LBFGSOptions options = ParameterGroups[0].Options;
        Tensor first = Evaluate(closure);
        double loss = first.Item<double>();
        int evaluations = 1;
        _memory.Evaluations++;
        Tensor gradient = Gradient();
        if (gradient.Count == 0 || Largest(gradient) <= options.ToleranceGrad)
        {
            return first;
        }

        for (int i = 1; i <= options.MaxIter; i++)
        {
            Tensor direction = _memory.Next(gradient, options.HistorySize, LeastCurvature);
            double before = loss, slope = gradient.Dot(direction).Item<double>();
            double distance = _memory.Iterations == 1
                ? Math.Min(1, 1 / gradient.Abs().Sum().Item<double>()) * options.LearningRate
                : options.LearningRate;
            (_memory.Distance, _memory.Gradient) = (distance, gradient);
            if (slope > -options.ToleranceChange)
            {
                break;
            }

            int tried = 0;
            if (options.StrongWolfe)
            {
                (StrongWolfe.Point found, tried) = StrongWolfe.Search(
                    LossAlong(closure, direction), direction, new(0, loss, gradient, slope), distance, options.ToleranceChange);
                (_memory.Distance, loss, gradient) = (found.Distance, found.Loss, found.Gradient);
                Move(direction, found.Distance);
            }
            else
            {
                Move(direction, distance);
                if (i < options.MaxIter)
                {
                    loss = Evaluate(closure).Item<double>();
                    gradient = Gradient();
                    tried = 1;
                }
            }

            evaluations += tried;
            _memory.Evaluations += tried;
            if (evaluations >= options.Evaluations || Largest(gradient) <= options.ToleranceGrad
                || Largest(direction) * Math.Abs(_memory.Distance) <= options.ToleranceChange
                || Math.Abs(loss - before) < options.ToleranceChange)
            {
                break;
            }
        }

        return first;
    }

    /// <inheritdoc/>
    public override OrderedDictionary<string, Tensor> StateDict()
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        OrderedDictionary<string, Tensor> state = base.StateDict();
        _memory.Save(state, Prefix);
        return state;
    }

    internal override void CheckStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        (Dictionary<string, Tensor> own, Dictionary<string, Tensor> rest) = StateSplit.By(Prefix, state);
        base.CheckStateDict(rest);
        if (LBFGSMemory.Wrong(own, Count) is { Length: > 0 } wrong)
        {
            throw new StateDictException(
                $"LBFGS.LoadStateDict: the dictionary is of another optimizer or other parameters; nothing was changed: {wrong}.");
        }
    }

    internal override void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        (Dictionary<string, Tensor> own, Dictionary<string, Tensor> rest) = StateSplit.By(Prefix, state);
        base.Load(rest);
        Tensor parameter = ParameterGroups[0].Items[0];
        _memory = LBFGSMemory.Load(own, parameter.DType.Compute(), parameter.Device);
    }

    /// <inheritdoc/>
    private protected override void CheckParameter(Tensor parameter)
    {
        if (ParameterGroups.Count > 0)
        {
            throw new ArgumentException("LBFGS: there is one group of parameters; give all of them to the constructor.");
        }
    }

    /// <summary>Moves one parameter along its part of the direction.</summary>
    protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, LBFGSOptions options) =>
        Apply(new ScaledStep(-_move), parameter, gradient);

    private int Count => checked((int)ParameterGroups[0].Items.Sum(static p => p.Count));

    private static double Largest(Tensor flat) => flat.Abs().Amax().Item<double>();

    private static Tensor Evaluate(Func<Tensor> closure)
    {
        using GradMode.Region region = GradMode.EnableGrad();
        return closure();
    }

    /// <summary>All gradients as one vector, a copy; zeros where there is none.</summary>
    private Tensor Gradient() => Tensor.Cat(
    [
        .. ParameterGroups[0].Items.Select(static p => p.GradInternal is { } gradient
            ? LayerNorms.Wide(gradient).Reshape(-1)
            : Tensor.Zeros([checked((int)p.Count)], p.DType.Compute(), p.Device)),
    ]);

    private void Move(Tensor direction, double distance)
    {
        _move = distance;
        ParameterGroup<LBFGSOptions> group = ParameterGroups[0];
        int start = 0;
        for (int i = 0; i < group.Items.Length; i++)
        {
            Tensor parameter = group.Items[i];
            int count = (int)parameter.Count;
            Update(parameter, direction.Narrow(0, start, count).View(parameter.Shape), group.States[i], group.Options);
            start += count;
        }
    }

    /// <summary>The loss and the gradient at a distance from where the parameters are now, to which they return.</summary>
    private Func<double, (double Loss, Tensor Gradient)> LossAlong(Func<Tensor> closure, Tensor direction)
    {
        Tensor[] here = [.. ParameterGroups[0].Items.Select(static p => p.Detach().Clone())];
        return distance =>
        {
            Move(direction, distance);
            (double, Tensor) result = (Evaluate(closure).Item<double>(), Gradient());
            foreach ((Tensor parameter, Tensor value) in ParameterGroups[0].Items.Zip(here))
            {
                parameter.CopyFrom(value);
            }

            return result;
        };
    }
}

/// <summary>The options of <see cref="LBFGS"/>, which has neither weight decay nor climbing.</summary>
public sealed record LBFGSOptions : OptimizerOptions
{
    /// <summary>The defaults: learning rate 1, 20 iterations, a history of 100, no line search.</summary>
    public LBFGSOptions() => LearningRate = 1;

    /// <summary>The iterations of a step, at most.</summary>
    [Option(AtLeast = 1)]
    public int MaxIter { get; set; } = 20;

    /// <summary>The evaluations of the loss after which a step ends; 0 for five fourths of the iterations.</summary>
    [Option(AtLeast = 0)]
    public int MaxEval { get; set; }

    /// <summary>A step ends where no element of the gradient is greater.</summary>
    [Option(AtLeast = 0)]
    public double ToleranceGrad { get; set; } = 1e-7;

    /// <summary>A step ends where neither parameters nor loss change by more.</summary>
    [Option(AtLeast = 0)]
    public double ToleranceChange { get; set; } = 1e-9;

    /// <summary>The changes that are remembered.</summary>
    [Option(AtLeast = 1)]
    public int HistorySize { get; set; } = 100;

    /// <summary>Searches along the line for a step that meets the strong Wolfe conditions.</summary>
    public bool StrongWolfe { get; set; }

    internal int Evaluations => MaxEval > 0 ? MaxEval : MaxIter * 5 / 4;

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        base.Validate();
        RefuseWeightDecay();
        if (Maximize)
        {
            throw new ArgumentException("LBFGS cannot climb; give it the negative loss.");
        }
    }
}
