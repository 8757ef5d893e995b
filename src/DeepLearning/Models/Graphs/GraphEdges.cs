namespace DeepLearning.Models;

/// <summary>
/// What is done with edge lists: whole numbers (int64 or int32) [2, edges], of which row 0 holds the sources and row 1 the targets, as
/// PyTorch Geometric's <c>edge_index</c>.
/// </summary>
public static class GraphEdges
{
    /// <summary>Adds a self loop, of weight 1, to every node that has none.</summary>
    /// <param name="edges">[2, edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="edgeWeight">[edges], or null.</param>
    /// <returns>The edges and their weights (null where none were given), the new ones at the end.</returns>
    /// <exception cref="ShapeException">The edges are not [2, edges], or there is not one weight for each.</exception>
    /// <exception cref="IndexException">An edge names a node that there is not.</exception>
    public static (Tensor Edges, Tensor? Weight) AddSelfLoops(Tensor edges, int nodes, Tensor? edgeWeight = null)
    {
        Check(nameof(AddSelfLoops), edges, nodes, edgeWeight);
        Tensor isLoop = edges[0].EqualTo(edges[1]);
        Tensor loops = Tensor.Zeros([nodes], DType.Int64, edges.Device).IndexAdd(0, edges[0], isLoop.To(DType.Int64));
        Tensor missing = loops.EqualTo(0).NonZero().Reshape(1, -1).To(edges.DType);
        Tensor? weight = edgeWeight is null
            ? null
            : Tensor.Cat([edgeWeight, Tensor.Ones([missing.Size(1)], edgeWeight.DType, edgeWeight.Device)]);
        return (Tensor.Cat([edges, missing.Expand(2, missing.Size(1))], 1), weight);
    }

    /// <summary>The edges without those from a node to itself.</summary>
    /// <param name="edges">[2, edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="edgeWeight">[edges], or null.</param>
    /// <returns>The edges and their weights (null where none were given).</returns>
    /// <inheritdoc cref="AddSelfLoops" path="/exception"/>
    public static (Tensor Edges, Tensor? Weight) RemoveSelfLoops(Tensor edges, int nodes, Tensor? edgeWeight = null)
    {
        Check(nameof(RemoveSelfLoops), edges, nodes, edgeWeight);
        Tensor kept = edges[0].NotEqualTo(edges[1]).NonZero().Reshape(-1);
        return (edges.IndexSelect(1, kept), edgeWeight?.IndexSelect(0, kept));
    }

    /// <summary>The edges in both directions, each once, ordered by source and target.</summary>
    /// <param name="edges">[2, edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <returns>[2, edges], int64.</returns>
    /// <inheritdoc cref="AddSelfLoops" path="/exception"/>
    public static Tensor ToUndirected(Tensor edges, int nodes)
    {
        Check(nameof(ToUndirected), edges, nodes, null);
        Tensor whole = edges.To(DType.Int64);
        Tensor codes = Tensor.Cat([(whole[0] * nodes) + whole[1], (whole[1] * nodes) + whole[0]]).Sort().Values;
        if (codes.Count > 0)
        {
            Tensor isNew = Tensor.Cat([Tensor.Ones([1], DType.Bool, codes.Device), codes.Diff().NotEqualTo(0)]);
            codes = codes.MaskedSelect(isNew);
        }

        return Tensor.Stack([codes.FloorDivide(nodes), codes.Remainder(nodes)]);
    }

    /// <summary>What comes in at each node: the number of its edges, or the sum of their weights.</summary>
    /// <param name="edges">[2, edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="edgeWeight">[edges]; 1 each when null.</param>
    /// <param name="dtype">The type where no weights are given.</param>
    /// <returns>[nodes].</returns>
    /// <inheritdoc cref="AddSelfLoops" path="/exception"/>
    public static Tensor Degree(Tensor edges, int nodes, Tensor? edgeWeight = null, DType dtype = DType.Float32)
    {
        Check(nameof(Degree), edges, nodes, edgeWeight);
        Tensor weight = edgeWeight ?? Tensor.Ones([edges.Size(1)], dtype, edges.Device);
        return Tensor.Zeros([nodes], weight.DType, weight.Device).IndexAdd(0, edges[1], weight);
    }

