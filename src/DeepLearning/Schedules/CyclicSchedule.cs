namespace DeepLearning.Schedules;

/// <summary>How the height of a cycle changes.</summary>
public enum CycleMode
{
    /// <summary>Every cycle is as high as the first.</summary>
    Triangular,

    /// <summary>Each cycle is half as high as the one before.</summary>
    Triangular2,

    /// <summary>The height falls by a factor at each step.</summary>
    ExpRange,
}

/// <summary>
/// Goes up and down between two factors in straight lines: low + (high − low) · x · s with the position x in the cycle and the scale s of
/// its height. PyTorch's <c>CyclicLR</c>, whose rates are the optimizer's rate times these factors: with a rate of 1 the factors are rates.
/// Smith, "Cyclical learning rates for training neural networks", 2017.
/// </summary>
public sealed record CyclicSchedule : Schedule
{
    private readonly Func<double, double>? _scale;
    private readonly bool _scalesByCycle;

    /// <summary>Cycles.</summary>
    /// <param name="low">The factor at the beginning of each cycle.</param>
    /// <param name="high">The factor at the top of the first cycle.</param>
    /// <param name="stepsUp">The steps up.</param>
    /// <param name="stepsDown">The steps down; null for as many.</param>
    /// <param name="mode">How the height of a cycle changes.</param>
    /// <param name="gamma">The factor of the height at each step, for <see cref="CycleMode.ExpRange"/>.</param>
    /// <param name="cycleMomentum">Whether momentum goes the other way, from its greatest value down and up again.</param>
    /// <param name="baseMomentum">The least momentum.</param>
    /// <param name="maxMomentum">The greatest momentum.</param>
    /// <param name="scale">
    /// The scale of the height in place of <paramref name="mode"/>: of the cycle's number, from 1, or of the step where
    /// <paramref name="scaleByStep"/> says so.
    /// </param>
    /// <param name="scaleByStep">Whether <paramref name="scale"/> is a function of the step.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps, or a factor or momentum is out of its range.</exception>
    public CyclicSchedule(
        double low, double high, long stepsUp = 2000, long? stepsDown = null, CycleMode mode = CycleMode.Triangular, double gamma = 1,
        bool cycleMomentum = true, double baseMomentum = 0.8, double maxMomentum = 0.9, Func<double, double>? scale = null,
        bool scaleByStep = false)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "mode is no mode of a cycle.");
        }

        (Low, High) = (NotNegative(low, nameof(low)), NotNegative(high, nameof(high)));
        (StepsUp, StepsDown) = (Positive(stepsUp, nameof(stepsUp)), Positive(stepsDown ?? stepsUp, nameof(stepsDown)));
        (Mode, Gamma, CycleMomentum) = (mode, NotNegative(gamma, nameof(gamma)), cycleMomentum);
        (BaseMomentum, MaxMomentum) = (Share(baseMomentum, nameof(baseMomentum)), Share(maxMomentum, nameof(maxMomentum)));
        (_scale, _scalesByCycle) = (scale, scale is null ? mode != CycleMode.ExpRange : !scaleByStep);
    }

    /// <summary>The factor at the beginning of each cycle.</summary>
    public double Low { get; }

    /// <summary>The factor at the top of the first cycle.</summary>
    public double High { get; }

    /// <summary>The steps up.</summary>
    public long StepsUp { get; }

    /// <summary>The steps down.</summary>
    public long StepsDown { get; }

    /// <summary>How the height of a cycle changes.</summary>
    public CycleMode Mode { get; }

    /// <summary>The factor of the height at each step, for <see cref="CycleMode.ExpRange"/>.</summary>
    public double Gamma { get; }

    /// <summary>Whether momentum goes the other way.</summary>
    public bool CycleMomentum { get; }

    /// <summary>The least momentum.</summary>
    public double BaseMomentum { get; }

    /// <summary>The greatest momentum.</summary>
    public double MaxMomentum { get; }

    /// <inheritdoc/>
    protected override string Description => FormattableString.Invariant(
        $"cycles ({Mode}) between {Low:G4} and {High:G4}, {StepsUp} steps up and {StepsDown} down");

    /// <inheritdoc/>
    public override double Factor(long step) => Low + ((High - Low) * Height(step));

    /// <inheritdoc/>
    public override double? Momentum(long step) =>
        CycleMomentum ? MaxMomentum - ((MaxMomentum - BaseMomentum) * Height(step)) : null;

    private double Height(long step)
    {
        long length = StepsUp + StepsDown, cycle = 1 + (step / length), place = step % length;
        double height = place <= StepsUp ? (double)place / StepsUp : (double)(length - place) / StepsDown;
        return height * Scale(_scalesByCycle ? cycle : step);
    }

    private double Scale(double x) => _scale is not null ? _scale(x) : Mode switch
    {
        CycleMode.Triangular => 1,
        CycleMode.Triangular2 => Math.Pow(0.5, x - 1),
        _ => Math.Pow(Gamma, x),
    };
}
