namespace DeepLearning.Layers;

/// <summary>
/// A layer of a transformer's decoder (Vaswani et al. 2017): self-attention, attention to the encoder's output (the memory) and a
/// feed-forward part, each added to its input; normalized behind each part, or before it. As PyTorch's <c>nn.TransformerDecoderLayer</c>.
/// </summary>
public sealed class TransformerDecoderLayer : Module<Tensor, Tensor, Tensor>
{
    private TransformerOptions _options;

    /// <summary>Makes the layer.</summary>
    /// <param name="dModel">The width of the inputs and the output.</param>
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
    public TransformerDecoderLayer(
        int dModel, int nhead, int dimFeedforward = 2048, double dropout = 0.1, Func<Tensor, Tensor>? activation = null,
        double layerNormEps = 1e-5, bool batchFirst = false, bool normFirst = false, bool bias = true, DType dtype = DType.Float32,
        Generator? generator = null)
        : this(new TransformerOptions(
            dModel, nhead, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype, generator)
            .CheckedFor(nameof(TransformerDecoderLayer)))
    {
    }

    internal TransformerDecoderLayer(TransformerOptions options)
    {
        _options = options;
        (SelfAttn, MultiheadAttn) = (options.NewAttention(), options.NewAttention());
        Linear1 = options.NewLinear(options.DModel, options.DimFeedforward);
        Dropout = options.NewDropout();
        Linear2 = options.NewLinear(options.DimFeedforward, options.DModel);
        (Norm1, Norm2, Norm3) = (options.NewNorm(), options.NewNorm(), options.NewNorm());
        (Dropout1, Dropout2, Dropout3) = (options.NewDropout(), options.NewDropout(), options.NewDropout());
        Activation = options.ActivationModule;
    }

    /// <summary>The attention to the own positions.</summary>
    public MultiheadAttention SelfAttn { get; }

    /// <summary>The attention to the memory.</summary>
    public MultiheadAttention MultiheadAttn { get; }

    /// <summary>The first linear map of the feed-forward part.</summary>
    public Linear Linear1 { get; }

    /// <summary>The dropout inside the feed-forward part.</summary>
    public Dropout Dropout { get; }

    /// <summary>The second linear map of the feed-forward part.</summary>
    public Linear Linear2 { get; }

    /// <summary>The normalization of the self-attention.</summary>
    public LayerNorm Norm1 { get; }

    /// <summary>The normalization of the attention to the memory.</summary>
    public LayerNorm Norm2 { get; }

    /// <summary>The normalization of the feed-forward part.</summary>
    public LayerNorm Norm3 { get; }

    /// <summary>The dropout of what the self-attention gives.</summary>
    public Dropout Dropout1 { get; }

    /// <summary>The dropout of what the attention to the memory gives.</summary>
    public Dropout Dropout2 { get; }

    /// <summary>The dropout of what the feed-forward part gives.</summary>
    public Dropout Dropout3 { get; }

    /// <summary>The module whose function is the activation; null where it is none of a module.</summary>
    public Module? Activation { get; }

    /// <summary>The width of the inputs and the output.</summary>
    public int DModel => _options.DModel;

    /// <inheritdoc/>
    protected internal override string Details => _options.Details;

    internal TransformerOptions Options => _options;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, tgtMask: null);

    /// <summary>Computes the output.</summary>
    /// <param name="tgt">[T, N, E], [N, T, E] with the batch first, or [T, E].</param>
    /// <param name="memory">The encoder's output, [S, N, E], [N, S, E] or [S, E].</param>
    /// <param name="tgtMask">[T, T] or [N · heads, T, T]: true where a position is hidden, or numbers to add.</param>
    /// <param name="memoryMask">[T, S] or [N · heads, T, S], for the memory.</param>
    /// <param name="tgtKeyPaddingMask">[N, T] or [T]: true where a position is hidden from all, or numbers to add.</param>
    /// <param name="memoryKeyPaddingMask">[N, S] or [S], for the memory.</param>
    /// <param name="tgtIsCausal">That <paramref name="tgtMask"/> hides what comes later and nothing else.</param>
    /// <param name="memoryIsCausal">The same of <paramref name="memoryMask"/>.</param>
    /// <returns>The output, of the shape of <paramref name="tgt"/>.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">An input is not of the parameters' type.</exception>
    public Tensor Forward(
        Tensor tgt, Tensor memory, Tensor? tgtMask = null, Tensor? memoryMask = null, Tensor? tgtKeyPaddingMask = null,
        Tensor? memoryKeyPaddingMask = null, bool tgtIsCausal = false, bool memoryIsCausal = false) => Hooks is null
        ? Compute(tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, memoryIsCausal)
        : Hooked(
            Hooks, [tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask], tgtIsCausal, memoryIsCausal);

    private protected override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private Tensor Hooked(ModuleHooks hooks, Tensor?[] inputs, bool tgtIsCausal, bool memoryIsCausal) =>
        hooks.Run(this, inputs, x => Compute(x[0]!, x[1]!, x[2], x[3], x[4], x[5], tgtIsCausal, memoryIsCausal));

    private Tensor Compute(
        Tensor tgt, Tensor memory, Tensor? tgtMask, Tensor? memoryMask, Tensor? tgtKeyPaddingMask, Tensor? memoryKeyPaddingMask,
        bool tgtIsCausal, bool memoryIsCausal)
    {
        TransformerOptions.CheckInput(this, tgt, "tgt", DModel);
        TransformerOptions.CheckInput(this, memory, "memory", DModel);
        TransformerOptions.CheckBatch(this, tgt, "tgt", memory, "memory", _options.BatchFirst);
        using LayerCall call = new(this);
        if (_options.NormFirst)
        {
            Tensor x = tgt + Self(Norm1.Forward(tgt), tgtMask, tgtKeyPaddingMask, tgtIsCausal);
            x += Remember(Norm2.Forward(x), memory, memoryMask, memoryKeyPaddingMask, memoryIsCausal);
            return call.Gives(x + FeedForward(Norm3.Forward(x)));
        }

        Tensor y = Norm1.Forward(tgt + Self(tgt, tgtMask, tgtKeyPaddingMask, tgtIsCausal));
        y = Norm2.Forward(y + Remember(y, memory, memoryMask, memoryKeyPaddingMask, memoryIsCausal));
        return call.Gives(Norm3.Forward(y + FeedForward(y)));
    }

    /// <summary>A layer of its own with the same options and values.</summary>
    /// <exception cref="ArgumentException">The activation has parameters, which all layers would share.</exception>
    internal TransformerDecoderLayer Copy() => _options.Copy(this);

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _options = _options.For(copy);
    }

    private Tensor Self(Tensor x, Tensor? mask, Tensor? padding, bool isCausal) => Dropout1.Forward(
        SelfAttn.Forward(x, x, x, padding, needWeights: false, mask, isCausal: isCausal).Output);

    private Tensor Remember(Tensor x, Tensor memory, Tensor? mask, Tensor? padding, bool isCausal) => Dropout2.Forward(
        MultiheadAttn.Forward(x, memory, memory, padding, needWeights: false, mask, isCausal: isCausal).Output);

    private Tensor FeedForward(Tensor x) =>
        Dropout3.Forward(Linear2.Forward(Dropout.Forward(_options.Activate(Linear1.Forward(x)))));
}
