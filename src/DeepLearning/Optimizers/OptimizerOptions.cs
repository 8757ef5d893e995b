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

    internal Descent Descent => new(Maximize ? -1 : 1, WeightDecay);

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
