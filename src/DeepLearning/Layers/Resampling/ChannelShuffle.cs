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
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        _groups = groups;
    }

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{_groups} groups");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.ChannelShuffle(_groups);
}
