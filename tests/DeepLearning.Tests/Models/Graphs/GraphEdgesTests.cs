using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Graphs;

public sealed class GraphEdgesTests
{
    private static readonly Tensor s_edges = Tensor.From(new[] { 0L, 1, 1, 2, 1, 0, 1, 0 }, 2, 4);

    [Fact]
    public void Only_nodes_without_a_self_loop_get_one()
    {
        (Tensor edges, Tensor? weight) = GraphEdges.AddSelfLoops(s_edges, 4, Tensor.From([2f, 3f, 4f, 5f]));
        Assert.Equal([0L, 1, 1, 2, 0, 2, 3, 1, 0, 1, 0, 0, 2, 3], edges.ToArray<long>());
        Assert.Equal([2f, 3f, 4f, 5f, 1f, 1f, 1f], weight!.ToArray<float>());
        (Tensor again, _) = GraphEdges.AddSelfLoops(edges, 4);
        Assert.True(again.Equal(edges));
        (edges, weight) = GraphEdges.RemoveSelfLoops(edges, 4, weight);
        Assert.Equal([0L, 1, 2, 1, 0, 0], edges.ToArray<long>());
        Assert.Equal([2f, 3f, 5f], weight!.ToArray<float>());
    }

    [Fact]
    public void Both_directions_of_an_edge_are_there_once()
    {
        Assert.Equal([0L, 0, 1, 1, 2, 1, 2, 0, 1, 0], GraphEdges.ToUndirected(s_edges, 3).ToArray<long>());
        Assert.Equal([2, 0], GraphEdges.ToUndirected(Tensor.Zeros([2, 0], DType.Int64), 3).Shape.ToArray());
    }

    [Fact]
    public void Degrees_count_what_comes_in_and_weights_are_divided_by_their_roots()
    {
        Assert.Equal([2f, 2f, 0f], GraphEdges.Degree(s_edges, 3).ToArray<float>());
        Assert.True(GraphEdges.SymmetricWeights(s_edges, 3).AllClose(Tensor.From([0.5f, 0.5f, 0.5f, 0f]), absolute: 1e-6));
    }

    [Fact]
    public void Weights_of_the_edges_of_a_node_add_up_to_one_whatever_the_size_of_the_scores()
    {
        Tensor weights = GraphEdges.Softmax(Tensor.From([1000f, 1f, 1001f, -2000f]), Tensor.From([0L, 1, 0, 2]), 4);
        double odds = Math.E / (1 + Math.E);
        Assert.True(weights.AllClose(Tensor.From([1 - odds, 1, odds, 1]).To(DType.Float32), absolute: 1e-6));
    }

    [Fact]
    public void What_is_no_edge_list_is_refused()
    {
        Assert.Contains("0 to 1", Assert.Throws<IndexException>(() => GraphEdges.Degree(s_edges, 2)).Message);
        Assert.Contains("[2, edges]", Assert.Throws<ShapeException>(() => GraphEdges.ToUndirected(s_edges.T, 3)).Message);
        Assert.Contains("[4]", Assert.Throws<ShapeException>(() => GraphEdges.AddSelfLoops(s_edges, 3, Tensor.Ones(3))).Message);
        Assert.Contains("negative",
            Assert.Throws<ArgumentException>(() => GraphEdges.SymmetricWeights(s_edges, 3, -Tensor.Ones(4))).Message);
        Assert.Throws<ShapeException>(() => GraphEdges.Softmax(Tensor.Ones(3), s_edges[0], 3));
        Assert.Throws<DTypeException>(() => GraphEdges.Aggregate(Tensor.Ones(3, 1), Tensor.Ones(3), 3, MessageAggregation.Sum));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SAGEConv(2, 2, (MessageAggregation)7));
    }

    [Fact]
    public void Attention_gives_the_weights_of_its_edges()
    {
        GATConv layer = new(2, 3, heads: 2);
        Tensor x = Tensor.Randn(3, 2);
        (Tensor output, Tensor edges, Tensor weights) = layer.Attend(x, s_edges);
        Assert.Equal([3, 6], output.Shape.ToArray());
        Assert.Equal([6, 2], weights.Shape.ToArray());
        Assert.True(GraphEdges.Aggregate(weights, edges[1], 3, MessageAggregation.Sum).AllClose(Tensor.Ones(3, 2)));
    }
}
