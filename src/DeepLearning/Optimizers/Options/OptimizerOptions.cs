using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Optimizers;

/// <summary>
/// The numbers an optimizer works with; each parameter group has its own, and a schedule may change them between steps. Derive a record
/// whose public properties are the options (<c>double</c>, <c>int</c> or <c>bool</c>): checkpoints hold each of them, and
/// <see cref="OptionAttribute"/> says what it may be.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract record OptimizerOptions
{
    /// <summary>The length of a step.</summary>
    [Option(AtLeast = 0)]
    public double LearningRate { get; set; }

    /// <summary>The strength of weight decay; 0 for none.</summary>
    [Option(AtLeast = 0)]
    public double WeightDecay { get; set; }

    /// <summary>Climbs instead of descending: the gradient's sign is turned round.</summary>
    public bool Maximize { get; set; }

    /// <summary>Which way a step goes.</summary>
    internal virtual Descent Descent => new(Maximize ? -1 : 1, WeightDecay);

    /// <summary>The same with weights that decay themselves.</summary>
    internal Descent DecoupledDescent => new(Maximize ? -1 : 1, 0, 1 - (LearningRate * WeightDecay));

    internal IReadOnlyList<OptionProperty> Properties => OptionProperty.Of(GetType());

    /// <summary>The options by name, as in <c>learning_rate 0.001, beta1 0.9</c>.</summary>
    public sealed override string ToString() =>
        string.Join(", ", Properties.Select(property => property.Show(this)).Where(static text => text.Length > 0));

    /// <summary>Refuses options that make no sense; override it for what <see cref="OptionAttribute"/> cannot say.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    protected internal virtual void Validate()
    {
        foreach (OptionProperty property in Properties)
        {
            property.Check(this);
        }
    }

    /// <summary>Refuses a weight decay, for an optimizer that has none.</summary>
    private protected void RefuseWeightDecay()
    {
        if (WeightDecay != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(WeightDecay), WeightDecay, $"{GetType().Name}: this optimizer has no weight decay; leave it 0.");
        }
    }

    /// <summary>Whether there is a momentum, which a schedule may set: an option with the key momentum or beta1.</summary>
    internal bool HasMomentum => MomentumProperty is not null;

    /// <summary>Throws where the momentum is none that these options may have.</summary>
    internal void CheckMomentum(double momentum)
    {
        OptimizerOptions given = this with { };
        MomentumProperty!.Set(given, momentum);
        MomentumProperty!.Check(given);
    }

    /// <summary>Sets the momentum: the option with the key momentum, or else beta1.</summary>
    internal void SetMomentum(double momentum) => MomentumProperty!.Set(this, momentum);

    private OptionProperty? MomentumProperty =>
        Properties.FirstOrDefault(static p => p.Key == "momentum") ?? Properties.FirstOrDefault(static p => p.Key == "beta1");

    internal void Save(IDictionary<string, Tensor> state, string prefix)
    {
        foreach (OptionProperty property in Properties)
        {
            state[prefix + property.Key] = Tensor.FromScalar(property.Get(this), DType.Float64);
        }
    }

    internal void Load(IReadOnlyDictionary<string, Tensor> state, string prefix)
    {
        foreach (OptionProperty property in Properties)
        {
            property.Set(this, state[prefix + property.Key].Item<double>());
        }
    }
}
