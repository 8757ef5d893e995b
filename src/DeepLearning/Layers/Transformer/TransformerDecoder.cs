namespace DeepLearning.Layers;

/// <summary>
/// Layers of a transformer's decoder one after the other, and a normalization. As PyTorch's <c>nn.TransformerDecoder</c>.
/// </summary>
public sealed class TransformerDecoder : Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes a stack of copies of a layer, each with weights of its own that start as the layer's.</summary>
    /// <param name="decoderLayer">The layer; it is copied, not used.</param>
    /// <param name="numLayers">The number of copies.</param>
    /// <param name="norm">What the last layer's output goes through; nothing when null.</param>
    /// <exception cref="ArgumentException">The layer's activation has parameters: give a function that makes layers then.</exception>
    public TransformerDecoder(TransformerDecoderLayer decoderLayer, int numLayers, Module<Tensor, Tensor>? norm = null)
        : this(NotNull(decoderLayer).Copy, numLayers, norm)
    {
    }

    /// <summary>Makes a stack of new layers, which start differently.</summary>
    /// <param name="decoderLayer">Makes a layer.</param>
    /// <param name="numLayers">The number of layers.</param>
    /// <param name="norm">What the last layer's output goes through; nothing when null.</param>
    public TransformerDecoder(Func<TransformerDecoderLayer> decoderLayer, int numLayers, Module<Tensor, Tensor>? norm = null)
    {
        ArgumentNullException.ThrowIfNull(decoderLayer);
        OptionChecks.AtLeast(numLayers, 0, nameof(TransformerDecoder));
        Layers = new ModuleList<TransformerDecoderLayer>(Enumerable.Range(0, numLayers).Select(_ => decoderLayer()));
        Norm = norm;
    }

    /// <summary>The layers, first to last.</summary>
    public ModuleList<TransformerDecoderLayer> Layers { get; }

    /// <summary>What the last layer's output goes through, or null.</summary>
    public Module<Tensor, Tensor>? Norm { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, tgtMask: null);

    /// <summary>Computes the output.</summary>
    /// <param name="tgt">[T, N, E], [N, T, E] with the batch first, or [T, E].</param>
    /// <param name="memory">The encoder's output, [S, N, E], [N, S, E] or [S, E].</param>
    /// <param name="tgtMask">[T, T] or [N · heads, T, T]: true where a position is hidden, or numbers to add.</param>
    /// <param name="memoryMask">[T, S] or [N · heads, T, S], for the memory.</param>
    /// <param name="tgtKeyPaddingMask">[N, T] or [T]: true where a position is hidden from all, or numbers to add.</param>
    /// <param name="memoryKeyPaddingMask">[N, S] or [S], for the memory.</param>
    /// <param name="tgtIsCausal">
    /// Whether <paramref name="tgtMask"/> hides what comes later and nothing else; when null, it is looked at.
    /// </param>
    /// <param name="memoryIsCausal">That <paramref name="memoryMask"/> does.</param>
    /// <returns>The output, of the shape of <paramref name="tgt"/>.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    public Tensor Forward(
        Tensor tgt, Tensor memory, Tensor? tgtMask = null, Tensor? memoryMask = null, Tensor? tgtKeyPaddingMask = null,
        Tensor? memoryKeyPaddingMask = null, bool? tgtIsCausal = null, bool memoryIsCausal = false) => Hooks is null
        ? Compute(tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, memoryIsCausal)
        : Hooked(
            Hooks, [tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask], tgtIsCausal, memoryIsCausal);

    private protected override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private Tensor Hooked(ModuleHooks hooks, Tensor?[] inputs, bool? tgtIsCausal, bool memoryIsCausal) =>
        hooks.Run(this, inputs, x => Compute(x[0]!, x[1]!, x[2], x[3], x[4], x[5], tgtIsCausal, memoryIsCausal));

    private Tensor Compute(
        Tensor tgt, Tensor memory, Tensor? tgtMask, Tensor? memoryMask, Tensor? tgtKeyPaddingMask, Tensor? memoryKeyPaddingMask,
        bool? tgtIsCausal, bool memoryIsCausal)
    {
        ArgumentNullException.ThrowIfNull(tgt);
        ArgumentNullException.ThrowIfNull(memory);
        using LayerCall call = new(this);
        bool causal = Layers.Count > 0 && AttentionMask.IsCausal(tgtMask, tgtKeyPaddingMask, tgtIsCausal, Layers[0].SelfAttn.StepsOf(tgt));
        Tensor x = tgt;
        foreach (TransformerDecoderLayer layer in Layers)
        {
            x = layer.Forward(
                x, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, causal, memoryIsCausal);
        }

        return call.Gives(Norm is null ? x : Norm.Forward(x));
    }

    private static TransformerDecoderLayer NotNull(TransformerDecoderLayer decoderLayer)
    {
        ArgumentNullException.ThrowIfNull(decoderLayer);
        return decoderLayer;
    }
}
