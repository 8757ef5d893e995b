namespace DeepLearning.Pretrained;

/// <summary>Adapters to be added to a model.</summary>
public sealed record LoraOptions
{
    /// <summary>The rank r of the change: A is [r, in], B [out, r].</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: the change is scaled by α/r.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>The probability that an element of an adapter's input is dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the change is scaled by α/√r (Kalajdzievski 2023, "rsLoRA").</summary>
    public bool UseRsLora { get; init; }

    /// <summary>
    /// The maps to adapt: the ends of their paths, as PEFT's <c>target_modules</c> (<c>q_proj</c>, <c>self_attn.q_proj</c>), or patterns
    /// where there is a * in them (<c>*.layers.0.*</c>).
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>
    /// Other parts that are trained as a whole and saved with the adapter, by the ends of their paths, such as <c>classifier</c>.
    /// </summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>The source of starting values and of dropout; <see cref="DeepLearning.Generator.Default"/> when null.</summary>
    public Generator? Generator { get; init; }

    /// <summary>Rank, α and the maps in short.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"LoraOptions(rank {Rank}, alpha {Alpha}, dropout {Dropout}, {string.Join(", ", TargetModules)})");

    internal double Scale => UseRsLora ? Alpha / Math.Sqrt(Rank) : Alpha / Rank;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Rank);
        if (!(Alpha > 0) || !double.IsFinite(Alpha))
        {
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "LoRA: α must be greater than 0 and finite.");
        }

        if (!(Dropout >= 0 && Dropout < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Dropout), Dropout, "LoRA: the probability is from 0 to below 1.");
        }

        if (TargetModules.Count == 0 || TargetModules.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("LoRA: TargetModules says which maps are adapted, such as q_proj.", nameof(TargetModules));
        }
    }
}
