using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>y = x · σ(β x) with a learned β. See <see cref="Tensor.Swish(Tensor)"/>.</summary>
public sealed class Swish : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="beta">Where β starts.</param>
    /// <param name="trainable">False keeps β as it is.</param>
    /// <param name="dtype">The type of β.</param>
    public Swish(double beta = 1.0, bool trainable = true, DType dtype = DType.Float32)
    {
        OptionChecks.Floating(dtype, nameof(Swish));
        Beta = Initialize.NewConstant([1], OptionChecks.Finite(beta, nameof(Swish)), dtype);
        Beta.RequiresGrad = trainable;
    }

    /// <summary>β, [1].</summary>
    public Parameter Beta { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => Beta.RequiresGrad ? "" : "fixed";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Rank == 0 ? input.Swish(Beta.Reshape([])) : input.Swish(Beta);
}
