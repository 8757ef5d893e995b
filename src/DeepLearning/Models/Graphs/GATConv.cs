using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Graph attention (Veličković et al. 2018, "Graph attention networks"): with h = W x of each head, x'ᵢ = Σ αⱼᵢ hⱼ + b over the edges
/// j → i, where α is the softmax over the edges of i of leaky_relu(a₁ · hⱼ + a₂ · hᵢ).
/// </summary>
/// <remarks>
/// x [nodes, in] and edges [2, edges] in, [nodes, heads · out] out, or [nodes, out] where heads are averaged. W, a₁ and a₂ start
/// Xavier-uniform, b at 0. Keys of the state dictionary: <c>lin.weight</c> [heads · out, in], <c>att_src</c>, <c>att_dst</c>
/// [1, heads, out], <c>bias</c>, as PyTorch Geometric's <c>GATConv</c>.
/// </remarks>
public sealed class GATConv : MessagePassing
{
    private readonly Generator? _generator;

    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of each head.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="concat">Whether heads stand side by side; else their mean is taken.</param>
    /// <param name="negativeSlope">The slope of the scores below 0.</param>
    /// <param name="dropout">The probability that an edge's weight is dropped in training.</param>
    /// <param name="addSelfLoops">Whether nodes without a self loop get one.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of dropout; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the probability is not from 0 to 1.</exception>
    public GATConv(
        int inChannels, int outChannels, int heads = 1, bool concat = true, double negativeSlope = 0.2, double dropout = 0,
        bool addSelfLoops = true, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
        : base(MessageAggregation.Sum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        OptionChecks.Probability(dropout, nameof(GATConv));
        (OutChannels, Heads, Concat, NegativeSlope, Dropout, AddSelfLoops, _generator) =
            (outChannels, heads, concat, negativeSlope, dropout, addSelfLoops, generator);
        Lin = new Linear(inChannels, heads * outChannels, bias: false, dtype, generator);
        Initialize.XavierUniform(Lin.Weight, generator: generator);
        AttSrc = new Parameter(Initialize.XavierUniform(Tensor.Empty([1, heads, outChannels], dtype), generator: generator));
        AttDst = new Parameter(Initialize.XavierUniform(Tensor.Empty([1, heads, outChannels], dtype), generator: generator));
        Bias = bias ? new Parameter(Tensor.Zeros([concat ? heads * outChannels : outChannels], dtype)) : null;
    }

    /// <summary>The channels of each head.</summary>
    public int OutChannels { get; }

    /// <summary>The number of heads.</summary>
    public int Heads { get; }

    /// <summary>Whether heads stand side by side; else their mean is taken.</summary>
    public bool Concat { get; }

    /// <summary>The slope of the scores below 0.</summary>
    public double NegativeSlope { get; }

    /// <summary>The probability that an edge's weight is dropped in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether nodes without a self loop get one.</summary>
    public bool AddSelfLoops { get; }

    /// <summary>The linear map W of all heads.</summary>
    public Linear Lin { get; }

    /// <summary>The vector a₁ of each head, of sources.</summary>
    public Parameter AttSrc { get; set; }

    /// <summary>The vector a₂ of each head, of targets.</summary>
    public Parameter AttDst { get; set; }

    /// <summary>The bias, or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{Lin.InFeatures}→{OutChannels}, {Heads} heads{(Concat ? "" : ", averaged")}";

    /// <summary>Computes the nodes, and says how much each edge counts.</summary>
    /// <param name="x">[nodes, in].</param>
    /// <param name="edges">[2, edges].</param>
    /// <returns>The output; the edges with the self loops that were added; their weights, [edges, heads], before dropout.</returns>
    /// <inheritdoc cref="MessagePassing.Forward(Tensor, Tensor)" path="/exception"/>
    public (Tensor Output, Tensor Edges, Tensor Weights) Attend(Tensor x, Tensor edges)
    {
        Tensor output = Forward(x, edges);
        Tensor all = AddSelfLoops ? GraphEdges.AddSelfLoops(edges, x.Size(0)).Edges : edges;
        return (output, all, Weights(Projected(x), all));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor edges, Tensor? edgeWeight)
    {
        GraphChecks.Channels(this, x, Lin.InFeatures);
        Tensor all = AddSelfLoops ? GraphEdges.AddSelfLoops(edges, x.Size(0)).Edges : edges;
        Tensor h = Projected(x);
        Tensor weights = Weights(h, all).Dropout(Dropout, Training, _generator).Unsqueeze(-1);
        Tensor heads = GraphEdges.Joined(h.IndexSelect(0, all[0]) * weights, all[1], x.Size(0), Aggregation);
        Tensor y = Concat ? heads.Flatten(1) : heads.Mean(1);
        return Bias is null ? y : y + Bias;
    }

    private Tensor Projected(Tensor x) => Lin.Forward(x).Reshape(x.Size(0), Heads, OutChannels);

    private Tensor Weights(Tensor h, Tensor edges)
    {
        Tensor scores = (h * AttSrc).Sum(-1).IndexSelect(0, edges[0]) + (h * AttDst).Sum(-1).IndexSelect(0, edges[1]);
        return GraphEdges.Softmax(scores.LeakyRelu(NegativeSlope), edges[1], h.Size(0));
    }
}
