using DeepLearning.Initializers;

namespace DeepLearning.Layers;

/// <summary>
/// Attention in several heads (Vaswani et al. 2017, "Attention is all you need"): queries, keys and values are projected, each head attends
/// with its part of the width, and the results, side by side, are projected once more. Starts as PyTorch's <c>nn.MultiheadAttention</c>:
/// Xavier-uniform projections, biases 0.
/// </summary>
/// <remarks>
/// Inputs are [length, batch, width], or [batch, length, width] with <c>batchFirst</c>, or [length, width] of one example. With
/// <c>needWeights: false</c> the weights are never kept (<see cref="Tensor.ScaledDotProductAttention"/>): memory then grows with the
/// length, not with its square. Key and value lengths (S) may differ from the query's (L).
/// </remarks>
public sealed class MultiheadAttention : Module<Tensor, Tensor, Tensor, (Tensor Output, Tensor? Weights)>
{
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="embedDim">The width of the queries and of the output.</param>
    /// <param name="numHeads">The number of heads; it divides the width.</param>
    /// <param name="dropout">The probability that a weight is dropped in training.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="addBiasKv">Whether a learned key and value are appended.</param>
    /// <param name="addZeroAttn">Whether a key and value of zeros are appended.</param>
    /// <param name="kdim">The width of the keys; that of the queries when null.</param>
    /// <param name="vdim">The width of the values; that of the queries when null.</param>
    /// <param name="batchFirst">Whether the batch is the first axis.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A width or the number of heads is not positive, or the probability is not from 0 to 1.
    /// </exception>
    public MultiheadAttention(
        int embedDim, int numHeads, double dropout = 0, bool bias = true, bool addBiasKv = false, bool addZeroAttn = false,
        int? kdim = null, int? vdim = null, bool batchFirst = false, DType dtype = DType.Float32, Generator? generator = null)
    {
        OptionChecks.Floating(dtype, nameof(MultiheadAttention));
        OptionChecks.AtLeast(embedDim, 1, nameof(MultiheadAttention));
        OptionChecks.AtLeast(numHeads, 1, nameof(MultiheadAttention));
        OptionChecks.AtLeast(kdim ?? 1, 1, nameof(MultiheadAttention), nameof(kdim));
        OptionChecks.AtLeast(vdim ?? 1, 1, nameof(MultiheadAttention), nameof(vdim));
        OptionChecks.Probability(dropout, "MultiheadAttention");
        if (embedDim % numHeads != 0)
        {
            throw new ArgumentException(
                $"MultiheadAttention: {numHeads} heads do not divide a width of {embedDim}; embedDim must be a multiple of numHeads.",
                nameof(numHeads));
        }

        (EmbedDim, NumHeads, Dropout, AddZeroAttn, BatchFirst) = (embedDim, numHeads, dropout, addZeroAttn, batchFirst);
        (KDim, VDim, _generator) = (kdim ?? embedDim, vdim ?? embedDim, generator);
        if (KDim == embedDim && VDim == embedDim)
        {
            InProjWeight = Xavier([3 * embedDim, embedDim]);
        }
        else
        {
            QProjWeight = Xavier([embedDim, embedDim]);
            KProjWeight = Xavier([embedDim, KDim]);
            VProjWeight = Xavier([embedDim, VDim]);
        }

        InProjBias = bias ? Initialize.NewConstant([3 * embedDim], 0, dtype) : null;
        OutProj = new Linear(embedDim, embedDim, bias, dtype, generator);
        OutProj.Bias = bias ? Initialize.NewConstant([embedDim], 0, dtype) : null;

        if (addBiasKv)
        {
            BiasK = new Parameter(Initialize.XavierNormal(Tensor.Zeros([1, 1, embedDim], dtype), generator: generator));
            BiasV = new Parameter(Initialize.XavierNormal(Tensor.Zeros([1, 1, embedDim], dtype), generator: generator));
        }

        Parameter Xavier(ReadOnlySpan<int> shape) =>
            Initialize.NewUniform(shape, Math.Sqrt(6.0 / (shape[0] + shape[1])), dtype, generator);
    }

    /// <summary>The width of the queries and of the output.</summary>
    public int EmbedDim { get; }

    /// <summary>The number of heads.</summary>
    public int NumHeads { get; }

    /// <summary>The width of the keys.</summary>
    public int KDim { get; }

    /// <summary>The width of the values.</summary>
    public int VDim { get; }

    /// <summary>The probability that a weight is dropped in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether a key and value of zeros are appended.</summary>
    public bool AddZeroAttn { get; }

    /// <summary>Whether the batch is the first axis.</summary>
    public bool BatchFirst { get; }

    /// <summary>The projections of queries, keys and values, one below the other, [3E, E]; null where their widths differ.</summary>
    public Parameter? InProjWeight { get; set; }

