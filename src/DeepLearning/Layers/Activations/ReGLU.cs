namespace DeepLearning.Layers;

/// <summary>y = a · max(b, 0) of the halves a and b along an axis. See <see cref="Tensor.ReGlu"/>.</summary>
/// <param name="axis">The axis to halve; negative counts from the end.</param>
/// <param name="gateFirst">True where the first half is b, as in models that compute gate and value in one product.</param>
public sealed class ReGLU(int axis = -1, bool gateFirst = false) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"axis {axis}{(gateFirst ? ", gate first" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.ReGlu(axis, gateFirst);
}
