namespace DeepLearning.Layers;

/// <summary>Passes its input on; stands where a layer is left out.</summary>
public sealed class Identity : Layer
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input;
}