    /// <summary>The projection of the queries, [E, E], or null.</summary>
    public Parameter? QProjWeight { get; set; }

    /// <summary>The projection of the keys, [E, kdim], or null.</summary>
    public Parameter? KProjWeight { get; set; }

    /// <summary>The projection of the values, [E, vdim], or null.</summary>
    public Parameter? VProjWeight { get; set; }

    /// <summary>The biases of the three projections, [3E], or null.</summary>
    public Parameter? InProjBias { get; set; }

    /// <summary>The learned key, [1, 1, E], or null.</summary>
    public Parameter? BiasK { get; set; }

    /// <summary>The learned value, [1, 1, E], or null.</summary>
    public Parameter? BiasV { get; set; }

    /// <summary>The projection of the result.</summary>
    public Linear OutProj { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{EmbedDim}, {NumHeads} heads{(KDim != EmbedDim ? $", kdim {KDim}" : "")}{(VDim != EmbedDim ? $", vdim {VDim}" : "")}"
        + $"{(InProjBias is null ? ", no bias" : "")}{(BatchFirst ? ", batch first" : "")}";

    /// <inheritdoc/>
    public override (Tensor Output, Tensor? Weights) Forward(Tensor first, Tensor second, Tensor third) =>
        Forward(first, second, third, keyPaddingMask: null);

    /// <summary>Attends.</summary>
    /// <param name="query">[L, N, E], [N, L, E] with the batch first, or [L, E].</param>
    /// <param name="key">[S, N, kdim], [N, S, kdim] or [S, kdim].</param>
    /// <param name="value">[S, N, vdim], [N, S, vdim] or [S, vdim].</param>
    /// <param name="keyPaddingMask">[N, S], or [S]: true where a key is hidden from all, or numbers to add to its products.</param>
    /// <param name="needWeights">Whether the weights are asked for.</param>
    /// <param name="attnMask">[L, S] or [N · heads, L, S]: true where a key is hidden from a query, or numbers to add.</param>
    /// <param name="averageAttnWeights">Whether the weights are the mean over the heads.</param>
    /// <param name="isCausal">
    /// That <paramref name="attnMask"/> hides what comes later and nothing else. A promise that lets the computation do without it.
    /// </param>
    /// <returns>
    /// The output, of the query's shape; and, if asked for, the weights [N, L, S], or [N, heads, L, S] of each head, without N for one
    /// example. They include what dropout left and the appended keys.
    /// </returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">An input is not of the parameters' type, or a mask is of an integer type.</exception>
    /// <exception cref="ArgumentException"><paramref name="isCausal"/> is said without a mask.</exception>
    public (Tensor Output, Tensor? Weights) Forward(
        Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask = null, bool needWeights = true, Tensor? attnMask = null,
        bool averageAttnWeights = true, bool isCausal = false)
    {
        return Hooks is null
            ? Compute(query, key, value, keyPaddingMask, needWeights, attnMask, averageAttnWeights, isCausal)
            : Hooked(Hooks, [query, key, value, keyPaddingMask, attnMask], needWeights, averageAttnWeights, isCausal);
    }

    /// <summary>The length of an input; −1 where it has no such axis.</summary>
    internal int StepsOf(Tensor x) => x.Rank switch
    {
        2 => x.Size(0),
        3 => x.Size(BatchFirst ? 1 : 0),
        _ => -1,
    };

    private protected override bool CallsHooks => true;

    // Apart, so that a call without hooks makes no object for what the function holds.
    private (Tensor Output, Tensor? Weights) Hooked(
        ModuleHooks hooks, Tensor?[] inputs, bool needWeights, bool averageAttnWeights, bool isCausal)
    {
        Tensor?[] outputs = hooks.Run(this, inputs, x =>
        {
            (Tensor output, Tensor? weights) = Compute(x[0]!, x[1]!, x[2]!, x[3], needWeights, x[4], averageAttnWeights, isCausal);
            return (Tensor?[])[output, weights];
        });
        return (outputs[0]!, outputs[1]);
    }

    private (Tensor Output, Tensor? Weights) Compute(
        Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask, bool needWeights, Tensor? attnMask, bool averageAttnWeights,
        bool isCausal)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        AttentionInputs inputs = AttentionInputs.Of(this, query, key, value, keyPaddingMask, attnMask, isCausal);
        using LayerCall call = new(this);
        DType dtype = query.DType;
        bool isBatched = query.Rank == 3;
        (Tensor q, Tensor k, Tensor v) = Project(inputs, query, key, value);
        Tensor? padding = isBatched ? keyPaddingMask : keyPaddingMask?.Unsqueeze(0);
        // With other masks, or keys that are visible to all, the mask has to be seen.
        bool usesHint = isCausal && padding is null && !needWeights && BiasK is null && !AddZeroAttn;
        Tensor? mask = usesHint ? null : Mask(inputs, attnMask, padding, dtype);
        double dropout = Training ? Dropout : 0;
        Tensor attended;
        Tensor? weights = null;
        if (needWeights)
        {
            weights = AttentionWeights.Of(
                q, k, mask is null ? null : AttentionMask.Added(mask, dtype), false, 1 / Math.Sqrt(q.Size(-1)), emptyAsZero: false)
                .Dropout(dropout, Training, _generator);
            attended = weights.MatMul(v);
        }
        else
        {
            attended = Tensor.ScaledDotProductAttention(
                q, k, v, AttentionMask.Visible(mask, dtype), dropout, usesHint, generator: _generator);
        }

        // [batch, heads, length, width of a head], back to the axes of the query.
        Tensor joined = (BatchFirst && isBatched ? attended.Permute(0, 2, 1, 3) : attended.Permute(2, 0, 1, 3)).Flatten(2, 3);
        Tensor output = OutProj.Forward(isBatched ? joined : joined.Squeeze(1));
        if (weights is not null)
        {
            weights = averageAttnWeights ? weights.Mean(1) : weights;
            weights = isBatched ? weights : weights.Squeeze(0);
        }

        return call.Gives(output, weights);
    }

