using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Joins the nodes of each graph of a batch: y_g = ⊕ xᵢ over the nodes i of graph g. [nodes, channels] and the graph of each node,
/// int64 or int32 [nodes], in; [graphs, channels] out. PyTorch Geometric's <c>global_add_pool</c>, <c>global_mean_pool</c> and
/// <c>global_max_pool</c>.
/// </summary>
/// <param name="aggregation">How nodes are joined.</param>
public sealed class GlobalPool(MessageAggregation aggregation) : Module<Tensor, Tensor, Tensor>
{
    /// <summary>How nodes are joined.</summary>
    public MessageAggregation Aggregation { get; } = aggregation;

    /// <inheritdoc/>
    protected internal override string Details => $"{Aggregation}";

    /// <summary>Pools as many graphs as the greatest number says.</summary>
    /// <param name="first">x, [nodes, channels].</param>
    /// <param name="second">The graph of each node, [nodes].</param>
    /// <returns>[graphs, channels].</returns>
    /// <inheritdoc cref="Forward(Tensor, Tensor, int?)" path="/exception"/>
    public override Tensor Forward(Tensor first, Tensor second) => Forward(first, second, null);

    /// <summary>Pools a given number of graphs.</summary>
    /// <param name="x">[nodes, channels].</param>
    /// <param name="graphs">The graph of each node, [nodes].</param>
    /// <param name="count">The number of graphs; one more than the greatest number when null.</param>
    /// <returns>[count, channels].</returns>
    /// <exception cref="ShapeException">
    /// The shapes do not fit, there is no node, or a graph has none (and so neither mean nor maximum).
    /// </exception>
    /// <exception cref="DTypeException">The graphs are not whole numbers, or x not floating-point ones.</exception>
    /// <exception cref="IndexException">A graph is negative, or past the count.</exception>
    public Tensor Forward(Tensor x, Tensor graphs, int? count) => NamedCall.Of(this, (x, graphs, count), static (self, given) =>
    {
        (Tensor x, Tensor graphs, int? count) = given;
        GraphChecks.Nodes(self.Kind, x);
        ArgumentNullException.ThrowIfNull(graphs);
        if (graphs.Rank != 1 || graphs.Size(0) != x.Size(0))
        {
            throw new ShapeException($"{self.Kind}: graphs {graphs.Shape} do not fit; they must be [{x.Size(0)}], one for each node.");
        }

        if (count is <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{self.Kind}: the number of graphs must be positive.");
        }

        GraphChecks.Numbers(self.Kind, graphs, nameof(graphs), nameof(graphs), count ?? int.MaxValue);
        int all = count ?? checked((int)graphs.Max().To(DType.Int64).Item<long>() + 1);
        if (count is null && all > x.Size(0))
        {
            throw new IndexException(
                $"{self.Kind}: graphs name {all} graphs of {x.Size(0)} nodes, so that some are empty; number graphs from 0, or give "
                + "their count.");
        }

        if (self.Aggregation != MessageAggregation.Sum)
        {
            Tensor sizes = Tensor.Zeros([all], DType.Int64, x.Device).IndexAdd(0, graphs, Tensor.Ones([x.Size(0)], DType.Int64, x.Device));
            Tensor empty = sizes.EqualTo(0).NonZero();
            if (empty.Count > 0)
            {
                throw new ShapeException(
                    $"{self.Kind}: graph {empty.Reshape(-1)[0].Item<long>()} of {all} is empty and has no {self.Aggregation}; "
                    + "every graph must have a node.");
            }
        }

        return GraphEdges.Joined(x, graphs, all, self.Aggregation);
    });
}
