using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;
using DeepLearning.Tests.Layers.Catalog;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Layers over graphs of four nodes with two channels, one of them without an edge, one with a self loop; and triples.</summary>
internal static class GraphEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Graph("GCNConv", static () => new GCNConv(2, 3), 3),
        Graph("GCNConv, not normalized, no bias", static () => new GCNConv(2, 1, normalize: false, bias: false), 1),
        Graph("GCNConv, self loops alone", static () => new GCNConv(2, 2, normalize: false, addSelfLoops: true), 2),
        Graph("GCNConv, no self loops", static () => new GCNConv(2, 2, addSelfLoops: false), 2),
        CatalogEntry.Layer(
            "GCNConv, weights",
            static () => new CalledModule3<GCNConv,
                Tensor>(new GCNConv(2, 2), static (conv, x, edges, weight) => conv.Forward(x, edges, weight)),
            static random => (random.Normal(4, 2), Edges(), random.Uniform(0.5, 2, 5)),
            new LayerCheckOptions
            {
                OutputShapes = ["[4, 2]"],
                BatchAxis = null,
                Rejects =
                [
                    new Rejection("fewer weights than edges", "[5]", null, null, Tensor.Ones(4)),
                    new Rejection("a negative weight", "negative", null, null, Tensor.From([1f, 1f, -1f, 1f, 1f])),
                    new Rejection("weights of whole numbers", "floating", null, null, Tensor.Ones([5], DType.Int64)),
                ],
            }),
        Graph("SAGEConv", static () => new SAGEConv(2, 3), 3),
        Graph("SAGEConv, the greatest", static () => new SAGEConv(2, 3, MessageAggregation.Max, bias: false), 3),
        Graph("SAGEConv, pooling", static () => new SAGEConv(2, 3, MessageAggregation.Max, project: true), 3),
        Graph("SAGEConv, sums, normalized", static () => new SAGEConv(2, 3, MessageAggregation.Sum, normalize: true), 3),
        Graph("SAGEConv, neighbors alone", static () => new SAGEConv(2, 3, rootWeight: false), 3),
        Graph("GATConv", static () => new GATConv(2, 3), 3),
        Graph("GATConv, heads, dropout", static () => new GATConv(2, 2, heads: 2, dropout: 0.3), 4),
        Graph("GATConv, averaged, no loops, no bias", static () => new GATConv(2, 2, 2, concat: false, addSelfLoops: false, bias: false),
            2),
        Graph("GCN", static () => new GCN(2, 3, 2), 2),
        Graph("GAT", static () => new GAT(2, 2, 3, heads: 2, outHeads: 2, dropout: 0), 3),
        Pool("GlobalPool", MessageAggregation.Sum),
        Pool("GlobalPool, mean", MessageAggregation.Mean),
        Pool("GlobalPool, max", MessageAggregation.Max),
        Triples("TransE", static () => new TransE(4, 2, 3)),
        Triples("TransE, squares", static () => new TransE(4, 2, 3, p: 2)),
        Triples("DistMult", static () => new DistMult(4, 2, 3)),
    ];

    private static Tensor Edges() => Tensor.From(new[] { 0L, 1, 2, 2, 0, 1, 2, 0, 2, 2 }, 2, 5);

    private static CatalogEntry Graph(string name, Func<Module<Tensor, Tensor, Tensor>> make, int channels) => CatalogEntry.Layer(
        name, make, static random => (random.Normal(4, 2), Edges()),
        new LayerCheckOptions
        {
            InputShapes = ["[N, 2]", "[2, E]"],
            OutputShapes = [$"[N, {channels}]"],
            BatchAxis = null,
            Rejects =
            [
                new Rejection("other channels", "[nodes, 2]", Tensor.Zeros(4, 3), null),
                new Rejection("no node", "empty graph", Tensor.Zeros(0, 2), null),
                new Rejection("nodes in batches", "[nodes, channels]", Tensor.Zeros(1, 4, 2), null),
                new Rejection("an edge past the nodes", "0 to 3", null, Tensor.From(new[] { 0L, 4 }, 2, 1)),
                new Rejection("a negative edge", "0 to 3", null, Tensor.From(new[] { 0L, -1 }, 2, 1)),
                new Rejection("edges in rows", "[2, edges]", null, Tensor.Zeros([5, 2], DType.Int64)),
                new Rejection("edges of floating-point numbers", "int64", null, Tensor.Zeros(2, 5)),
            ],
        });

    private static CatalogEntry Pool(string name, MessageAggregation aggregation) => CatalogEntry.Layer(
        name, () => new GlobalPool(aggregation), static random => (random.Normal(4, 2), Tensor.From([0L, 1, 0, 0])),
        new LayerCheckOptions
        {
            InputShapes = ["[N, C]", "[N]"],
            OutputShapes = ["[2, C]"],
            BatchAxis = null,
            Rejects =
            [
                new Rejection("no node", "empty graph", Tensor.Zeros(0, 2), Tensor.Zeros([0], DType.Int64)),
                new Rejection("fewer graphs than nodes", "[4]", null, Tensor.Zeros([3], DType.Int64)),
                new Rejection("a negative graph", "graphs from -1", null, Tensor.From([0L, 1, -1, 0])),
                new Rejection("more graphs than nodes", "empty", null, Tensor.From([0L, 1, 9, 0])),
                .. aggregation == MessageAggregation.Sum
                    ? (Rejection[])[]
                    : [new Rejection("a graph without a node", "graph 1 of 3 is empty", null, Tensor.From([0L, 2, 0, 0]))],
            ],
        });

    private static CatalogEntry Triples(string name, Func<KnowledgeGraphEmbedding> make) => CatalogEntry.Layer(
        name, make, static _ => Tensor.From(new[] { 0L, 0, 1, 2, 1, 3, 3, 0, 0 }, 3, 3),
        new LayerCheckOptions
        {
            InputShapes = ["[.., 3]"],
            OutputShapes = ["[..]"],
            Unbatched = true,
            Rejects =
            [
                new Rejection("pairs", "[.., 3]", Tensor.Zeros([2, 2], DType.Int64)),
                new Rejection("a relation that there is not", "relations from 2", Tensor.From([0L, 2, 0])),
                new Rejection("an entity that there is not", "0 to 3", Tensor.From([0L, 0, 4])),
                new Rejection("floating-point numbers", "int64", Tensor.Zeros(2, 3)),
            ],
        });
}
