using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// GraphSAGE's layer (Hamilton, Ying and Leskovec 2017, "Inductive representation learning on large graphs"):
/// x'ᵢ = W₁ · ⊕ xⱼ + W₂ xᵢ over the edges j → i. With <c>project</c> neighbors first go through a layer, relu(W xⱼ + b); with the greatest
/// of them it is the paper's pooling aggregator.
/// </summary>
/// <remarks>
/// x [nodes, in] and edges [2, edges] in, [nodes, out] out. Keys of the state dictionary: <c>lin_l</c> (of the neighbors),
/// <c>lin_r</c> (of the node), <c>lin</c> (of the projection), as PyTorch Geometric's <c>SAGEConv</c>. Starts as <see cref="Linear"/>.
/// </remarks>
public sealed class SAGEConv : MessagePassing
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">The channels of the input.</param>
    /// <param name="outChannels">The channels of the output.</param>
    /// <param name="aggregation">How neighbors are joined.</param>
    /// <param name="project">Whether neighbors go through a layer of their own before.</param>
    /// <param name="normalize">Whether each node's result is brought to length 1.</param>
    /// <param name="rootWeight">Whether the node itself takes part.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of channels is not positive, or there is no such aggregation.</exception>
    public SAGEConv(
        int inChannels, int outChannels, MessageAggregation aggregation = MessageAggregation.Mean, bool project = false,
        bool normalize = false, bool rootWeight = true, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
        : base(aggregation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        Normalize = normalize;
        Lin = project ? new Linear(inChannels, inChannels, bias: true, dtype, generator) : null;
        LinL = new Linear(inChannels, outChannels, bias, dtype, generator);
        LinR = rootWeight ? new Linear(inChannels, outChannels, bias: false, dtype, generator) : null;
    }

    /// <summary>Whether each node's result is brought to length 1.</summary>
    public bool Normalize { get; }

    /// <summary>The layer that neighbors go through before they are joined, or null.</summary>
    public Linear? Lin { get; }

    /// <summary>The map of the joined neighbors.</summary>
    public Linear LinL { get; }

    /// <summary>The map of the node itself, or null.</summary>
    public Linear? LinR { get; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{LinL.InFeatures}→{LinL.OutFeatures}, {Aggregation}{(Lin is null ? "" : ", projected")}{(Normalize ? ", normalized" : "")}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor edges, Tensor? edgeWeight)
    {
        GraphChecks.Channels(this, x, LinL.InFeatures);
        Tensor neighbors = Lin is null ? x : Lin.Forward(x).Relu();
        Tensor y = LinL.Forward(Propagate(neighbors, edges, edgeWeight));
        y = LinR is null ? y : y + LinR.Forward(x);
        return Normalize ? y.Normalize(2, -1) : y;
    }
}
