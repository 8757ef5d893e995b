namespace DeepLearning.Layers;

/// <summary>
/// Layers of a transformer's encoder one after the other, and a normalization. As PyTorch's <c>nn.TransformerEncoder</c>.
/// </summary>
/// <remarks>
/// PyTorch's options for nested tensors are about a shortcut in evaluation that changes no number but those at padded positions, which it
/// sets to 0; there is none here.
/// </remarks>
public sealed class TransformerEncoder : Module<Tensor, Tensor>
{
    /// <summary>Makes a stack of copies of a layer, each with weights of its own that start as the layer's.</summary>
    /// <param name="encoderLayer">The layer; it is copied, not used.</param>
    /// <param name="numLayers">The number of copies.</param>
    /// <param name="norm">What the last layer's output goes through; nothing when null.</param>
    /// <exception cref="ArgumentException">The layer's activation has parameters: give a function that makes layers then.</exception>
    public TransformerEncoder(TransformerEncoderLayer encoderLayer, int numLayers, Module<Tensor, Tensor>? norm = null)
        : this(NotNull(encoderLayer).Copy, numLayers, norm)
    {
    }

    /// <summary>Makes a stack of new layers, which start differently.</summary>
    /// <param name="encoderLayer">Makes a layer.</param>
    /// <param name="numLayers">The number of layers.</param>
    /// <param name="norm">What the last layer's output goes through; nothing when null.</param>
    public TransformerEncoder(Func<TransformerEncoderLayer> encoderLayer, int numLayers, Module<Tensor, Tensor>? norm = null)
    {
        ArgumentNullException.ThrowIfNull(encoderLayer);
        OptionChecks.AtLeast(numLayers, 0, nameof(TransformerEncoder));
        Layers = new ModuleList<TransformerEncoderLayer>(Enumerable.Range(0, numLayers).Select(_ => encoderLayer()));
        Norm = norm;
    }

    /// <summary>The layers, first to last.</summary>
    public ModuleList<TransformerEncoderLayer> Layers { get; }

    /// <summary>What the last layer's output goes through, or null.</summary>
    public Module<Tensor, Tensor>? Norm { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, mask: null);

    /// <summary>Computes the output.</summary>
    /// <param name="src">[S, N, E], [N, S, E] with the batch first, or [S, E].</param>
    /// <param name="mask">[S, S] or [N · heads, S, S]: true where a position is hidden, or numbers to add.</param>
    /// <param name="srcKeyPaddingMask">[N, S] or [S]: true where a position is hidden from all, or numbers to add.</param>
    /// <param name="isCausal">
    /// Whether <paramref name="mask"/> hides what comes later and nothing else; when null, it is looked at.
    /// </param>
    /// <returns>The output, of the input's shape.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    public Tensor Forward(Tensor src, Tensor? mask = null, Tensor? srcKeyPaddingMask = null, bool? isCausal = null) => Hooks is null
        ? Compute(src, mask, srcKeyPaddingMask, isCausal)
        : Hooked(Hooks, [src, mask, srcKeyPaddingMask], isCausal);

    private protected override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private Tensor Hooked(ModuleHooks hooks, Tensor?[] inputs, bool? isCausal) =>
        hooks.Run(this, inputs, x => Compute(x[0]!, x[1], x[2], isCausal));

    private Tensor Compute(Tensor src, Tensor? mask, Tensor? srcKeyPaddingMask, bool? isCausal)
    {
        ArgumentNullException.ThrowIfNull(src);
        using LayerCall call = new(this);
        bool causal = Layers.Count > 0 && AttentionMask.IsCausal(mask, srcKeyPaddingMask, isCausal, Layers[0].SelfAttn.StepsOf(src));
        Tensor x = src;
        foreach (TransformerEncoderLayer layer in Layers)
        {
            x = layer.Forward(x, mask, srcKeyPaddingMask, causal);
        }

        return call.Gives(Norm is null ? x : Norm.Forward(x));
    }

    private static TransformerEncoderLayer NotNull(TransformerEncoderLayer encoderLayer)
    {
        ArgumentNullException.ThrowIfNull(encoderLayer);
        return encoderLayer;
    }
}
