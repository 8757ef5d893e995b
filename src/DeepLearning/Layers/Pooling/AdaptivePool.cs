namespace DeepLearning.Layers;

/// <summary>What the poolings to a given output size have in common.</summary>
public abstract class AdaptivePool : Layer
{
    private readonly int?[] _sizes;

    private protected AdaptivePool(int?[] sizes)
    {
        Pooling.CheckSizes(sizes, GetType().Name);
        _sizes = sizes;
    }

    /// <summary>The lengths of the output, an axis each; null for the input's.</summary>
    public IReadOnlyList<int?> OutputSize => _sizes;

    /// <inheritdoc/>
    protected internal override string Details => Array.TrueForAll(_sizes, size => size == _sizes[0] && size is not null)
        ? Text(_sizes[0])
        : string.Join(" x ", _sizes.Select(Text));

    /// <summary>The windows that cover an input evenly.</summary>
    private protected Backends.PoolWindows Windows(Tensor input) => Pooling.Adaptive(input, _sizes, GetType().Name);

    private static string Text(int? size) => size is { } given ? FormattableString.Invariant($"{given}") : "same";
}
