namespace DeepLearning.Layers;

/// <summary>
/// Channels dealt out anew, the first of each group first, [N, C, …] → [N, C, …]: see <see cref="Tensor.ChannelShuffle"/>.
/// </summary>
public sealed class ChannelShuffle : Layer
{
    private readonly int _groups;

    /// <summary>Makes the layer.</summary>
    /// <param name="groups">The number of groups of neighboring channels.</param>
    public ChannelShuffle(int groups)
    {
        OptionChecks.AtLeast(groups, 1, nameof(ChannelShuffle));
        _groups = groups;
    }

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{_groups} groups");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.ChannelShuffle(_groups);
}
