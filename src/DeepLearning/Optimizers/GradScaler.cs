namespace DeepLearning.Optimizers;

/// <summary>
/// Scales a loss so that gradients too small for float16 are not lost in the backward pass, and takes the scale out again before the step
/// (Micikevicius et al. 2018, "Mixed precision training", section 3.2). The scale looks for itself: it falls when gradients overflow, whose
/// step is then left out, and grows when none has for a while. As PyTorch's <c>torch.amp.GradScaler</c>.
/// <code>
/// scaler.Scale(loss).Backward();
/// scaler.Unscale(optimizer);          // only where the gradients are looked at or clipped
/// Gradients.ClipNorm(model.Parameters(), 1);
/// scaler.Step(optimizer);
/// scaler.Update();
/// optimizer.ZeroGrad();
/// </code>
/// </summary>
/// <remarks>For float16 alone: bfloat16 has the range of float32. A step reads one truth value from the device.</remarks>
public sealed class GradScaler
{
    private readonly double _growthFactor;
    private readonly double _backoffFactor;
    private readonly int _growthInterval;
    private readonly Dictionary<Optimizer, Stage> _stages = new(ReferenceEqualityComparer.Instance);
    private long _steps;

    /// <summary>A scaler.</summary>
    /// <param name="initialScale">The scale to begin with.</param>
    /// <param name="growthFactor">What the scale is multiplied with when it grows.</param>
    /// <param name="backoffFactor">What the scale is multiplied with when gradients overflowed.</param>
    /// <param name="growthInterval">After how many updates in a row without an overflow the scale grows.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The scale is not above 0 and finite, the growth not above 1, the backoff not between 0 and 1, or the interval below 1.
    /// </exception>
    public GradScaler(double initialScale = 65536, double growthFactor = 2, double backoffFactor = 0.5, int growthInterval = 2000)
    {
        CurrentScale = Checked(initialScale, nameof(initialScale));
        if (!(growthFactor > 1 && double.IsFinite(growthFactor)))
        {
            throw new ArgumentOutOfRangeException(nameof(growthFactor), growthFactor, "GradScaler: the growth is above 1 and finite.");
        }

        if (!(backoffFactor is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(backoffFactor), backoffFactor, "GradScaler: the backoff is between 0 and 1.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(growthInterval, 1);
        (_growthFactor, _backoffFactor, _growthInterval) = (growthFactor, backoffFactor, growthInterval);
    }

    /// <summary>What losses are multiplied with.</summary>
    public double CurrentScale { get; private set; }

    /// <summary>
    /// Whether gradients that were unscaled since the last <see cref="Update"/> hold an infinity or NaN: their step is left out.
    /// </summary>
    public bool FoundNonFinite => _stages.Values.Any(static stage => stage.FoundNonFinite);

    /// <summary>The scale, and the updates in a row without an overflow: what a checkpoint keeps, [2] of float64.</summary>
    internal Tensor State
    {
        get => Tensor.From([CurrentScale, _steps]);
        set
        {
            double[] numbers = value.ToArray<double>();
            (CurrentScale, _steps) = (numbers[0], (long)numbers[1]);
            _stages.Clear();
        }
    }

    /// <summary>A loss times the scale, for its backward pass: in float32 where it is of 16 bits, which might not hold it.</summary>
    /// <param name="loss">The loss.</param>
    public Tensor Scale(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using Autocast.Region precision = Autocast.Disable();
        return loss.To(loss.DType.Compute()) * CurrentScale;
    }

    /// <summary>
    /// Divides the gradients of an optimizer's parameters by the scale, in place, and looks whether all are finite.
    /// <see cref="Step"/> does it itself; call it before gradients are clipped or looked at.
    /// </summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="InvalidOperationException">They have been unscaled since the last <see cref="Update"/>.</exception>
    public void Unscale(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (_stages.TryGetValue(optimizer, out Stage stage))
        {
            throw new InvalidOperationException(
                $"GradScaler: the gradients of this {optimizer.GetType().Name} were {(stage.IsStepped ? "stepped with" : "unscaled")} "
                + "already; call Update() once after the steps of all optimizers.");
        }

        using GradMode.Region region = GradMode.NoGrad();
        using Autocast.Region precision = Autocast.Disable();
        List<Tensor> gradients = [];
        List<RowGradient> tables = [];
        foreach (Tensor parameter in optimizer.ParameterGroups.SelectMany(static group => group.Items))
        {
            if (parameter.GradRows is { } rows)
            {
                tables.Add(rows);
            }
            else if (parameter.GradInternal is { Count: > 0 } gradient)
            {
                gradients.Add(gradient);
            }
        }

        // All are asked before the first is waited for.
        Tensor[] flags =
        [
            .. gradients.Concat(tables.SelectMany(static rows => rows.Parts)).Where(static gradient => gradient.Count > 0)
                .GroupBy(static gradient => gradient.Device).Select(static own => AreFinite([.. own])),
        ];
        gradients.ForEach(gradient => gradient.MultiplyInPlace(1 / CurrentScale));
        tables.ForEach(rows => rows.Scale(1 / CurrentScale));

        _stages[optimizer] = new Stage(!Array.TrueForAll(flags, static flag => flag.Item<bool>()), IsStepped: false);
    }

    /// <summary>
    /// Makes a step with unscaled gradients, unless one is infinite or NaN: then parameters and the optimizer's state stay as they are.
    /// </summary>
    /// <param name="optimizer">The optimizer; one that computes the loss itself cannot be used.</param>
    /// <returns>Whether the step was made.</returns>
    /// <exception cref="InvalidOperationException">
    /// There was a step since the last <see cref="Update"/>, or the optimizer needs the loss at several points.
    /// </exception>
    public bool Step(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (optimizer.NeedsClosure)
        {
            throw new InvalidOperationException(
                $"GradScaler: {optimizer.GetType().Name} computes the loss several times in a step, which does not go with a scaled loss.");
        }

        if (!_stages.TryGetValue(optimizer, out Stage stage) || stage.IsStepped)
        {
            Unscale(optimizer);
            stage = _stages[optimizer];
        }

        _stages[optimizer] = stage with { IsStepped = true };
        if (stage.FoundNonFinite)
        {
            return false;
        }

        optimizer.Step();
        return true;
    }

    /// <summary>
    /// Sets the scale for the next loss: smaller when gradients overflowed, larger when none did for <c>growthInterval</c> updates. Once
    /// after the steps of all optimizers.
    /// </summary>
    /// <exception cref="InvalidOperationException">No gradients were unscaled since the last call.</exception>
    public void Update()
    {
        if (_stages.Count == 0)
        {
            throw new InvalidOperationException("GradScaler: Update() follows a Step(...) or Unscale(...), and there was none.");
        }

        if (FoundNonFinite)
        {
            // 0 would scale nothing back again.
            CurrentScale = CurrentScale * _backoffFactor is > 0 and var smaller ? smaller : CurrentScale;
            _steps = 0;
        }
        else if (++_steps == _growthInterval)
        {
            // Scaled losses are float32.
            CurrentScale = CurrentScale * _growthFactor is var larger && larger <= float.MaxValue ? larger : CurrentScale;
            _steps = 0;
        }

        _stages.Clear();
    }

    /// <summary>The scale and what it was made of, to go on exactly; by PyTorch's names.</summary>
    public OrderedDictionary<string, Tensor> StateDict() => new()
    {
        ["scale"] = Tensor.FromScalar(CurrentScale, DType.Float64),
        ["growth_tracker"] = Tensor.FromScalar(_steps, DType.Int64),
    };

    /// <summary>Takes over a state; growth, backoff and interval stay this scaler's.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="ArgumentException">It lacks a number, or holds one that no scaler has; nothing was changed.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.TryGetValue("scale", out Tensor? scale) && state.TryGetValue("growth_tracker", out Tensor? steps)
            && scale.Count == 1 && steps.Count == 1 && Tensor.From([scale.Item<double>(), steps.Item<double>()]) is var given
            && IsState(given))
        {
            State = given;
            return;
        }

        throw new ArgumentException(
            "GradScaler: a state has a scale above 0 and a growth_tracker of 0 or more, one number each; this one has "
            + $"{string.Join(", ", state.Select(static entry => $"{entry.Key}{entry.Value.Shape}"))}.", nameof(state));
    }

    /// <summary>Whether numbers can be a scaler's state.</summary>
    internal static bool IsState(Tensor state) =>
        state.ToArray<double>() is [> 0 and <= float.MaxValue, >= 0 and < int.MaxValue and var steps] && Math.Truncate(steps) == steps;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"GradScaler: scale {CurrentScale}");

    private static Tensor AreFinite(Tensor[] gradients) =>
        Tensor.Stack([.. gradients.Select(static gradient => gradient.Norm(double.PositiveInfinity).IsFinite())]).All();

    private static double Checked(double scale, string name) => scale is > 0 and <= float.MaxValue
        ? scale
        : throw new ArgumentOutOfRangeException(name, scale, "GradScaler: the scale is above 0 and finite as float32.");

    private readonly record struct Stage(bool FoundNonFinite, bool IsStepped);
}
