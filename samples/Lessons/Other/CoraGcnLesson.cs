using System.Globalization;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// A paper's subject is known from its words and from those of the papers that it cites: a graph convolution averages over neighbors
/// (Kipf and Welling 2017, "Semi-supervised classification with graph convolutional networks"). H' = D̂^(−1/2) (A + I) D̂^(−1/2) H W.
/// </summary>
internal static class CoraGcnLesson
{
    public static Lesson Lesson { get; } = new(
        "gcn", Chapter.Other, "A graph convolution reads papers by what they cite",
        Goal.AtLeast("test accuracy", 0.81), Goal.AtLeast("test accuracy", 0.8), Run)
    {
        Data = "Cora (cora-planetoid)",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        Citations graph = run.Quick ? Citations.Make(400, 4) : Citations.Load(Materials.Find(run, Materials.Cora));
        int words = graph.Features.Size(1), classes = graph.Classes, runs = run.Choose(4, 1);

        // The published settings: 16 hidden units, dropout 0.5, decay of the first layer alone; the mean over seeds.
        double total = 0, without = 0;
        GCN model = null!;
        for (int i = 0; i < runs; i++)
        {
            model = new GCN(words, 16, classes);
            Adam optimizer = new(
                new ParameterGroup<AdamOptions>(model.Convs[0].Parameters(), new AdamOptions { LearningRate = 0.01, WeightDecay = 5e-4 }),
                new ParameterGroup<AdamOptions>(model.Convs[1].Parameters(), new AdamOptions { LearningRate = 0.01 }));
            total += Learn(run, graph, model, x => model.Forward(x, graph.Edges), optimizer);

            // The same without the citations: words alone.
            Sequential alone = new(new Dropout(0.5), new Linear(words, 16), new ReLU(), new Dropout(0.5), new Linear(16, classes));
            without += Learn(run, graph, alone, alone.Forward, new Adam(alone.Parameters(), 0.01, weightDecay: 5e-4));
        }

        run.Say(string.Create(CultureInfo.InvariantCulture, $"words alone, without the graph: {without / runs:0.0000}"));
        using GradMode.Region none = GradMode.NoGrad();
        Tensor scores = model.Forward(graph.Features, graph.Edges).IndexSelect(0, graph.Test);
        Tensor subjects = graph.Labels.IndexSelect(0, graph.Test);
        ConfusionMatrix confusion = new(classes);
        confusion.Add(scores, subjects);
        run.Report.Add(new ConfusionMatrixChart(confusion) { Caption = "Test papers by their subject and the one recognized." });
        Tensor centered = scores - scores.Mean(0);
        (_, _, Tensor v) = Linalg.Svd(centered, fullMatrices: false);
        Tensor flat = centered.MatMul(v[..2].T);
        run.Report.Add(
            PlanePicture.Around(flat, "Test papers", "The two directions in which their scores differ most; color is the subject.")
            .Classes(flat, subjects, [.. Enumerable.Range(0, classes).Select(static subject => $"subject {subject}")]));
        return total / runs;
    }

    /// <summary>Trains on the few papers whose subject is given; returns the accuracy on the test papers.</summary>
    internal static double Learn(
        LessonRun run, Citations graph, Module model, Func<Tensor, Tensor> scores, Optimizer optimizer, int epochs = 200)
    {
        model.Train();
        run.Train(
            optimizer, epochs,
            _ => Loss.CrossEntropy(scores(graph.Features)[..graph.Given], graph.Labels[..graph.Given]), what: "epoch");
        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        return Materials.Accuracy(scores(graph.Features).IndexSelect(0, graph.Test), graph.Labels.IndexSelect(0, graph.Test));
    }
}
