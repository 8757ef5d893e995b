using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Attention of one sequence to another: queries of the first, keys and values of the second, whose width may differ; several heads,
/// projected (Vaswani et al. 2017, "Attention is all you need", section 3.2.3). [batch, L, width] and [batch, S, context width] →
/// [batch, L, width].
/// </summary>
/// <remarks>Keys of the state dictionary: <c>q_proj</c>, <c>k_proj</c>, <c>v_proj</c>, <c>o_proj</c>. Starts as
/// <see cref="Linear"/>.</remarks>
public sealed class CrossAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly Generator? _generator;

    /// <summary>Makes the attention.</summary>
    /// <param name="embedDim">The width of the queries and the output.</param>
    /// <param name="contextDim">The width of what is attended to.</param>
    /// <param name="numHeads">The number of heads; it divides the width.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="dropout">The probability that a weight is dropped in training.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the probability is not from 0 to 1.</exception>
    public CrossAttention(
        int embedDim, int contextDim, int numHeads, bool bias = true, double dropout = 0, DType dtype = DType.Float32,
        Generator? generator = null)
    {
        BlockChecks.Heads(nameof(CrossAttention), embedDim, numHeads, nameof(numHeads));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextDim);
        OptionChecks.Probability(dropout, nameof(CrossAttention));
        (EmbedDim, ContextDim, NumHeads, Dropout, _generator) = (embedDim, contextDim, numHeads, dropout, generator);
        QProj = new Linear(embedDim, embedDim, bias, dtype, generator);
        KProj = new Linear(contextDim, embedDim, bias, dtype, generator);
        VProj = new Linear(contextDim, embedDim, bias, dtype, generator);
        OProj = new Linear(embedDim, embedDim, bias, dtype, generator);
    }

    /// <summary>The width of the queries and the output.</summary>
    public int EmbedDim { get; }

    /// <summary>The width of what is attended to.</summary>
    public int ContextDim { get; }

    /// <summary>The number of heads.</summary>
    public int NumHeads { get; }

    /// <summary>The probability that a weight is dropped in training.</summary>
    public double Dropout { get; }

    /// <summary>The projection of the queries.</summary>
    public Linear QProj { get; }

    /// <summary>The projection of the keys.</summary>
    public Linear KProj { get; }

    /// <summary>The projection of the values.</summary>
    public Linear VProj { get; }

    /// <summary>The projection of the result.</summary>
    public Linear OProj { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{EmbedDim}, context {ContextDim}, {NumHeads} heads";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, null);

    /// <summary>Attends.</summary>
    /// <param name="input">The queries, [batch, L, width].</param>
    /// <param name="context">What is attended to, [batch, S, context width].</param>
    /// <param name="mask">True where a position of the context takes part; broadcasts to [batch, heads, L, S].</param>
    /// <returns>The output, [batch, L, width].</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or an input is not of the parameters' type.</exception>
    public Tensor Forward(Tensor input, Tensor context, Tensor? mask) => NamedCall.Of(
        this, (input, context, mask), static (self, x) => self.Attend(x.input, x.context, x.mask));

    private Tensor Attend(Tensor input, Tensor context, Tensor? mask)
    {
        BlockChecks.Shape(this, input, "input", ("batch", -1), ("length", -1), ("width", EmbedDim));
        BlockChecks.Shape(this, context, "context", ("batch", input.Size(0)), ("length", -1), ("width", ContextDim));
        BlockChecks.Mask(this, mask, input.Size(0), NumHeads, input.Size(1), context.Size(1));
        Tensor attended = Tensor.ScaledDotProductAttention(
            HeadAxes.Split(QProj.Forward(input), NumHeads), HeadAxes.Split(KProj.Forward(context), NumHeads),
            HeadAxes.Split(VProj.Forward(context), NumHeads), mask, Training ? Dropout : 0, generator: _generator);
        return OProj.Forward(HeadAxes.Join(attended));
    }
}
