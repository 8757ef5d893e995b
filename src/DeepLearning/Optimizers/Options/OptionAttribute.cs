namespace DeepLearning.Optimizers;

/// <summary>
/// Says what an option of an <see cref="OptimizerOptions"/> may be: <c>[Option(AtLeast = 0, Below = 1)]</c>. Every public property of a
/// number or a truth value is an option, with this attribute or without.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute : Attribute
{
    /// <summary>The least value, itself allowed.</summary>
    public double AtLeast { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value, itself allowed.</summary>
    public double AtMost { get; init; } = double.PositiveInfinity;

    /// <summary>What the value must be less than.</summary>
    public double Below { get; init; } = double.PositiveInfinity;

    /// <summary>The name in checkpoints; the property's name in snake_case where it is not given.</summary>
    public string? Key { get; init; }

    internal bool Allows(double value) =>
        (double.IsNegativeInfinity(AtLeast) || value >= AtLeast) && (double.IsPositiveInfinity(AtMost) || value <= AtMost)
        && (double.IsPositiveInfinity(Below) || value < Below);

    /// <summary>The range in words.</summary>
    public override string ToString() => (double.IsFinite(AtLeast), double.IsFinite(AtMost), double.IsFinite(Below)) switch
    {
        (true, _, true) => FormattableString.Invariant($"at least {AtLeast} and less than {Below}"),
        (true, true, _) => FormattableString.Invariant($"from {AtLeast} to {AtMost}"),
        (true, _, _) => FormattableString.Invariant($"{AtLeast} or more"),
        (_, true, _) => FormattableString.Invariant($"{AtMost} or less"),
        (_, _, true) => FormattableString.Invariant($"less than {Below}"),
        _ => "any number",
    };
}
