namespace DeepLearning.Layers;

/// <summary>y = a · gelu(b) of the halves a and b along an axis. See <see cref="Tensor.GeGlu"/>.</summary>
/// <param name="axis">The axis to halve; negative counts from the end.</param>
/// <param name="approximate">True for the tanh form of GELU.</param>
/// <param name="gateFirst">True where the first half is b, as in models that compute gate and value in one product.</param>
public sealed class GEGLU(int axis = -1, bool approximate = false, bool gateFirst = false) : Layer
{
    /// <inheritdoc/>
    protected internal override string Details => $"axis {axis}{(approximate ? ", tanh" : "")}{(gateFirst ? ", gate first" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.GeGlu(axis, approximate, gateFirst);
}
