namespace DeepLearning.Layers;

/// <summary>A function as a layer, for a <see cref="Sequential"/>: <c>new Lambda(x =&gt; x.Reshape(-1, 784))</c>.</summary>
/// <param name="function">The function; it owns no parameters.</param>
public sealed class Lambda(Func<Tensor, Tensor> function) : Layer
{
    private readonly Func<Tensor, Tensor> _function = function ?? throw new ArgumentNullException(nameof(function));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => _function(input);
}

/// <summary>A function as a module of any input and output, for a chain: <see cref="SequentialExtensions"/>.</summary>
/// <typeparam name="TIn">The input.</typeparam>
/// <typeparam name="TOut">The output.</typeparam>
/// <param name="function">The function; it owns no parameters.</param>
public sealed class Lambda<TIn, TOut>(Func<TIn, TOut> function) : Module<TIn, TOut>
{
    private readonly Func<TIn, TOut> _function = function ?? throw new ArgumentNullException(nameof(function));

    /// <inheritdoc/>
    public override TOut Forward(TIn input) => _function(input);
}
