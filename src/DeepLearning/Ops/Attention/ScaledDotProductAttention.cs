namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Attention: softmax(scale · q kᵀ + mask) v over the last two axes (Vaswani et al. 2017, "Attention is all you need"). On the
    /// processor the weights are computed block by block and never kept, so that its memory grows with the lengths, not with their product
    /// (Dao et al. 2022, "FlashAttention"). As PyTorch's <c>F.scaled_dot_product_attention</c>.
    /// </summary>
    /// <param name="query">The queries, [.., L, E]. The axes before the last two are batch and heads, and broadcast.</param>
    /// <param name="key">The keys, [.., S, E].</param>
    /// <param name="value">The values, [.., S, Ev].</param>
    /// <param name="attnMask">
    /// Truth values, true where a key takes part; or numbers that are added to the products. Broadcasts to [.., L, S]. A query that sees no
    /// key at all gives 0.
    /// </param>
    /// <param name="dropoutP">
    /// The probability that a weight is dropped; the others are scaled by 1 / (1 − p). Holds in evaluation, too.
    /// </param>
    /// <param name="isCausal">Whether query i sees the keys 0 … i only.</param>
    /// <param name="scale">The factor; 1/√E when null.</param>
    /// <param name="enableGqa">
    /// Whether key and value may have fewer heads (axis −3) than query, each for a group of neighboring heads of the query (Ainslie et al.
    /// 2023, "GQA").
    /// </param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The weighted sums of the values, [.., L, Ev].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">
    /// The operands are not of one floating-point type, or the mask is not bool, float32 or of that.
    /// </exception>
    /// <exception cref="ArgumentException">There is a mask beside <paramref name="isCausal"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1, or the factor not finite.</exception>
    public static Tensor ScaledDotProductAttention(
        Tensor query, Tensor key, Tensor value, Tensor? attnMask = null, double dropoutP = 0, bool isCausal = false, double? scale = null,
        bool enableGqa = false, Generator? generator = null)
    {
        using Autocast.Operation cast = Autocast.Enter("ScaledDotProductAttention");
        (query, key, value) = (cast.Of(query), cast.Of(key), cast.Of(value));
        AttentionChecks.Check(query, key, value, attnMask, dropoutP, isCausal, enableGqa);
        OptionChecks.Finite(scale, nameof(ScaledDotProductAttention));
        if (enableGqa)
        {
            return GroupedAttention.Run(query, key, value, attnMask, dropoutP, isCausal, scale, generator);
        }

        int[] batch = AttentionChecks.Batch(query, key, value, attnMask);
        int queries = query.Size(-2), keys = key.Size(-2), width = query.Size(-1);
        GeneratorState random = dropoutP > 0
            ? (generator ?? Generator.Default).Reserve(Philox.Blocks32(Shape.CountOf([.. batch, queries, keys])))
            : default;
        AttentionOptions options = new(isCausal, scale ?? (width > 0 ? 1 / Math.Sqrt(width) : 1), dropoutP, random);
        return Fused.Run(new AttentionOp(batch, options), [query, key, value, attnMask]);
    }
}

