using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A layer over a graph (Gilmer et al. 2017, "Neural message passing for quantum chemistry"): each edge carries a message from its source
/// to its target, where messages are joined, x'ᵢ = γ(xᵢ, ⊕ φ(xⱼ, xᵢ, wⱼᵢ)) over the edges j → i. Derive from it, compute in
/// <see cref="Compute"/> and call <see cref="Propagate"/> there.
/// </summary>
/// <remarks>
/// x [nodes, channels] and edges, int64 or int32 [2, edges], in; [nodes, channels'] out. A graph without a node and an edge of a node that
/// there is not are refused; a graph without an edge is not.
/// </remarks>
public abstract class MessagePassing : Module<Tensor, Tensor, Tensor>
{
    /// <summary>For derived layers.</summary>
    /// <param name="aggregation">How the messages of a node are joined.</param>
    protected MessagePassing(MessageAggregation aggregation)
    {
        if (aggregation is not (MessageAggregation.Sum or MessageAggregation.Mean or MessageAggregation.Max))
        {
            throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, $"{Kind}: the aggregation is Sum, Mean or Max.");
        }

        Aggregation = aggregation;
    }

    /// <summary>How the messages of a node are joined.</summary>
    public MessageAggregation Aggregation { get; }

    /// <inheritdoc/>
    protected internal sealed override bool ComputesParameters => true;

    /// <summary>Computes the nodes.</summary>
    /// <param name="first">x, [nodes, channels].</param>
    /// <param name="second">The edges, [2, edges].</param>
    /// <returns>[nodes, channels'].</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or there is no node; the message says what would fit.</exception>
    /// <exception cref="DTypeException">The edges are not whole numbers, or x is not of the parameters' type.</exception>
    /// <exception cref="IndexException">An edge names a node that there is not.</exception>
    public sealed override Tensor Forward(Tensor first, Tensor second) => Run(first, second, null);

    /// <summary>Checks what is given and computes; the errors name the layer. For layers that take weights, too.</summary>
    /// <param name="x">[nodes, channels].</param>
    /// <param name="edges">[2, edges].</param>
    /// <param name="edgeWeight">[edges], or null.</param>
    protected Tensor Run(Tensor x, Tensor edges, Tensor? edgeWeight) => NamedCall.Of(
        this, (x, edges, edgeWeight),
        static (self, given) =>
        {
            GraphChecks.Nodes(self.Kind, given.x);
            GraphChecks.Edges(self.Kind, given.edges, given.x.Size(0));
            GraphChecks.Weights(self.Kind, given.edgeWeight, given.edges);
            return self.Compute(given.x, given.edges, given.edgeWeight);
        });

    /// <summary>Computes the nodes.</summary>
    /// <param name="x">[nodes, channels], at least one node.</param>
    /// <param name="edges">[2, edges], of nodes that there are.</param>
    /// <param name="edgeWeight">[edges], or null.</param>
    protected abstract Tensor Compute(Tensor x, Tensor edges, Tensor? edgeWeight);

    /// <summary>The message of each edge; that of the base class is its source's row, times its weight.</summary>
    /// <param name="x">[nodes, ..].</param>
    /// <param name="sources">[edges].</param>
    /// <param name="targets">[edges].</param>
    /// <param name="edgeWeight">[edges], or null.</param>
    /// <returns>[edges, ..].</returns>
    protected virtual Tensor Message(Tensor x, Tensor sources, Tensor targets, Tensor? edgeWeight)
    {
        ArgumentNullException.ThrowIfNull(x);
        Tensor rows = x.IndexSelect(0, sources);
        return edgeWeight is null ? rows : rows * edgeWeight.Reshape([-1, .. Enumerable.Repeat(1, rows.Rank - 1)]);
    }

    /// <summary>Sends a message along every edge and joins those of each node.</summary>
    /// <param name="x">[nodes, ..].</param>
    /// <param name="edges">[2, edges].</param>
    /// <param name="edgeWeight">[edges], or null.</param>
    /// <returns>[nodes, ..].</returns>
    protected Tensor Propagate(Tensor x, Tensor edges, Tensor? edgeWeight)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(edges);
        return GraphEdges.Joined(Message(x, edges[0], edges[1], edgeWeight), edges[1], x.Size(0), Aggregation);
    }
}
