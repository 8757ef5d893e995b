namespace DeepLearning.Training;

/// <summary>The class target that a metric passes over: the one it was given, else the loss's, else PyTorch's −100.</summary>
internal sealed class IgnoredTarget(long? given)
{
    public const long Usual = -100;

    /// <summary>The target.</summary>
    public long Index { get; private set; } = given ?? Usual;

    public override string ToString() => given is { } target
        ? FormattableString.Invariant($"ignoring the target {target}")
        : "ignoring the target that the loss ignores";

    /// <summary>Takes over that of the loss.</summary>
    public void Follow(long? ofLoss) => Index = given ?? ofLoss ?? Usual;
}
