namespace DeepLearning.Layers;

/// <summary>The p-norm of the differences of vectors along the last axis: see <see cref="Tensor.PairwiseDistance"/>.</summary>
/// <param name="p">The order of the norm.</param>
/// <param name="eps">Added to every difference.</param>
/// <param name="keepDim">Keep the axis with length 1.</param>
public sealed class PairwiseDistance(double p = 2, double eps = 1e-6, bool keepDim = false) : Module<Tensor, Tensor, Tensor>
{
    private readonly double _p = OptionChecks.NotNaN(p, nameof(PairwiseDistance));
    private readonly double _eps = OptionChecks.Finite(eps, nameof(PairwiseDistance));

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"p={_p}, eps={_eps}") + (keepDim ? ", axis kept" : "");

    /// <summary>Measures distances.</summary>
    /// <param name="first">Some vectors.</param>
    /// <param name="second">Others; both broadcast.</param>
    /// <returns>The common shape without its last axis.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast, or are of no axis.</exception>
    /// <exception cref="DTypeException">One of them is not of a floating-point type.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.OfTwo(
        this, first, second, (P: _p, Eps: _eps, keepDim), static (_, x, y, call) => x.PairwiseDistance(y, call.P, call.Eps, call.keepDim));

    private protected override bool CallsHooks => true;
}
