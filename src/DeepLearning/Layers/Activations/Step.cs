using System.Globalization;

namespace DeepLearning.Layers;

/// <summary>0 below 0, 1 above: the threshold of the classical perceptron. See <see cref="Tensor.Step"/>.</summary>
/// <param name="atZero">The value at 0.</param>
/// <param name="straightThrough">Whether the gradient passes as if the output were the input; otherwise it is 0.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="atZero"/> is NaN.</exception>
public sealed class Step(double atZero = 1.0, bool straightThrough = false) : Layer
{
    private readonly double _atZero = OptionChecks.NotNaN(atZero, nameof(Step));

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{_atZero.ToString(CultureInfo.InvariantCulture)} at 0{(straightThrough ? ", straight through" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Step(_atZero, straightThrough);
}
