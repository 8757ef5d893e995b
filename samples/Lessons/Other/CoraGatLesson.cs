namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A graph network that chooses whom to listen to: each neighbor's weight is computed from both nodes, by several heads (Veličković et al.
/// 2018, "Graph attention networks"). αᵢⱼ = softmaxⱼ(LeakyReLU(aᵀ [W hᵢ ‖ W hⱼ])). The published settings: 8 heads of 8, dropout 0.6.
/// </summary>
internal static class CoraGatLesson
{
    public static Lesson Lesson { get; } = new(
        "gat", Chapter.Other, "Graph attention: whom to listen to",
        Goal.AtLeast("test accuracy", 0.81), Goal.AtLeast("test accuracy", 0.8), Run)
    {
        Data = "Cora (cora-planetoid)",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        Citations graph = run.Quick ? Citations.Make(400, 4) : Citations.Load(Materials.Find(run, Materials.Cora));
        GAT model = new(graph.Features.Size(1), 8, graph.Classes, heads: run.Choose(8, 4), dropout: run.Choose(0.6, 0.3));
        double accuracy = CoraGcnLesson.Learn(
            run, graph, model, x => model.Forward(x, graph.Edges), new Adam(model.Parameters(), run.Choose(0.005, 0.02), weightDecay: 5e-4),
            epochs: run.Choose(300, 60));

        using GradMode.Region none = GradMode.NoGrad();
        (_, Tensor edges, Tensor weights) = model.Convs[0].Attend(graph.Features, graph.Edges);

        // Does it listen more to papers of the same subject? Compared with an even share for each neighbor.
        int papers = graph.Features.Size(0);
        Tensor even = GraphEdges.Degree(edges, papers).IndexSelect(0, edges[1]).Reciprocal(), mean = weights.Flatten(1).Mean(1);
        Tensor alike = graph.Labels.IndexSelect(0, edges[0]).EqualTo(graph.Labels.IndexSelect(0, edges[1]));
        Tensor ratio = mean / even;
        run.Report.Add(new HistogramChart("Attention", ratio.Clamp(0.0, 3.0))
        {
            Caption = $"Weight of each neighbor in the first layer, as a multiple of an even share. Of the same subject "
                + $"{(double)ratio.MaskedSelect(alike).Mean():0.000}, of another "
                + $"{(double)ratio.MaskedSelect(alike.LogicalNot()).Mean():0.000} in the mean.",
            XLabel = "weight / even share",
        });
        Tensor scores = model.Forward(graph.Features, graph.Edges).IndexSelect(0, graph.Test);
        ConfusionMatrix confusion = new(graph.Classes);
        confusion.Add(scores, graph.Labels.IndexSelect(0, graph.Test));
        run.Report.Add(new ConfusionMatrixChart(confusion) { Caption = "Test papers by their subject and the one recognized." });
        return accuracy;
    }
}