    /// <summary>
    /// The weights of D^(−1/2) A D^(−1/2), each w / √(degree of the source · degree of the target), of Kipf and Welling 2017; 0 where a
    /// degree is 0.
    /// </summary>
    /// <param name="edges">[2, edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="edgeWeight">[edges], none negative; 1 each when null.</param>
    /// <param name="dtype">The type where no weights are given.</param>
    /// <returns>[edges].</returns>
    /// <exception cref="ArgumentException">A weight is negative: its degree may have no root.</exception>
    /// <inheritdoc cref="AddSelfLoops" path="/exception"/>
    public static Tensor SymmetricWeights(Tensor edges, int nodes, Tensor? edgeWeight = null, DType dtype = DType.Float32)
    {
        Tensor degree = Degree(edges, nodes, edgeWeight, dtype);
        GraphChecks.NotNegative(nameof(SymmetricWeights), edgeWeight);
        Tensor isAlone = degree.Detach().EqualTo(0);
        Tensor root = degree.MaskedFill(isAlone, 1).Rsqrt().MaskedFill(isAlone, 0);
        Tensor both = root.IndexSelect(0, edges[0]) * root.IndexSelect(0, edges[1]);
        return edgeWeight is null ? both : both * edgeWeight;
    }

    /// <summary>Softmax over the edges that come in at the same node: exp(s) / Σ exp(s) over those of the same target.</summary>
    /// <param name="scores">[edges, ..].</param>
    /// <param name="targets">The target of each edge, [edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <returns>Weights that add up to 1 at each node with an edge, of the scores' shape.</returns>
    /// <exception cref="ShapeException">There is not one target for each row of scores.</exception>
    /// <exception cref="IndexException">A target is a node that there is not.</exception>
    public static Tensor Softmax(Tensor scores, Tensor targets, int nodes)
    {
        CheckRows(nameof(Softmax), scores, targets, nodes);
        Tensor greatest = Joined(scores.Detach(), targets, nodes, MessageAggregation.Max);
        Tensor powers = (scores - greatest.IndexSelect(0, targets)).Exp();
        return powers / Joined(powers, targets, nodes, MessageAggregation.Sum).IndexSelect(0, targets);
    }

    /// <summary>Joins the rows of each node.</summary>
    /// <param name="messages">[edges, ..].</param>
    /// <param name="targets">The node of each row, [edges].</param>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="aggregation">How rows are joined.</param>
    /// <returns>[nodes, ..].</returns>
    /// <exception cref="ShapeException">There is not one target for each row.</exception>
    /// <exception cref="IndexException">A target is a node that there is not.</exception>
    public static Tensor Aggregate(Tensor messages, Tensor targets, int nodes, MessageAggregation aggregation)
    {
        CheckRows(nameof(Aggregate), messages, targets, nodes);
        return Joined(messages, targets, nodes, aggregation);
    }

    /// <summary>As <see cref="Aggregate"/>, of targets that have been looked at.</summary>
    internal static Tensor Joined(Tensor messages, Tensor targets, int nodes, MessageAggregation aggregation)
    {
        int[] shape = [nodes, .. messages.Shape.ToArray()[1..]];
        Tensor zeros = Tensor.Zeros(shape, messages.DType, messages.Device);
        switch (aggregation)
        {
            case MessageAggregation.Sum:
                return zeros.IndexAdd(0, targets, messages);
            case MessageAggregation.Mean:
                Tensor ones = Tensor.Ones([targets.Size(0)], messages.DType, messages.Device);
                Tensor counts = Tensor.Zeros([nodes], messages.DType, messages.Device).IndexAdd(0, targets, ones).Clamp(min: 1);
                int[] column = [nodes, .. Enumerable.Repeat(1, messages.Rank - 1)];
                return zeros.IndexAdd(0, targets, messages) / counts.Reshape(column);
            case MessageAggregation.Max:
                int[] rows = [targets.Size(0), .. Enumerable.Repeat(1, messages.Rank - 1)];
                return zeros.ScatterReduce(
                    0, targets.Reshape(rows).ExpandAs(messages), messages, ScatterReduction.Amax, includeSelf: false);
            default:
                throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, "Aggregate: the aggregation is Sum, Mean or Max.");
        }
    }

    private static void Check(string name, Tensor edges, int nodes, Tensor? edgeWeight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nodes);
        GraphChecks.Edges(name, edges, nodes);
        GraphChecks.Weights(name, edgeWeight, edges);
    }

    private static void CheckRows(string name, Tensor rows, Tensor targets, int nodes)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nodes);
        if (targets.Rank != 1 || rows.Rank == 0 || rows.Size(0) != targets.Size(0))
        {
            throw new ShapeException(
                $"{name}: targets {targets.Shape} do not fit rows {rows.Shape}; they must be [edges], one for each row.");
        }

        GraphChecks.Numbers(name, targets, "targets", "nodes", nodes);
    }
}