    /// <summary>The heads of queries, keys and values, each [batch, heads, length, width of a head].</summary>
    private (Tensor Q, Tensor K, Tensor V) Project(in AttentionInputs inputs, Tensor query, Tensor key, Tensor value)
    {
        Tensor q, k, v;
        int e = EmbedDim;
        if (InProjWeight is { } weight && ReferenceEquals(key, value))
        {
            // One product for all that comes from one tensor.
            if (ReferenceEquals(query, key))
            {
                Tensor all = query.Linear(weight, InProjBias);
                (q, k, v) = (all.Narrow(-1, 0, e), all.Narrow(-1, e, e), all.Narrow(-1, 2 * e, e));
            }
            else
            {
                q = query.Linear(weight.Narrow(0, 0, e), InProjBias?.Narrow(0, 0, e));
                Tensor both = key.Linear(weight.Narrow(0, e, 2 * e), InProjBias?.Narrow(0, e, 2 * e));
                (k, v) = (both.Narrow(-1, 0, e), both.Narrow(-1, e, e));
            }
        }
        else
        {
            q = query.Linear(QProjWeight ?? InProjWeight!.Narrow(0, 0, e), InProjBias?.Narrow(0, 0, e));
            k = key.Linear(KProjWeight ?? InProjWeight!.Narrow(0, e, e), InProjBias?.Narrow(0, e, e));
            v = value.Linear(VProjWeight ?? InProjWeight!.Narrow(0, 2 * e, e), InProjBias?.Narrow(0, 2 * e, e));
        }

        return (Heads(q), Heads(Appended(inputs, k, BiasK)), Heads(Appended(inputs, v, BiasV)));
    }

    /// <summary>Keys or values with the learned one behind them, and the one of zeros.</summary>
    private Tensor Appended(in AttentionInputs inputs, Tensor x, Parameter? learned)
    {
        bool isBatched = x.Rank == 3;
        int axis = isBatched && BatchFirst ? 1 : 0;
        List<Tensor> parts = [x];
        int[] shape = !isBatched ? [1, EmbedDim] : BatchFirst ? [inputs.Batch, 1, EmbedDim] : [1, inputs.Batch, EmbedDim];
        if (learned is not null)
        {
            parts.Add(learned.Reshape(isBatched ? [1, 1, EmbedDim] : [1, EmbedDim]).Expand(shape));
        }

        if (AddZeroAttn)
        {
            parts.Add(Tensor.Zeros(shape, x.DType, x.Device));
        }

        return parts.Count == 1 ? x : Tensor.Cat([.. parts], axis);
    }

    private Tensor Heads(Tensor x)
    {
        Tensor split = x.Unflatten(-1, NumHeads, EmbedDim / NumHeads);
        return split.Rank == 3 ? split.Permute(1, 0, 2).Unsqueeze(0)
            : BatchFirst ? split.Permute(0, 2, 1, 3)
            : split.Permute(1, 2, 0, 3);
    }

    /// <summary>Both masks in one that broadcasts to [batch, heads, L, S], with columns for the appended keys.</summary>
    private Tensor? Mask(in AttentionInputs inputs, Tensor? attention, Tensor? padding, DType dtype)
    {
        int appended = (BiasK is null ? 0 : 1) + (AddZeroAttn ? 1 : 0);
        if (attention is { Rank: 3 })
        {
            attention = attention.Unflatten(0, inputs.Batch, NumHeads);
        }

        return AttentionMask.Extended(AttentionMask.Merge(attention, padding?.Unsqueeze(1).Unsqueeze(1), dtype), appended);
    }
}
