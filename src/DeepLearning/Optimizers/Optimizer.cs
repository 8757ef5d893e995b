using DeepLearning.Layers;

namespace DeepLearning.Optimizers;

/// <summary>Changes parameters along their gradients. Derive from <see cref="Optimizer{TOptions}"/> to add one.</summary>
public abstract class Optimizer
{
    private readonly List<ParameterGroup> _groups = [];

    private protected Optimizer()
    {
    }

    /// <summary>The groups of parameters, each with its own options.</summary>
    public virtual IReadOnlyList<ParameterGroup> ParameterGroups => _groups;

    /// <summary>The learning rate of the first group; setting it sets that of all groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or NaN.</exception>
    public double LearningRate
    {
        get => ParameterGroups[0].Options.LearningRate;
        set
        {
            if (!(value >= 0))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "LearningRate must be 0 or more.");
            }

            foreach (ParameterGroup group in ParameterGroups)
            {
                group.Options.LearningRate = value;
            }
        }
    }

    /// <summary>The names of the state tensors, as checkpoints have them.</summary>
    protected internal abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>
    /// The shape of a state tensor: the parameter's. Override it for a state of another shape, such as <c>[]</c> for a running product.
    /// </summary>
    /// <param name="index">The position of its name in <see cref="StateNames"/>.</param>
    /// <param name="parameter">The parameter's shape.</param>
    protected internal virtual Shape StateShape(int index, Shape parameter) => parameter;

    /// <summary>
    /// The type of a state tensor: that in which the parameter is computed, float32 for a 16-bit one. Override it for a number that needs
    /// another, such as a running product in float64.
    /// </summary>
    /// <param name="index">The position of its name in <see cref="StateNames"/>.</param>
    /// <param name="parameter">The parameter's type.</param>
    protected internal virtual DType StateType(int index, DType parameter) => parameter.Compute();

    /// <summary>
    /// Whether a state is a number that steps read on the host, and so stays there: on a device each would be waited for.
    /// </summary>
    internal virtual bool IsHostState(int index) => false;

    /// <summary>
    /// Whether a step needs the loss at several points, so that only <see cref="Step(Func{Tensor})"/> makes one. A trainer asks.
    /// </summary>
    public virtual bool NeedsClosure => false;

    /// <summary>
    /// Makes the parameters those for evaluation and use, where an optimizer trains others; disposing the result makes them those of
    /// training again. Null where there is nothing to do.
    /// </summary>
    internal virtual IDisposable? EvaluationWeights() => null;

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}: {string.Join(" | ", ParameterGroups)}";

    /// <summary>Changes every parameter that has a gradient, once.</summary>
    public abstract void Step();

    /// <summary>
    /// Computes the loss and its gradients by a function, and makes a step. For most optimizers the same as calling both; one that needs
    /// the loss at several points of a step, such as <see cref="LBFGS"/>, calls the function as often as it needs.
    /// </summary>
    /// <param name="closure">Clears the gradients, computes the loss, calls <see cref="Tensor.Backward"/> and returns the loss.</param>
    /// <returns>The loss before the step.</returns>
    public virtual Tensor Step(Func<Tensor> closure)
    {
        ArgumentNullException.ThrowIfNull(closure);
        Tensor loss;
        using (GradMode.EnableGrad())
        {
            loss = closure();
        }

        Step();
        return loss;
    }

    /// <summary>Clears the gradients of all parameters; call it before or after each step.</summary>
    public void ZeroGrad()
    {
        foreach (ParameterGroup group in ParameterGroups)
        {
            foreach (Tensor parameter in group.Items)
            {
                parameter.ZeroGrad();
            }
        }
    }

    /// <summary>
    /// Everything needed to go on exactly: the options (<c>groups.0.learning_rate</c>) and each parameter's state by its position
    /// (<c>state.3.exp_avg</c>, <c>state.3.step</c>). State tensors share memory with the optimizer; those of float16 and bfloat16
    /// parameters are float32.
    /// </summary>
    public virtual OrderedDictionary<string, Tensor> StateDict()
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        OrderedDictionary<string, Tensor> state = [];
        int position = 0;
        for (int g = 0; g < _groups.Count; g++)
        {
            _groups[g].Options.Save(state, $"groups.{g}.");
            foreach (ParameterState own in _groups[g].States)
            {
                if (own.Step > 0)
                {
                    state[$"state.{position}.step"] = Tensor.FromScalar(own.Step);
                }

                for (int i = 0; i < StateNames.Count; i++)
                {
                    if (own.Has(i))
                    {
                        state[$"state.{position}.{StateNames[i]}"] = own.Get(i).Detach();
                    }
                }

                position++;
            }
        }

        return state;
    }

    /// <summary>
    /// Takes over what <see cref="StateDict"/> of an optimizer with the same parameters gave; copies the tensors, converting them to the
    /// type of the state (float32 for 16-bit parameters, whatever type it was saved in).
    /// </summary>
    /// <param name="state">The dictionary.</param>
    /// <exception cref="StateDictException">
    /// A key is unknown, an option is missing or out of its range, or a shape does not fit; all are listed, and nothing was changed.
    /// </exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        CheckStateDict(state);
        Load(state);
    }

    /// <summary>Throws what <see cref="LoadStateDict"/> would throw.</summary>
    internal virtual void CheckStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        HashSet<string> known = [];
        List<string> wrong = [];
        int position = 0;
        for (int g = 0; g < _groups.Count; g++)
        {
            CheckOptions(_groups[g].Options, $"groups.{g}.", state, known, wrong);
            foreach (Tensor parameter in _groups[g].Items)
            {
                string step = $"state.{position}.step";
                known.Add(step);
                if (state.TryGetValue(step, out Tensor? steps) && steps.Count != 1)
                {
                    wrong.Add($"{step} is {steps.Shape}, not a number");
                }

                for (int i = 0; i < StateNames.Count; i++)
                {
                    string key = $"state.{position}.{StateNames[i]}";
                    known.Add(key);
                    Shape own = StateShape(i, parameter.Shape);
                    if (state.TryGetValue(key, out Tensor? tensor) && tensor.Shape != own)
                    {
                        wrong.Add($"{key} is {tensor.Shape}, the {(own == parameter.Shape ? "parameter" : "state")} {own}");
                    }
                }

                position++;
            }
        }

        wrong.AddRange(state.Keys.Where(key => !known.Contains(key)).Select(static key => $"{key} is not expected"));
        if (wrong.Count > 0)
        {
            throw new StateDictException(
                $"{GetType().Name}.LoadStateDict: the dictionary is of another optimizer or other parameters; nothing was changed: "
                    + $"{string.Join("; ", wrong)}.");
        }
    }

    /// <summary>Looks for the options of a group in a dictionary: all must be there and make sense.</summary>
    private static void CheckOptions(
        OptimizerOptions options, string prefix, IReadOnlyDictionary<string, Tensor> state, HashSet<string> known, List<string> wrong)
    {
        string[] keys = [.. options.Properties.Select(property => prefix + property.Key)];
        known.UnionWith(keys);
        string[] unfit = [.. keys.Where(key => !state.TryGetValue(key, out Tensor? option) || option.Count != 1)];
        wrong.AddRange(unfit.Select(static key => $"{key} is missing or no number"));
        if (unfit.Length > 0)
        {
            return;
        }

        OptimizerOptions given = options with { };
        try
        {
            given.Load(state, prefix);
            given.Validate();
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            wrong.Add($"the options {prefix}* do not fit: {e.Message}");
        }
    }

    /// <summary>Refuses a parameter that this optimizer cannot train; all floating-point leaves are accepted by default.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="ArgumentException">It cannot be trained.</exception>
    private protected virtual void CheckParameter(Tensor parameter)
    {
    }

    /// <summary>Adds a group whose parameters must be leaves and in no other group.</summary>
    private protected void AddGroup(ParameterGroup group)
    {
        group.Options.Validate();
        HashSet<Tensor> given = new(_groups.SelectMany(static other => other.Items), ReferenceEqualityComparer.Instance);
        foreach (Tensor parameter in group.Items)
        {
            if (!parameter.IsLeaf || !parameter.DType.IsFloatingPoint())
            {
                throw new ArgumentException(
                    $"{GetType().Name}: only floating-point leaves can be trained; one of the parameters, "
                        + $"{parameter.DType.Name()}{parameter.Shape}, "
                    + (parameter.IsLeaf ? "is of another type." : "is the result of an operation."));
            }

            CheckParameter(parameter);
            if (!given.Add(parameter))
            {
                throw new ArgumentException(
                    $"{GetType().Name}: a parameter {parameter.Shape} was given twice; each belongs to one group, once.");
            }
        }

        Array.ForEach(group.States, state => state.Owner = this);
        _groups.Add(group);
    }

    internal virtual void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        int position = 0;
        for (int g = 0; g < _groups.Count; g++)
        {
            ParameterGroup group = _groups[g];
            group.Options.Load(state, $"groups.{g}.");
            for (int p = 0; p < group.Items.Length; p++, position++)
            {
                ParameterState own = group.States[p];
                own.Clear();
                own.Step = state.TryGetValue($"state.{position}.step", out Tensor? step) ? step.Item<long>() : 0;
                for (int i = 0; i < StateNames.Count; i++)
                {
                    if (state.TryGetValue($"state.{position}.{StateNames[i]}", out Tensor? tensor))
                    {
                        Tensor parameter = group.Items[p];
                        own.Set(
                            i, Tensor.Empty(tensor.Shape, StateType(i, parameter.DType), own.DeviceOf(i)).CopyFrom(tensor.Detach()));
                    }
                }
            }
        }
    }
}
