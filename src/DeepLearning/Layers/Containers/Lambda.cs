namespace DeepLearning.Layers;

/// <summary>A function as a layer, for a <see cref="Sequential"/>: <c>new Lambda(x =&gt; x.Reshape(-1, 784))</c>.</summary>
/// <param name="function">The function; it owns no parameters.</param>
public sealed class Lambda(Func<Tensor, Tensor> function) : Layer
{
    private readonly Func<Tensor, Tensor> _function = function ?? throw new ArgumentNullException(nameof(function));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => _function(input);
}
