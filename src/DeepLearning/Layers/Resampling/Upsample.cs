namespace DeepLearning.Layers;

/// <summary>Images, sequences or volumes in another size: see <see cref="Tensor.Interpolate"/>.</summary>
public class Upsample : Layer
{
    private readonly PerAxis? _size;
    private readonly ScalePerAxis? _scaleFactor;
    private readonly InterpolationMode _mode;
    private readonly bool _alignCorners;
    private readonly bool _recomputeScaleFactor;

    /// <summary>Makes the layer.</summary>
    /// <param name="size">The new lengths; or give <paramref name="scaleFactor"/>.</param>
    /// <param name="scaleFactor">The new lengths' ratio to the old ones, rounded down.</param>
    /// <param name="mode">How an element is made from its neighbors.</param>
    /// <param name="alignCorners">Whether the centers of the outer elements keep their places; otherwise their edges do.</param>
    /// <param name="recomputeScaleFactor">Whether the distances between outputs follow from the rounded lengths.</param>
    public Upsample(
        PerAxis? size = null, ScalePerAxis? scaleFactor = null, InterpolationMode mode = InterpolationMode.Nearest,
        bool alignCorners = false, bool recomputeScaleFactor = false)
    {
        Interpolation.Check(size, scaleFactor, mode, alignCorners, recomputeScaleFactor, false, GetType().Name);
        _size = size;
        _scaleFactor = scaleFactor;
        _mode = mode;
        _alignCorners = alignCorners;
        _recomputeScaleFactor = recomputeScaleFactor;
    }

    /// <inheritdoc/>
    protected internal override string Details =>
        (_size is { } size ? $"size {size}" : $"factor {_scaleFactor}") + $", {_mode}" + (_alignCorners ? ", aligned corners" : "");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.Interpolate(_size, _scaleFactor, _mode, _alignCorners, _recomputeScaleFactor);
}
