using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>
/// The base of optimizers. A new one is a record of options, a formula and an <see cref="Update"/> that runs it as a single SIMD pass
/// (<see cref="Apply"/>), or that uses in-place tensor operations. One that looks at all parameters together overrides <see cref="Step"/>.
/// </summary>
/// <typeparam name="TOptions">Its options.</typeparam>
public abstract class Optimizer<TOptions> : Optimizer
    where TOptions : OptimizerOptions
{
    private readonly List<ParameterGroup<TOptions>> _typedGroups = [];

    /// <summary>Makes an optimizer of some groups of parameters.</summary>
    /// <param name="groups">The groups, at least one.</param>
    /// <exception cref="ArgumentException">There is no group, a parameter is given twice, or is not a floating-point leaf.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    protected Optimizer(IEnumerable<ParameterGroup<TOptions>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        foreach (ParameterGroup<TOptions> group in groups)
        {
            AddParameterGroup(group);
        }

        if (_typedGroups.Sum(static g => g.Items.Length) == 0)
        {
            throw new ArgumentException($"{GetType().Name}: there are no parameters to train.", nameof(groups));
        }
    }

    /// <summary>Makes the optimizer with a record of options.</summary>
    /// <param name="parameters">What to train, such as <c>model.Parameters()</c>.</param>
    /// <param name="options">The options; the optimizer takes a copy.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the parameters cannot be trained.</exception>
    protected Optimizer(IEnumerable<Tensor> parameters, TOptions options)
        : this([new ParameterGroup<TOptions>(parameters, options)])
    {
    }

    /// <summary>The groups of parameters, each with its own options.</summary>
    public new IReadOnlyList<ParameterGroup<TOptions>> ParameterGroups => _typedGroups;

    /// <summary>Adds a group, for parameters that begin to be trained later.</summary>
    /// <param name="group">The group.</param>
    /// <exception cref="ArgumentException">A parameter is already trained, or is not a floating-point leaf.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void AddParameterGroup(ParameterGroup<TOptions> group)
    {
        ArgumentNullException.ThrowIfNull(group);
        AddGroup(group);
        _typedGroups.Add(group);
    }

    /// <inheritdoc/>
    public override void Step()
    {
        using GradMode.Region region = GradMode.NoGrad();
        using Autocast.Region precision = Autocast.Disable();
        using PendingUpdates? together = UpdatesTogether && _typedGroups[0].Items is [var first, ..] ? PendingUpdates.Begin(first) : null;
        foreach (ParameterGroup<TOptions> group in _typedGroups)
        {
            for (int i = 0; i < group.Items.Length; i++)
            {
                Tensor parameter = group.Items[i];
                ParameterState state = group.States[i];
                if (parameter.GradRows is { } rows && AppliesRows(group.Options))
                {
                    state.Step++;
                    UpdateRows(parameter, rows, state, group.Options);
                }
                else if (parameter.GradInternal is { } gradient)
                {
                    state.Step++;
                    Update(parameter, gradient, state, group.Options);
                }
            }
        }

        together?.Run();
    }

    /// <summary>
    /// Whether an update ends with one <see cref="Apply"/> whose outcome nothing reads before the step is over, so that a device may make
    /// those of all parameters at once.
    /// </summary>
    private protected virtual bool UpdatesTogether => false;

    /// <summary>
    /// Whether only rows that have a gradient need an update: all others would stay as they are, and so would their state, or this
    /// optimizer leaves them alone on purpose. Asked where a layer keeps its gradient by rows (<c>new Embedding(…, sparse: true)</c>).
    /// </summary>
    /// <param name="options">The options of the group.</param>
    /// <returns>False unless the optimizer says otherwise: it then gets gradients with zeros in all other rows.</returns>
    protected virtual bool AppliesRows(TOptions options) => false;

    /// <summary>Changes one parameter in place. Runs without recording.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, not to be changed.</param>
    /// <param name="state">What was remembered of it; <see cref="ParameterState.Step"/> is 1 the first time.</param>
    /// <param name="options">The options of its group.</param>
    protected abstract void Update(Tensor parameter, Tensor gradient, ParameterState state, TOptions options);

    /// <summary>An update of the rows that have a gradient, as if they were all there is.</summary>
    private void UpdateRows(Tensor parameter, RowGradient gradient, ParameterState state, TOptions options)
    {
        (Tensor rows, Tensor values) = gradient.Sums();
        if (UpdatesTogether)
        {
            using RowUpdates ofRowsAlone = new(rows);
            ofRowsAlone.Begin();
            Update(parameter, values, state, options);
            return;
        }

        using UpdateSink.Suspension suspension = UpdateSink.Suspend();
        Tensor part = parameter.Detach().IndexSelect(0, rows);
        ParameterState ofRows = new(state, rows, part);
        Update(part, values, ofRows, options);
        parameter.IndexCopyInPlace(0, rows, part);
        ofRows.WriteBack();
    }

    /// <summary>Runs a formula over a parameter, its gradient and its states, in one pass and in place.</summary>
    /// <typeparam name="TUpdate">The formula.</typeparam>
    /// <param name="update">The formula with its numbers.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="first">The first state, if the formula has one.</param>
    /// <param name="second">The second state.</param>
    /// <param name="third">The third state.</param>
    protected static void Apply<TUpdate>(
        in TUpdate update, Tensor parameter, Tensor gradient, Tensor? first = null, Tensor? second = null, Tensor? third = null)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        if (!UpdateSink.TryGive(in update, new UpdateOperands(parameter, gradient, first, second, third)))
        {
            FusedUpdate.Run(in update, parameter, gradient, first, second, third);
        }

        parameter.Storage.Version++;
    }
}
