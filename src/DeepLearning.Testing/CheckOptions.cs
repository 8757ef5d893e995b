namespace DeepLearning.Testing;

/// <summary>What the checks of layers, losses and optimizers can be told.</summary>
public abstract record CheckOptions
{
    /// <summary>Aspects that are left out, each with the reason, which may not be empty.</summary>
    public IReadOnlyDictionary<Aspect, string> Except { get; init; } = new Dictionary<Aspect, string>();

    /// <summary>The only aspects to check; all when null.</summary>
    public IReadOnlyCollection<Aspect>? Only { get; init; }

    /// <summary>The seed of the starting values and of what is drawn.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The aspects left out, as in <c>Except: SecondGradients (a step)</c>.</summary>
    public sealed override string ToString() =>
        $"Seed: {Seed}; Except: {string.Join(", ", Except.Select(static e => $"{e.Key} ({e.Value})"))}"
        + (Only is null ? "" : $"; Only: {string.Join(", ", Only)}");

    internal bool Wants(Aspect aspect) => (Only is null || Only.Contains(aspect)) && !Except.ContainsKey(aspect);

    internal void Validate()
    {
        foreach ((Aspect aspect, string reason) in Except)
        {
            if (string.IsNullOrWhiteSpace(reason))
            {
                throw new ArgumentException($"The aspect {aspect} is left out without a reason.");
            }
        }
    }
}
