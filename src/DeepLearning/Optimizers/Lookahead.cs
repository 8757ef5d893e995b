using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// Lets another optimizer run ahead: after every k steps the slow weights φ, which began as the parameters, come after, φ ← φ + α (p − φ),
/// and the parameters are set back to them, p ← φ. The inner optimizer keeps its state. Zhang et al., "Lookahead optimizer: k steps
/// forward, 1 step back", 2019.
/// </summary>
/// <remarks>
/// It shares the parameter groups of the inner optimizer: options and learning rates are set through either. Its dictionary is that of the
/// inner optimizer, with its own under <c>lookahead.</c>; the slow weights of 16-bit parameters are float32.
/// </remarks>
public sealed class Lookahead : Optimizer
{
    private const string Prefix = "lookahead.", StepKey = "step", SlowKey = "slow.";

    private readonly Dictionary<Tensor, ParameterState> _slow = new(ReferenceEqualityComparer.Instance);
    private long _steps;

    /// <summary>Wraps an optimizer.</summary>
    /// <param name="inner">The optimizer that runs ahead.</param>
    /// <param name="period">The steps k after which the slow weights follow.</param>
    /// <param name="alpha">How far they follow, α, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is less than 1, or α is out of its range.</exception>
    public Lookahead(Optimizer inner, int period = 5, double alpha = 0.5)
    {
        ArgumentNullException.ThrowIfNull(inner);
        OptionChecks.AtLeast(period, 1, nameof(Lookahead));
        if (!(alpha > 0 && alpha <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Lookahead: alpha must be above 0 and at most 1.");
        }

        (Inner, Period, Alpha) = (inner, period, alpha);
    }

    /// <summary>The optimizer that runs ahead.</summary>
    public Optimizer Inner { get; }

    /// <summary>The steps after which the slow weights follow.</summary>
    public int Period { get; }

    /// <summary>How far they follow.</summary>
    public double Alpha { get; }

    /// <summary>The groups of the inner optimizer.</summary>
    public override IReadOnlyList<ParameterGroup> ParameterGroups => Inner.ParameterGroups;

    /// <summary>Whether the inner optimizer does.</summary>
    public override bool NeedsClosure => Inner.NeedsClosure;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<string> StateNames { get; } = ["slow"];

    internal override IDisposable? EvaluationWeights() => Inner.EvaluationWeights();

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Lookahead({Period} steps, {Alpha}) of {Inner}");

    /// <inheritdoc/>
    public override void Step()
    {
        Remember();
        Inner.Step();
        Follow();
    }

    /// <inheritdoc/>
    public override Tensor Step(Func<Tensor> closure)
    {
        Remember();
        Tensor loss = Inner.Step(closure);
        Follow();
        return loss;
    }

    /// <inheritdoc/>
    public override OrderedDictionary<string, Tensor> StateDict()
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        OrderedDictionary<string, Tensor> state = Inner.StateDict();
        state[Prefix + StepKey] = Tensor.FromScalar(_steps);
        foreach ((int position, Tensor parameter) in Parameters().Index())
        {
            if (_slow.TryGetValue(parameter, out ParameterState? own))
            {
                state[FormattableString.Invariant($"{Prefix}{SlowKey}{position}")] = own.Get(0).Detach();
            }
        }

        return state;
    }

    internal override void CheckStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        (Dictionary<string, Tensor> own, Dictionary<string, Tensor> inner) = StateSplit.By(Prefix, state);
        Inner.CheckStateDict(inner);
        List<string> wrong = [];
        if (!own.TryGetValue(StepKey, out Tensor? steps) || steps.Count != 1 || !(steps.Item<double>() >= 0))
        {
            wrong.Add($"{Prefix}{StepKey} is missing or no number of steps");
        }

        Dictionary<string, Tensor> known = Parameters().Index().ToDictionary(
            static p => FormattableString.Invariant($"{SlowKey}{p.Index}"), static p => p.Item);
        foreach ((string key, Tensor tensor) in own.Where(static item => item.Key != StepKey))
        {
            if (!known.TryGetValue(key, out Tensor? parameter))
            {
                wrong.Add($"{Prefix}{key} is not expected");
            }
            else if (tensor.Shape != parameter.Shape)
            {
                wrong.Add($"{Prefix}{key} is {tensor.Shape}, the parameter {parameter.Shape}");
            }
        }

        if (wrong.Count > 0)
        {
            throw new StateDictException(
                "Lookahead.LoadStateDict: the dictionary is of another optimizer or other parameters; nothing was changed: "
                    + $"{string.Join("; ", wrong)}.");
        }
    }

    internal override void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        (Dictionary<string, Tensor> own, Dictionary<string, Tensor> inner) = StateSplit.By(Prefix, state);
        Inner.Load(inner);
        _steps = own[StepKey].Item<long>();
        _slow.Clear();
        foreach ((int position, Tensor parameter) in Parameters().Index())
        {
            if (own.TryGetValue(FormattableString.Invariant($"{SlowKey}{position}"), out Tensor? slow))
            {
                Slow(parameter).CopyFrom(slow.Detach());
            }
        }
    }

    private IEnumerable<Tensor> Parameters() => ParameterGroups.SelectMany(static group => group.Items);

    /// <summary>The slow weights of a parameter; those of one that is new are made, of zeros.</summary>
    private Tensor Slow(Tensor parameter)
    {
        if (!_slow.TryGetValue(parameter, out ParameterState? own))
        {
            _slow[parameter] = own = new ParameterState(parameter) { Owner = this };
        }

        return own.Get(0);
    }

    /// <summary>Takes over the parameters that are new as they are before the first step.</summary>
    private void Remember()
    {
        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor parameter in Parameters())
        {
            if (!_slow.ContainsKey(parameter))
            {
                Slow(parameter).CopyFrom(parameter.Detach());
            }
        }
    }

    private void Follow()
    {
        _steps++;
        if (_steps % Period != 0)
        {
            return;
        }

        using GradMode.Region region = GradMode.NoGrad();
        foreach (Tensor parameter in Parameters())
        {
            FusedUpdate.Run(new FollowStep(Alpha), parameter, parameter.Detach(), Slow(parameter), null, null);
            parameter.Storage.Version++;
        }
    }

    internal readonly record struct FollowStep(double Alpha) : IUpdate<FollowStep>
    {
        public static int States => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step<R>(ref R p, R g, ref R slow, ref R unused1, ref R unused2)
            where R : struct, IReal<R>
        {
            slow = R.MultiplyAdd(p - slow, Alpha, slow);
            p = slow;
        }
    }
}
