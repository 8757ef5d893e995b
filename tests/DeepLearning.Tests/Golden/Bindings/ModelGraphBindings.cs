using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelGraphBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["GCNConv"] = c =>
        [
            c.Loaded(new GCNConv(c.Int("in"), c.Int("out"), c.Bool("normalize"), c.Bool("loops"), c.Bool("bias")))
                .Forward(c.Input("x"), c.Input("edges"), c.InputOrNull("weight")),
        ],
        ["SAGEConv"] = c => Graph(c, new SAGEConv(
            c.Int("in"), c.Int("out"), Joined(c), c.Bool("project"), c.Bool("normalize"), c.Bool("root"), c.Bool("bias"))),
        ["GATConv"] = c => Graph(c, new GATConv(
            c.Int("in"), c.Int("out"), c.Int("heads"), c.Bool("concat"), addSelfLoops: c.Bool("loops"), bias: c.Bool("bias"))),
        ["GlobalPool"] = c => [new GlobalPool(Joined(c)).Forward(c.Input("x"), c.Input("graphs"), c.IntOrNull("count"))],
        ["TransE"] = c => [c.Loaded(new TransE(5, 3, 4, p: c.Int("p"))).Forward(c.Input("triples"))],
        ["DistMult"] = c => [c.Loaded(new DistMult(5, 3, 4)).Forward(c.Input("triples"))],
        ["KnowledgeGraphEmbedding.RankingLoss"] = c =>
            [c.Loaded(new TransE(5, 3, 4, c.Double("margin"), 2)).RankingLoss(c.Input("triples"), c.Input("corrupted"))],
    };

    private static Tensor[] Graph(GoldenCall c, Module<Tensor, Tensor,
        Tensor> layer) => [c.Loaded(layer).Forward(c.Input("x"), c.Input("edges"))];

    private static MessageAggregation Joined(GoldenCall c) => Enum.Parse<MessageAggregation>(c.Text("aggregation"), ignoreCase: true);
}
