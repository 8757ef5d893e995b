using DeepLearning.Optimizers;

namespace DeepLearning.Schedules;

/// <summary>
/// Multiplies an optimizer's learning rates by a factor when a figure has not become better for some epochs. Call <see cref="Step"/> with
/// the figure after each epoch; the callback <c>ReduceLearningRate</c> does it in a training. As PyTorch's <c>ReduceLROnPlateau</c>.
/// </summary>
public sealed class ReduceOnPlateau
{
    private const string BestKey = "best", CountsKey = "counts";

    private readonly Optimizer _optimizer;
    private readonly double[] _least;
    private long _epochs;
    private long _bad;
    private long _cooling;

    /// <summary>Watches a figure for an optimizer.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="higherIsBetter">Whether greater is better; a loss should be small.</param>
    /// <param name="factor">The factor of a reduction, less than 1.</param>
    /// <param name="patience">The epochs without improvement that are waited for; the next one reduces.</param>
    /// <param name="threshold">What counts as an improvement: by more than this.</param>
    /// <param name="thresholdMode">Whether the threshold is a share of the best value or a difference.</param>
    /// <param name="cooldown">The epochs after a reduction that do not count.</param>
    /// <param name="minLearningRate">The least learning rate of every group.</param>
    /// <param name="eps">A change that is not greater than this is left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ReduceOnPlateau(
        Optimizer optimizer, bool higherIsBetter = false, double factor = 0.1, int patience = 10, double threshold = 1e-4,
        ThresholdMode thresholdMode = ThresholdMode.Relative, int cooldown = 0, double minLearningRate = 0, double eps = 1e-8)
        : this(optimizer, [minLearningRate], higherIsBetter, factor, patience, threshold, thresholdMode, cooldown, eps, isForAll: true)
    {
    }

    /// <summary>Watches a figure for an optimizer whose groups have least learning rates of their own.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="minLearningRates">The least learning rate of each group.</param>
    /// <param name="higherIsBetter">Whether greater is better; a loss should be small.</param>
    /// <param name="factor">The factor of a reduction, less than 1.</param>
    /// <param name="patience">The epochs without improvement that are waited for; the next one reduces.</param>
    /// <param name="threshold">What counts as an improvement: by more than this.</param>
    /// <param name="thresholdMode">Whether the threshold is a share of the best value or a difference.</param>
    /// <param name="cooldown">The epochs after a reduction that do not count.</param>
    /// <param name="eps">A change that is not greater than this is left out.</param>
    /// <exception cref="ArgumentException">There are more or fewer least rates than groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ReduceOnPlateau(
        Optimizer optimizer, IEnumerable<double> minLearningRates, bool higherIsBetter = false, double factor = 0.1, int patience = 10,
        double threshold = 1e-4, ThresholdMode thresholdMode = ThresholdMode.Relative, int cooldown = 0, double eps = 1e-8)
        : this(
            optimizer, minLearningRates is null ? null! : [.. minLearningRates], higherIsBetter, factor, patience, threshold, thresholdMode,
            cooldown, eps, isForAll: false)
    {
    }

    private ReduceOnPlateau(
        Optimizer optimizer, double[] least, bool higherIsBetter, double factor, int patience, double threshold,
        ThresholdMode thresholdMode, int cooldown, double eps, bool isForAll)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(least);
        CheckRange(factor is >= 0 and < 1, factor, nameof(factor), "0 or more and less than 1");
        OptionChecks.AtLeast(patience, 0, nameof(ReduceOnPlateau));
        CheckRange(threshold >= 0, threshold, nameof(threshold), "0 or more");
        OptionChecks.AtLeast(cooldown, 0, nameof(ReduceOnPlateau));
        CheckRange(eps >= 0, eps, nameof(eps), "0 or more");
        Array.ForEach(least, static rate => CheckRange(rate >= 0, rate, "minLearningRate", "0 or more"));
        if (!Enum.IsDefined(thresholdMode))
        {
            throw new ArgumentOutOfRangeException(nameof(thresholdMode), thresholdMode, "thresholdMode is neither relative nor absolute.");
        }

        if (!isForAll && least.Length != optimizer.ParameterGroups.Count)
        {
            throw new ArgumentException(
                $"ReduceOnPlateau: there are {least.Length} least learning rates and {optimizer.ParameterGroups.Count} parameter groups.",
                nameof(least));
        }

        (_optimizer, _least, IsForAll, HigherIsBetter, Factor) = (optimizer, least, isForAll, higherIsBetter, factor);
        (Patience, Threshold, ThresholdMode, Cooldown, Eps) = (patience, threshold, thresholdMode, cooldown, eps);
        Reset();
    }

    /// <summary>The optimizer whose learning rates are reduced.</summary>
    public Optimizer Optimizer => _optimizer;

    /// <summary>Whether greater is better.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>The factor of a reduction.</summary>
    public double Factor { get; }

    /// <summary>The epochs without improvement that are waited for.</summary>
    public int Patience { get; }

    /// <summary>What counts as an improvement.</summary>
    public double Threshold { get; }

    /// <summary>What the threshold is.</summary>
    public ThresholdMode ThresholdMode { get; }

    /// <summary>The epochs after a reduction that do not count.</summary>
    public int Cooldown { get; }

    /// <summary>A change that is not greater is left out.</summary>
    public double Eps { get; }

    /// <summary>The best value so far; ±∞ before the first.</summary>
    public double Best { get; private set; }

    private bool IsForAll { get; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"ReduceOnPlateau: after {_epochs} epochs, the best {Best}, {_bad} without improvement: learning rate {_optimizer.LearningRate}");

    /// <summary>Takes an epoch's figure into account; NaN is not an improvement.</summary>
    /// <param name="figure">The figure.</param>
    /// <returns>Whether the learning rates were reduced.</returns>
    /// <exception cref="InvalidOperationException">The optimizer got a group for which there is no least learning rate.</exception>
    public bool Step(double figure)
    {
        if (!IsForAll && _least.Length != _optimizer.ParameterGroups.Count)
        {
            throw new InvalidOperationException(
                $"ReduceOnPlateau: there are {_least.Length} least learning rates and now {_optimizer.ParameterGroups.Count} groups.");
        }

        _epochs++;
        if (IsBetter(figure))
        {
            (Best, _bad) = (figure, 0);
        }
        else
        {
            _bad++;
        }

        if (_cooling > 0)
        {
            (_cooling, _bad) = (_cooling - 1, 0);
        }

        if (_bad <= Patience)
        {
            return false;
        }

        (_cooling, _bad) = (Cooldown, 0);
        return Reduce();
    }

    /// <summary>Forgets what was seen; the learning rates stay as they are.</summary>
    public void Reset()
    {
        (_epochs, _bad, _cooling) = (0, 0, 0);
        Best = HigherIsBetter ? double.NegativeInfinity : double.PositiveInfinity;
    }

    /// <summary>What is needed to go on exactly; the learning rates are in the optimizer's.</summary>
    public OrderedDictionary<string, Tensor> StateDict()
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        return new()
        {
            [BestKey] = Tensor.FromScalar(Best, DType.Float64),
            [CountsKey] = Tensor.From([_epochs, _bad, _cooling]),
        };
    }

    /// <summary>Takes over what <see cref="StateDict"/> gave.</summary>
    /// <param name="state">The dictionary.</param>
    /// <exception cref="ArgumentException">It is of something else; nothing was changed.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.TryGetValue(BestKey, out Tensor? best) || best is not { Count: 1, DType: DType.Float64 }
            || !state.TryGetValue(CountsKey, out Tensor? counts) || counts is not { Count: 3, DType: DType.Int64 }
            || counts.ToArray<long>().Any(static count => count < 0))
        {
            throw new ArgumentException(
                $"ReduceOnPlateau: a state has {BestKey} and {CountsKey}; this has "
                    + $"{(state.Count == 0 ? "nothing" : string.Join(", ", state.Keys))}, or other numbers in them.",
                nameof(state));
        }

        Best = best.Item<double>();
        long[] numbers = counts.ToArray<long>();
        (_epochs, _bad, _cooling) = (numbers[0], numbers[1], numbers[2]);
    }

    private static void CheckRange(bool isIn, double value, string name, string range)
    {
        if (!isIn)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }

    private bool IsBetter(double figure) => (HigherIsBetter, ThresholdMode) switch
    {
        (false, ThresholdMode.Relative) => figure < Best * (1 - Threshold),
        (false, _) => figure < Best - Threshold,
        (true, ThresholdMode.Relative) => figure > Best * (1 + Threshold),
        (true, _) => figure > Best + Threshold,
    };

    private bool Reduce()
    {
        bool isReduced = false;
        foreach ((int g, ParameterGroup group) in _optimizer.ParameterGroups.Index())
        {
            double old = group.Options.LearningRate, next = Math.Max(old * Factor, _least[IsForAll ? 0 : g]);
            if (old - next > Eps)
            {
                group.Options.LearningRate = next;
                isReduced = true;
            }
        }

        return isReduced;
    }
}
