using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// What the decoder of a <see cref="TranslationTransformer"/> does not compute twice: the keys and values of the source, layer by layer,
/// which its attention to the encoder's output needs at each step, and those of the target's tokens so far.
/// <see cref="TranslationTransformer.NewCache"/> makes one.
/// </summary>
/// <remarks>
/// What is kept has no record: decode under <see cref="GradMode.NoGrad"/>, in evaluation mode. Under <see cref="BatchInvariance"/> what is
/// decoded so has the bits of the full pass.
/// </remarks>
public sealed class TranslationCache
{
    private readonly KeyValueCache _target;
    private readonly (Tensor Keys, Tensor Values)[] _memory;
    private Tensor? _seesSource;
    private Tensor? _seesTarget;

    /// <summary>Projects what the encoder gave.</summary>
    internal TranslationCache(IReadOnlyList<TransformerDecoderLayer> layers, Tensor memory, Tensor? isHidden)
    {
        _target = new KeyValueCache(layers.Count);
        _seesSource = Kept(AttentionMasks.OfTokens(isHidden?.LogicalNot()));
        _memory = [.. layers.Select(layer => Projected(layer.MultiheadAttn, memory))];
        Examples = memory.Size(0);

        static (Tensor Keys, Tensor Values) Projected(MultiheadAttention attention, Tensor memory)
        {
            using LayerCall call = new(attention);
            int width = attention.EmbedDim;
            Tensor both = memory.Linear(
                attention.InProjWeight!.Narrow(0, width, 2 * width), attention.InProjBias?.Narrow(0, width, 2 * width));
            return (Kept(HeadAxes.Split(both.Narrow(-1, 0, width), attention.NumHeads)),
                Kept(HeadAxes.Split(both.Narrow(-1, width, width), attention.NumHeads)));
        }
    }

    /// <summary>The number of the target's tokens that are kept.</summary>
    public int Length => _target.Length;

    /// <summary>The number of examples.</summary>
    public int Examples { get; private set; }

    /// <summary>Puts other examples of the batch in the places of the examples, as a beam search does with what it goes on with.</summary>
    /// <param name="rows">The numbers of the examples that take the places, [batch], of whole numbers.</param>
    public void Reorder(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _target.Reorder(rows);
        for (int layer = 0; layer < _memory.Length; layer++)
        {
            (Tensor keys, Tensor values) = _memory[layer];
            _memory[layer] = (Kept(keys.IndexSelect(0, rows)), Kept(values.IndexSelect(0, rows)));
        }

        _seesSource = Kept(_seesSource?.IndexSelect(0, rows));
        _seesTarget = Kept(_seesTarget?.IndexSelect(0, rows));
        Examples = rows.Size(0);
    }

    /// <summary>The size, as in <c>TranslationCache(6 layers, 2 examples, 40 positions)</c>.</summary>
    public override string ToString() => $"TranslationCache({_memory.Length} layers, {Examples} examples, {Length} positions)";

    /// <summary>The decoder's output for tokens behind those that are kept, which are kept then, too.</summary>
    /// <param name="decoder">The decoder, in evaluation mode.</param>
    /// <param name="x">Their vectors, [batch, tokens, width].</param>
    /// <param name="isHidden">Where a target is filled up, [batch, tokens], or null.</param>
    internal Tensor Decode(TransformerDecoder decoder, Tensor x, Tensor? isHidden)
    {
        int tokens = x.Size(1), keys = Length + tokens;
        if (isHidden is not null)
        {
            Tensor seen = isHidden.LogicalNot();
            _seesTarget = Kept(_seesTarget is null ? seen : Tensor.Cat([_seesTarget, seen], 1));
        }

        Tensor? visible = AttentionMasks.Both(
            tokens == 1 ? null : AttentionMasks.Causal(tokens, keys, x.Device), AttentionMasks.OfTokens(_seesTarget));
        using LayerCall call = new(decoder);
        for (int layer = 0; layer < _memory.Length; layer++)
        {
            x = Layer(decoder.Layers[layer], x, layer, visible);
        }

        return decoder.Norm is null ? x : decoder.Norm.Forward(x);
    }

    private Tensor Layer(TransformerDecoderLayer layer, Tensor x, int at, Tensor? visible)
    {
        using LayerCall call = new(layer);
        if (layer.Options.NormFirst)
        {
            x += Self(layer.SelfAttn, layer.Norm1.Forward(x), _target[at], visible);
            x += Remember(layer.MultiheadAttn, layer.Norm2.Forward(x), _memory[at]);
            return x + FeedForward(layer, layer.Norm3.Forward(x));
        }

        x = layer.Norm1.Forward(x + Self(layer.SelfAttn, x, _target[at], visible));
        x = layer.Norm2.Forward(x + Remember(layer.MultiheadAttn, x, _memory[at]));
        return layer.Norm3.Forward(x + FeedForward(layer, x));
    }

    private static Tensor Self(MultiheadAttention attention, Tensor x, KeyValueLayer kept, Tensor? visible)
    {
        using LayerCall call = new(attention);
        int width = attention.EmbedDim, heads = attention.NumHeads;
        Tensor all = x.Linear(attention.InProjWeight!, attention.InProjBias);
        (Tensor keys, Tensor values) = kept.Append(
            HeadAxes.Split(all.Narrow(-1, width, width), heads), HeadAxes.Split(all.Narrow(-1, 2 * width, width), heads));
        return attention.OutProj.Forward(HeadAxes.Join(Tensor.ScaledDotProductAttention(
            HeadAxes.Split(all.Narrow(-1, 0, width), heads), keys, values, visible)));
    }

    private Tensor Remember(MultiheadAttention attention, Tensor x, (Tensor Keys, Tensor Values) memory)
    {
        using LayerCall call = new(attention);
        int width = attention.EmbedDim;
        Tensor query = x.Linear(attention.InProjWeight!.Narrow(0, 0, width), attention.InProjBias?.Narrow(0, 0, width));
        return attention.OutProj.Forward(HeadAxes.Join(Tensor.ScaledDotProductAttention(
            HeadAxes.Split(query, attention.NumHeads), memory.Keys, memory.Values, _seesSource)));
    }

    private static Tensor FeedForward(TransformerDecoderLayer layer, Tensor x) =>
        layer.Linear2.Forward(layer.Options.Activate(layer.Linear1.Forward(x)));

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(x))]
    private static Tensor? Kept(Tensor? x)
    {
        x?.LeaveScope();
        return x;
    }
}
