using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Self-attention in which groups of query heads share a head of keys and values: softmax(q kᵀ/√d + bias) v, projected. With one head of
/// keys and values it is multi-query attention (Shazeer 2019, "Fast transformer decoding: one write-head is all you need"), with fewer than
/// of queries grouped-query attention (Ainslie et al. 2023, "GQA"), with as many multi-head attention. A window makes it sliding-window
/// attention (Beltagy, Peters and Cohan 2020, "Longformer"; Jiang et al. 2023, "Mistral 7B").
/// </summary>
/// <remarks>
/// [batch, length, width] or [length, width] in and out. Keys of the state dictionary: <c>q_proj</c>, <c>k_proj</c>, <c>v_proj</c>,
/// <c>o_proj</c>, as LLaMA's and Mistral's in Hugging Face's transformers. Starts as <see cref="Linear"/> does.
/// </remarks>
public sealed class GroupedQueryAttention : Module<Tensor, Tensor>
{
    private readonly Generator? _generator;

    /// <summary>Makes the attention.</summary>
    /// <param name="embedDim">The width of the input and the output.</param>
    /// <param name="numHeads">The number of query heads; it divides the width.</param>
    /// <param name="numKVHeads">The number of heads of keys and values; it divides that of queries, which it is when null.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="dropout">The probability that a weight is dropped in training.</param>
    /// <param name="isCausal">Whether a position sees itself and the earlier ones only.</param>
    /// <param name="window">
    /// How many positions one sees, itself included, counted back (and, where it is not causal, forward, too); all when null.
    /// </param>
    /// <param name="rotary">Turns queries and keys by their positions; not when null.</param>
    /// <param name="positionBias">What is added to the products by their distance; nothing when null.</param>
    /// <param name="positionVectors">
    /// What is added to keys and values by their distance; nothing when null. The weights of all pairs are then kept.
    /// </param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">Heads do not divide what they must, or positions do not fit the heads.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the probability is not from 0 to 1.</exception>
    public GroupedQueryAttention(
        int embedDim, int numHeads, int? numKVHeads = null, bool bias = false, double dropout = 0, bool isCausal = true,
        int? window = null, RotaryPositions? rotary = null, PositionBias? positionBias = null,
        RelativePositionVectors? positionVectors = null, DType dtype = DType.Float32, Generator? generator = null)
    {
        BlockChecks.Heads(nameof(GroupedQueryAttention), embedDim, numHeads, nameof(numHeads));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numKVHeads ?? 1, nameof(numKVHeads));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window ?? 1, nameof(window));
        OptionChecks.Probability(dropout, nameof(GroupedQueryAttention));
        (EmbedDim, NumHeads, NumKVHeads, Dropout, IsCausal, Window) =
            (embedDim, numHeads, numKVHeads ?? numHeads, dropout, isCausal, window);
        (Rotary, PositionBias, PositionVectors, _generator) = (rotary, positionBias, positionVectors, generator);
        int width = embedDim / numHeads;
        Check(numHeads % NumKVHeads == 0, $"{NumKVHeads} heads of keys do not divide {numHeads} heads of queries", nameof(numKVHeads));
        Check(
            rotary is null || rotary.Width == width, $"rotary positions of width {rotary?.Width} do not fit heads of width {width}",
            nameof(rotary));
        Check(
            positionBias is null || positionBias.NumHeads == numHeads,
            $"a position bias of {positionBias?.NumHeads} heads does not fit {numHeads} heads", nameof(positionBias));
        Check(
            positionVectors is null || positionVectors.Width == width,
            $"position vectors of width {positionVectors?.Width} do not fit heads of width {width}", nameof(positionVectors));
        QProj = new Linear(embedDim, embedDim, bias, dtype, generator);
        KProj = new Linear(embedDim, NumKVHeads * width, bias, dtype, generator);
        VProj = new Linear(embedDim, NumKVHeads * width, bias, dtype, generator);
        OProj = new Linear(embedDim, embedDim, bias, dtype, generator);

        static void Check(bool fits, string message, string argument)
        {
            if (!fits)
            {
                throw new ArgumentException($"{nameof(GroupedQueryAttention)}: {message}.", argument);
            }
        }
    }

    /// <summary>The width of the input and the output.</summary>
    public int EmbedDim { get; }

    /// <summary>The number of query heads.</summary>
    public int NumHeads { get; }

    /// <summary>The number of heads of keys and values.</summary>
    public int NumKVHeads { get; }

    /// <summary>The probability that a weight is dropped in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether a position sees itself and the earlier ones only.</summary>
    public bool IsCausal { get; }

    /// <summary>How many positions one sees; all when null.</summary>
    public int? Window { get; }

    /// <summary>The projection of the queries.</summary>
    public Linear QProj { get; }

    /// <summary>The projection of the keys.</summary>
    public Linear KProj { get; }

    /// <summary>The projection of the values.</summary>
    public Linear VProj { get; }

    /// <summary>The projection of the result.</summary>
    public Linear OProj { get; }

    /// <summary>Turns queries and keys by their positions, or null.</summary>
    public RotaryPositions? Rotary { get; }

    /// <summary>What is added to the products by their distance, or null.</summary>
    public PositionBias? PositionBias { get; }

    /// <summary>What is added to keys and values by their distance, or null.</summary>
    public RelativePositionVectors? PositionVectors { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{EmbedDim}, {NumHeads} heads{(NumKVHeads != NumHeads ? $" over {NumKVHeads}" : "")}{(IsCausal ? ", causal" : "")}"
        + (Window is null ? "" : $", window {Window}");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Attends.</summary>
    /// <param name="input">[batch, length, width] or [length, width].</param>
    /// <param name="mask">
    /// True where a key takes part, beside what the options say; broadcasts to [batch, heads, length, keys], as that of
    /// <see cref="AttentionMasks.OfTokens"/> does.
    /// </param>
    /// <param name="cache">
    /// What the layer has seen of the positions before the input's; the input's are added. Only causal attention has one.
    /// </param>
    /// <returns>The output, of the input's shape.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or the input is not of the parameters' type.</exception>
    /// <exception cref="InvalidOperationException">There is a cache, and the attention is not causal or the call is recorded.</exception>
    public Tensor Forward(Tensor input, Tensor? mask, KeyValueLayer? cache = null) => NamedCall.Of(
        this, (input, mask, cache), static (self, x) => self.Attend(x.input, x.mask, x.cache));

    private Tensor Attend(Tensor input, Tensor? mask, KeyValueLayer? cache)
    {
        BlockChecks.Width(this, input, "input", EmbedDim, 2);
        if (input.Rank > 3)
        {
            throw new ShapeException(
                $"{Kind}: input {input.Shape} does not fit; it must be [batch, length, {EmbedDim}] or [length, {EmbedDim}].");
        }

        if (cache is not null && !IsCausal)
        {
            throw new InvalidOperationException(
                $"{Kind}: a cache is for causal attention; without isCausal the earlier positions would have to see the later ones.");
        }

        Tensor x = input.Rank == 3 ? input : input.Unsqueeze(0);
        int queries = x.Size(1), offset = cache?.Length ?? 0, keys = offset + queries;
        BlockChecks.Mask(this, mask, x.Size(0), NumHeads, queries, keys);
        Tensor q = HeadAxes.Split(QProj.Forward(x), NumHeads), k = HeadAxes.Split(KProj.Forward(x), NumKVHeads);
        Tensor v = HeadAxes.Split(VProj.Forward(x), NumKVHeads);
        if (Rotary is not null)
        {
            (q, k) = (Rotary.Forward(q, offset), Rotary.Forward(k, offset));
        }

        if (cache is not null)
        {
            (k, v) = cache.Append(k, v);
        }

        bool usesHint = IsCausal && offset == 0 && Window is null && PositionBias is null && mask is null;
        Tensor attended = PositionVectors is null
            ? Tensor.ScaledDotProductAttention(
                q, k, v, usesHint ? null : Visible(mask, queries, keys, x), Training ? Dropout : 0, usesHint,
                enableGqa: NumKVHeads != NumHeads, generator: _generator)
            : ByDistance(PositionVectors, q, k, v, Visible(mask, queries, keys, x));
        Tensor output = OProj.Forward(HeadAxes.Join(attended));
        return input.Rank == 3 ? output : output.Squeeze(0);
    }

    /// <summary>softmax(q (k + aᴷ)ᵀ/√d + bias) (v + aⱽ); a query that sees nothing gives 0, as everywhere.</summary>
    private Tensor ByDistance(RelativePositionVectors vectors, Tensor q, Tensor k, Tensor v, Tensor? visible)
    {
        int shared = NumHeads / NumKVHeads;
        (k, v) = shared == 1 ? (k, v) : (k.RepeatInterleave(shared, 1), v.RepeatInterleave(shared, 1));
        Tensor scores = (q.MatMul(k.Transpose(2, 3)) + vectors.Products(q, k.Size(2))) / Math.Sqrt(q.Size(3));
        Tensor weights = AttentionWeights.OfScores(scores, visible, emptyAsZero: true).Dropout(Dropout, Training, _generator);
        Tensor values = weights.MatMul(v);
        return vectors.Sums(weights) is { } sums ? values + sums : values;
    }

    /// <summary>Mask, window and bias in one.</summary>
    private Tensor? Visible(Tensor? mask, int queries, int keys, Tensor x)
    {
        Tensor? own = Window is { } window ? AttentionMasks.SlidingWindow(queries, keys, window, IsCausal, x.Device)
            : IsCausal && queries > 1 ? AttentionMasks.Causal(queries, keys, x.Device)
            : null;
        Tensor? visible = AttentionMasks.Both(own, mask);
        Tensor? bias = PositionBias?.Of(queries, keys, x.DType, x.Device);
        return bias is null || visible is null
            ? bias ?? visible
            : bias.MaskedFill(visible.LogicalNot(), double.NegativeInfinity);
    }
}
