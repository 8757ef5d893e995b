namespace DeepLearning.Layers;

/// <summary>The cosine of the angle between vectors along an axis: see <see cref="Tensor.CosineSimilarity"/>.</summary>
/// <param name="axis">The axis along which the vectors lie; negative counts from the end.</param>
/// <param name="eps">What lengths are at least taken to be.</param>
public sealed class CosineSimilarity(int axis = 1, double eps = 1e-8) : Module<Tensor, Tensor, Tensor>
{
    private readonly double _eps = OptionChecks.Finite(eps, nameof(CosineSimilarity));

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"axis {axis}, eps={_eps}");

    /// <summary>Compares vectors.</summary>
    /// <param name="first">Some vectors.</param>
    /// <param name="second">Others; both broadcast.</param>
    /// <returns>The common shape without the axis.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast, or the axis is out of range.</exception>
    /// <exception cref="DTypeException">One of them is not of a floating-point type.</exception>
    public override Tensor Forward(Tensor first, Tensor second) =>
        NamedCall.OfTwo(this, first, second, (axis, Eps: _eps), static (_, x, y, call) => x.CosineSimilarity(y, call.axis, call.Eps));

    private protected override bool CallsHooks => true;
}
