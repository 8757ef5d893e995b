namespace DeepLearning.Optimizers;

/// <summary>Parameters that an optimizer trains with the same options.</summary>
public abstract class ParameterGroup
{
    private protected ParameterGroup(IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Items = [.. parameters];
        States = new ParameterState[Items.Length];
        for (int i = 0; i < Items.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(Items[i], nameof(parameters));
            States[i] = new ParameterState(Items[i]);
        }
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Tensor> Parameters => Items;

    /// <summary>The options of this group.</summary>
    public OptimizerOptions Options => BaseOptions;

    /// <inheritdoc/>
    public override string ToString() => $"{Items.Length} parameters, {Items.Sum(static item => item.Count)} numbers; {Options}";

    internal Tensor[] Items { get; }

    internal ParameterState[] States { get; }

    private protected abstract OptimizerOptions BaseOptions { get; }
}

/// <summary>Parameters that an optimizer trains with the same options.</summary>
/// <typeparam name="TOptions">The optimizer's options.</typeparam>
public sealed class ParameterGroup<TOptions> : ParameterGroup
    where TOptions : OptimizerOptions
{
    /// <summary>Makes a group.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="options">Their options; the group takes a copy.</param>
    public ParameterGroup(IEnumerable<Tensor> parameters, TOptions options)
        : base(parameters)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = (TOptions)(options with { });
    }

    /// <summary>The options of this group.</summary>
    public new TOptions Options { get; }

    private protected override OptimizerOptions BaseOptions => Options;
}
