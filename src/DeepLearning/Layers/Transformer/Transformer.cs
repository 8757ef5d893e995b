using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// Encoder and decoder (Vaswani et al. 2017, "Attention is all you need"), without embeddings and output layer. All weights start
/// Xavier-uniform. As PyTorch's <c>nn.Transformer</c>.
/// </summary>
public sealed class Transformer : Module<Tensor, Tensor, Tensor>
{
    private readonly bool _batchFirst;

    /// <summary>Makes the model.</summary>
    /// <param name="dModel">The width of the inputs and the output.</param>
    /// <param name="nhead">The number of heads; it divides the width.</param>
    /// <param name="numEncoderLayers">The number of layers of the encoder.</param>
    /// <param name="numDecoderLayers">The number of layers of the decoder.</param>
    /// <param name="dimFeedforward">The width inside the feed-forward parts.</param>
    /// <param name="dropout">The probability of dropout, of attention weights too.</param>
    /// <param name="activation">The function of the feed-forward parts, without parameters; ReLU when null.</param>
    /// <param name="customEncoder">An encoder instead of the one that is made.</param>
    /// <param name="customDecoder">A decoder instead of the one that is made.</param>
    /// <param name="layerNormEps">Added to the variances of the normalizations.</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <param name="normFirst">Whether is normalized before each part instead of behind it.</param>
    /// <param name="bias">Whether linear maps and normalizations have biases.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    public Transformer(
        int dModel = 512, int nhead = 8, int numEncoderLayers = 6, int numDecoderLayers = 6, int dimFeedforward = 2048,
        double dropout = 0.1, Func<Tensor, Tensor>? activation = null, TransformerEncoder? customEncoder = null,
        TransformerDecoder? customDecoder = null, double layerNormEps = 1e-5, bool batchFirst = false, bool normFirst = false,
        bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
    {
        OptionChecks.AtLeast(numEncoderLayers, 0, nameof(Transformer));
        OptionChecks.AtLeast(numDecoderLayers, 0, nameof(Transformer));
        TransformerOptions options = new TransformerOptions(
            dModel, nhead, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype, generator)
            .CheckedFor(nameof(Transformer));
        if (customEncoder is null || customDecoder is null)
        {
            options.CheckCanRepeat("Transformer");
        }

        Encoder = customEncoder ?? new TransformerEncoder(() => new TransformerEncoderLayer(options), numEncoderLayers, options.NewNorm());
        Decoder = customDecoder ?? new TransformerDecoder(() => new TransformerDecoderLayer(options), numDecoderLayers, options.NewNorm());
        (DModel, NHead, _batchFirst) = (dModel, nhead, batchFirst);
        foreach (Parameter parameter in Parameters())
        {
            if (parameter.Rank > 1)
            {
                Initialize.XavierUniform(parameter, generator: generator);
            }
        }
    }

    /// <summary>The encoder.</summary>
    public TransformerEncoder Encoder { get; }

    /// <summary>The decoder.</summary>
    public TransformerDecoder Decoder { get; }

    /// <summary>The width of the inputs and the output.</summary>
    public int DModel { get; }

    /// <summary>The number of heads.</summary>
    public int NHead { get; }

    /// <summary>The mask that hides what comes later: [size, size], −∞ above the diagonal, 0 elsewhere.</summary>
    /// <param name="size">The number of positions.</param>
    /// <param name="dtype">The type: a floating-point type, or bool for true above the diagonal.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    /// <exception cref="DTypeException">The type is an integer type.</exception>
    public static Tensor GenerateSquareSubsequentMask(int size, DType dtype = DType.Float32, Device? device = null)
    {
        OptionChecks.AtLeast(size, 0, nameof(Transformer));
        if (dtype.IsInteger())
        {
            throw new DTypeException($"GenerateSquareSubsequentMask: {dtype.Name()} holds no −∞; use a floating-point type or bool.");
        }

        return dtype == DType.Bool
            ? Tensor.Ones([size, size], dtype, device).Triu(1)
            : Tensor.Full([size, size], double.NegativeInfinity, dtype, device).Triu(1);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, srcMask: null);

    /// <summary>Computes the decoder's output.</summary>
    /// <param name="src">The encoder's input, [S, N, E], [N, S, E] with the batch first, or [S, E].</param>
    /// <param name="tgt">The decoder's input, [T, N, E], [N, T, E] or [T, E].</param>
    /// <param name="srcMask">[S, S] or [N · heads, S, S]: true where a position is hidden, or numbers to add.</param>
    /// <param name="tgtMask">[T, T] or [N · heads, T, T].</param>
    /// <param name="memoryMask">[T, S] or [N · heads, T, S].</param>
    /// <param name="srcKeyPaddingMask">[N, S] or [S]: true where a position is hidden from all, or numbers to add.</param>
    /// <param name="tgtKeyPaddingMask">[N, T] or [T].</param>
    /// <param name="memoryKeyPaddingMask">[N, S] or [S].</param>
    /// <param name="srcIsCausal">
    /// Whether <paramref name="srcMask"/> hides what comes later and nothing else; when null, it is looked at.
    /// </param>
    /// <param name="tgtIsCausal">The same of <paramref name="tgtMask"/>.</param>
    /// <param name="memoryIsCausal">That <paramref name="memoryMask"/> does.</param>
    /// <returns>The output, of the shape of <paramref name="tgt"/>.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    public Tensor Forward(
        Tensor src, Tensor tgt, Tensor? srcMask = null, Tensor? tgtMask = null, Tensor? memoryMask = null, Tensor? srcKeyPaddingMask = null,
        Tensor? tgtKeyPaddingMask = null, Tensor? memoryKeyPaddingMask = null, bool? srcIsCausal = null, bool? tgtIsCausal = null,
        bool memoryIsCausal = false) => Hooks is null
        ? Compute(
            src, tgt, srcMask, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask, srcIsCausal, tgtIsCausal,
            memoryIsCausal)
        : Hooked(
            Hooks, [src, tgt, srcMask, tgtMask, memoryMask, srcKeyPaddingMask, tgtKeyPaddingMask, memoryKeyPaddingMask], srcIsCausal,
            tgtIsCausal, memoryIsCausal);

    private protected override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private Tensor Hooked(ModuleHooks hooks, Tensor?[] inputs, bool? srcIsCausal, bool? tgtIsCausal, bool memoryIsCausal) => hooks.Run(
        this, inputs, x => Compute(
            x[0]!, x[1]!, x[2], x[3], x[4], x[5], x[6], x[7], srcIsCausal, tgtIsCausal, memoryIsCausal));

    private Tensor Compute(
        Tensor src, Tensor tgt, Tensor? srcMask, Tensor? tgtMask, Tensor? memoryMask, Tensor? srcKeyPaddingMask, Tensor? tgtKeyPaddingMask,
        Tensor? memoryKeyPaddingMask, bool? srcIsCausal, bool? tgtIsCausal, bool memoryIsCausal)
    {
        TransformerOptions.CheckInput(this, src, "src", DModel);
        TransformerOptions.CheckInput(this, tgt, "tgt", DModel);
        TransformerOptions.CheckBatch(this, src, "src", tgt, "tgt", _batchFirst);
        using LayerCall call = new(this);
        Tensor memory = Encoder.Forward(src, srcMask, srcKeyPaddingMask, srcIsCausal);
        return call.Gives(Decoder.Forward(
            tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, memoryIsCausal));
    }
}
