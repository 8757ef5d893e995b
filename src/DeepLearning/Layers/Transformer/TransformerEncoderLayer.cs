namespace DeepLearning.Layers;

/// <summary>
/// A layer of a transformer's encoder (Vaswani et al. 2017): x = norm1(x + attention(x)), x = norm2(x + feedforward(x)); with the norm
/// first x = x + attention(norm1(x)), x = x + feedforward(norm2(x)). The feed-forward part is linear2(activation(linear1(x))). As PyTorch's
/// <c>nn.TransformerEncoderLayer</c>.
/// </summary>
public sealed class TransformerEncoderLayer : Module<Tensor, Tensor>
{
    private TransformerOptions _options;

    /// <summary>Makes the layer.</summary>
    /// <param name="dModel">The width of the input and the output.</param>
    /// <param name="nhead">The number of heads; it divides the width.</param>
    /// <param name="dimFeedforward">The width inside the feed-forward part.</param>
    /// <param name="dropout">The probability of dropout, of attention weights too.</param>
    /// <param name="activation">
    /// The function between the two linear maps; ReLU when null. <c>static x =&gt; x.Gelu()</c>, or the <c>Forward</c> of a module, whose
    /// parameters then are the layer's.
    /// </param>
    /// <param name="layerNormEps">Added to the variances of the normalizations.</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <param name="normFirst">Whether is normalized before each part instead of behind it.</param>
    /// <param name="bias">Whether linear maps and normalizations have biases.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    public TransformerEncoderLayer(
        int dModel, int nhead, int dimFeedforward = 2048, double dropout = 0.1, Func<Tensor, Tensor>? activation = null,
        double layerNormEps = 1e-5, bool batchFirst = false, bool normFirst = false, bool bias = true, DType dtype = DType.Float32,
        Generator? generator = null)
        : this(new TransformerOptions(
            dModel, nhead, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype, generator)
            .CheckedFor(nameof(TransformerEncoderLayer)))
    {
    }

    internal TransformerEncoderLayer(TransformerOptions options)
    {
        _options = options;
        SelfAttn = options.NewAttention();
        Linear1 = options.NewLinear(options.DModel, options.DimFeedforward);
        Dropout = options.NewDropout();
        Linear2 = options.NewLinear(options.DimFeedforward, options.DModel);
        (Norm1, Norm2) = (options.NewNorm(), options.NewNorm());
        (Dropout1, Dropout2) = (options.NewDropout(), options.NewDropout());
        Activation = options.ActivationModule;
    }

    /// <summary>The attention.</summary>
    public MultiheadAttention SelfAttn { get; }

    /// <summary>The first linear map of the feed-forward part.</summary>
    public Linear Linear1 { get; }

    /// <summary>The dropout inside the feed-forward part.</summary>
    public Dropout Dropout { get; }

    /// <summary>The second linear map of the feed-forward part.</summary>
    public Linear Linear2 { get; }

    /// <summary>The normalization of the attention.</summary>
    public LayerNorm Norm1 { get; }

    /// <summary>The normalization of the feed-forward part.</summary>
    public LayerNorm Norm2 { get; }

    /// <summary>The dropout of what the attention gives.</summary>
    public Dropout Dropout1 { get; }

    /// <summary>The dropout of what the feed-forward part gives.</summary>
    public Dropout Dropout2 { get; }

    /// <summary>The module whose function is the activation; null where it is none of a module.</summary>
    public Module? Activation { get; }

    /// <summary>The width of the input and the output.</summary>
    public int DModel => _options.DModel;

    /// <inheritdoc/>
    protected internal override string Details => _options.Details;

    internal TransformerOptions Options => _options;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, srcMask: null);

    /// <summary>Computes the output.</summary>
    /// <param name="src">[S, N, E], [N, S, E] with the batch first, or [S, E].</param>
    /// <param name="srcMask">[S, S] or [N · heads, S, S]: true where a position is hidden, or numbers to add.</param>
    /// <param name="srcKeyPaddingMask">[N, S] or [S]: true where a position is hidden from all, or numbers to add.</param>
    /// <param name="isCausal">That <paramref name="srcMask"/> hides what comes later and nothing else.</param>
    /// <returns>The output, of the input's shape.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The input is not of the parameters' type.</exception>
    public Tensor Forward(Tensor src, Tensor? srcMask = null, Tensor? srcKeyPaddingMask = null, bool isCausal = false) => Hooks is null
        ? Compute(src, srcMask, srcKeyPaddingMask, isCausal)
        : Hooked(Hooks, [src, srcMask, srcKeyPaddingMask], isCausal);

    private protected override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private Tensor Hooked(ModuleHooks hooks, Tensor?[] inputs, bool isCausal) =>
        hooks.Run(this, inputs, x => Compute(x[0]!, x[1], x[2], isCausal));

    private Tensor Compute(Tensor src, Tensor? srcMask, Tensor? srcKeyPaddingMask, bool isCausal)
    {
        TransformerOptions.CheckInput(this, src, "src", DModel);
        using LayerCall call = new(this);
        if (_options.NormFirst)
        {
            Tensor x = src + Attend(Norm1.Forward(src), srcMask, srcKeyPaddingMask, isCausal);
            return call.Gives(x + FeedForward(Norm2.Forward(x)));
        }

        Tensor y = Norm1.Forward(src + Attend(src, srcMask, srcKeyPaddingMask, isCausal));
        return call.Gives(Norm2.Forward(y + FeedForward(y)));
    }

    /// <summary>A layer of its own with the same options and values.</summary>
    /// <exception cref="ArgumentException">The activation has parameters, which all layers would share.</exception>
    internal TransformerEncoderLayer Copy() => _options.Copy(this);

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _options = _options.For(copy);
    }

    private Tensor Attend(Tensor x, Tensor? mask, Tensor? padding, bool isCausal) => Dropout1.Forward(
        SelfAttn.Forward(x, x, x, padding, needWeights: false, mask, isCausal: isCausal).Output);

    private Tensor FeedForward(Tensor x) =>
        Dropout2.Forward(Linear2.Forward(Dropout.Forward(_options.Activate(Linear1.Forward(x)))));
}