/// <summary>Attention; inputs: query, key, value, mask. A device's kernel keeps its result and two figures of each query.</summary>
file readonly record struct AttentionOp(int[] Batch, AttentionOptions Options) : IFusedOp
{
    public string Name => "ScaledDotProductAttention";

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("scale", Options.Scale).Add("is_causal", Options.IsCausal).Add("dropout_p", Options.Dropout);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor query = inputs[0]!;
        DType compute = query.DType.Compute();
        Tensor q = query.To(compute), k = inputs[1]!.To(compute), v = inputs[2]!.To(compute);
        Tensor weights = AttentionWeights.Of(q, k, inputs[3], Options.IsCausal, Options.Scale, emptyAsZero: true);
        if (Options.Dropout > 0)
        {
            // The values may have more axes than the weights; each of the result's matrices drops weights of its own.
            int[] shape = [.. Batch, .. weights.Layout.Lengths.AsSpan(weights.Rank - 2)];
            Generator generator = new(0) { State = Options.Random };
            Tensor kept = Tensor.Empty(shape, DType.Bool, q.Device).BernoulliInPlace(1 - Options.Dropout, generator);
            weights = weights.Map(kept, new DropoutOp(Options.KeptScale));
        }

        Tensor y = weights.MatMul(v);
        int[] lengths = [.. Batch, .. y.Layout.Lengths.AsSpan(y.Rank - 2)];
        return (y.Layout.Lengths.AsSpan().SequenceEqual(lengths) ? y : y.Expand(lengths)).To(query.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor query = inputs[0]!;
        (Tensor q, Tensor k, Tensor v, Tensor? mask) = Operands(query, inputs[1]!, inputs[2]!, inputs[3]);
        int queries = q.Size(-2);
        int[] lengths = [.. Batch, queries, v.Size(-1)];
        long heads = Shape.CountOf(Batch);
        if (Shape.CountOf(lengths) == 0 || k.Count == 0 || heads > int.MaxValue)
        {
            return null;
        }

        Tensor y = LikeRows(q, lengths), figures = Tensor.Allocate([2, (int)heads, queries], y.DType, y.Device);
        if (!y.Backend.TryAttention(q, k, v, mask, Options, y, figures))
        {
            return null;
        }

        (kept.First, kept.Second) = (y, figures);
        return y.To(query.DType);
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        if (node.Wants(3))
        {
            // The gradient of a mask is that of the products themselves, all of them.
            return false;
        }

        (Tensor q, Tensor k, Tensor v, Tensor? mask) = Operands(node.Input(0), node.Input(1), node.Input(2), node.InputOrNull(3));
        Tensor y = node.Kept(0), dy = Rows(gradient.To(y.DType));
        Tensor? dq = node.Wants(0) ? LikeRows(q, [.. Batch, .. q.Layout.Lengths.AsSpan(q.Rank - 2)]) : null;
        Tensor? dk = node.Wants(1) ? LikeRows(k, [.. Batch, .. k.Layout.Lengths.AsSpan(k.Rank - 2)]) : null;
        Tensor? dv = node.Wants(2) ? LikeRows(v, [.. Batch, .. v.Layout.Lengths.AsSpan(v.Rank - 2)]) : null;
        if (!y.Backend.TryAttentionBackward(q, k, v, mask, Options, y, node.Kept(1), dy, dq, dk, dv))
        {
            return false;
        }

        (gradients[0], gradients[1], gradients[2]) = (dq, dk, dv);
        return true;
    }

    /// <summary>The operands as a kernel wants them: of the type that is computed in, the mask at the full shape of the weights.</summary>
    private (Tensor Q, Tensor K, Tensor V, Tensor? Mask) Operands(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        DType compute = query.DType.Compute();
        Tensor q = Rows(query.Detach().To(compute)), k = key.Detach().To(compute), v = value.Detach().To(compute);
        if (mask is null)
        {
            return (q, k, v, null);
        }

        Tensor given = mask.DType == DType.Bool ? mask.Detach() : mask.Detach().To(compute);
        int[] full = [.. Batch, q.Size(-2), k.Size(-2)];
        return (q, k, v, given.ViewAs(given.Layout.BroadcastTo(full)));
    }

    /// <summary>The tensor, or a copy of it, whose last axis runs along memory.</summary>
    private static Tensor Rows(Tensor x) => x.Layout.Strides[^1] == 1 ? x : x.Contiguous();

    /// <summary>
    /// A tensor whose axes lie in memory in the order of another's, the last one innermost: where heads are a view of a projection, so are
    /// those of the result and of the gradients.
    /// </summary>
    private static Tensor LikeRows(Tensor like, ReadOnlySpan<int> lengths)
    {
        int rank = lengths.Length;
        if (like.IsContiguous || !like.Layout.Lengths.AsSpan(0, like.Rank - 1).SequenceEqual(lengths[..^1]) || like.Layout.HasRepeats)
        {
            return Tensor.Allocate(lengths, like.DType, like.Device);
        }

        long[] order = [.. like.Layout.Strides.AsSpan(0, rank - 1)], strides = new long[rank];
        int[] axes = [.. Enumerable.Range(0, rank - 1)];
        Array.Sort(order, axes);
        strides[rank - 1] = 1;
        long stride = lengths[^1];
        foreach (int axis in axes)
        {
            strides[axis] = stride;
            stride *= lengths[axis];
        }

        return Tensor.EmptyStrided(new Layout(lengths.ToArray(), strides, 0), like.DType, like.Device);
    }
}

internal abstract partial class Backend
{
    /// <summary>
    /// y = dropout(softmax(scale · q kᵀ + mask)) v over the last two axes, a row without a visible key giving 0. The axes before broadcast
    /// to y's. All of one computed type but a mask of truth values, whose true ones are visible; q's and y's last axes have stride 1.
    /// figures [2, batch, queries] receives of each row what its exponents are shifted by, and the reciprocal of their sum.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAttention(Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures) =>
        false;

    /// <summary>
    /// The gradients of q, k and v of <see cref="TryAttention"/>, each with y's axes before its own last two, where not null. The last axes
    /// of q, y and dy and those of the results have stride 1.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryAttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures, Tensor dy, Tensor? dq,
        Tensor? dk, Tensor? dv) => false;
}

/// <summary>What an attention is told besides its tensors.</summary>
/// <param name="IsCausal">Whether a query sees only the keys up to its own position.</param>
/// <param name="Scale">The factor of the products of queries and keys.</param>
/// <param name="Dropout">The probability that a weight is dropped, 0 for none.</param>
/// <param name="Random">The range of random numbers of the dropped weights, counted over [.., queries, keys].</param>
internal readonly record struct AttentionOptions(bool IsCausal, double Scale, double Dropout, GeneratorState Random)
{
    /// <summary>What is left after dropping is scaled by so much.</summary>
    public double KeptScale => Dropout < 1 ? 1 / (1 - Dropout) : 0;
}
