using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Graph convolution (Kipf and Welling 2017, "Semi-supervised classification with graph convolutional networks"):
/// x' = D^(−1/2) (A + I) D^(−1/2) x Wᵀ + b, with the degrees D of A + I.
/// </summary>
/// <remarks>
/// x [nodes, in] and edges [2, edges] in, [nodes, out] out. W starts Xavier-uniform, b at 0. Keys of the state dictionary:
/// <c>lin.weight</c>, <c>bias</c>, as PyTorch Geometric's <c>GCNConv</c>.
/// </remarks>
public sealed class GCNConv : MessagePassing
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="normalize">Whether edges are weighed by their degrees.</param>
    /// <param name="addSelfLoops">Whether nodes without a self loop get one; as <paramref name="normalize"/> when null.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of channels is not positive.</exception>
    public GCNConv(
        int inChannels, int outChannels, bool normalize = true, bool? addSelfLoops = null, bool bias = true,
        DType dtype = DType.Float32, Generator? generator = null)
        : base(MessageAggregation.Sum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        (Normalize, AddSelfLoops) = (normalize, addSelfLoops ?? normalize);
        Lin = new Linear(inChannels, outChannels, bias: false, dtype, generator);
        Initialize.XavierUniform(Lin.Weight, generator: generator);
        Bias = bias ? new Parameter(Tensor.Zeros([outChannels], dtype)) : null;
    }

    /// <summary>Whether edges are weighed by their degrees.</summary>
    public bool Normalize { get; }

    /// <summary>Whether nodes without a self loop get one.</summary>
    public bool AddSelfLoops { get; }

    /// <summary>The linear map W.</summary>
    public Linear Lin { get; }

    /// <summary>The bias, [out], or null.</summary>
    public Parameter? Bias { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Lin.InFeatures}→{Lin.OutFeatures}{(Normalize ? "" : ", not normalized")}";

    /// <summary>Computes the nodes of a graph whose edges have weights.</summary>
    /// <param name="x">[nodes, in].</param>
    /// <param name="edges">[2, edges].</param>
    /// <param name="edgeWeight">[edges], none negative where the layer normalizes; 1 each when null.</param>
    /// <returns>[nodes, out].</returns>
    /// <exception cref="ArgumentException">A weight is negative and the layer normalizes.</exception>
    /// <inheritdoc cref="MessagePassing.Forward(Tensor, Tensor)" path="/exception"/>
    public Tensor Forward(Tensor x, Tensor edges, Tensor? edgeWeight) => Run(x, edges, edgeWeight);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor edges, Tensor? edgeWeight)
    {
        GraphChecks.Channels(this, x, Lin.InFeatures);
        Tensor? weight = edgeWeight;
        if (AddSelfLoops)
        {
            (edges, weight) = GraphEdges.AddSelfLoops(edges, x.Size(0), weight);
        }

        if (Normalize)
        {
            GraphChecks.NotNegative(Kind, edgeWeight);
            weight = GraphEdges.SymmetricWeights(edges, x.Size(0), weight, x.DType);
        }

        Tensor y = Propagate(Lin.Forward(x), edges, weight);
        return Bias is null ? y : y + Bias;
    }
}
