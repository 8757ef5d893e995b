using System.Globalization;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Graphs;

/// <summary>
/// The citation graph Cora with the published split of 140 papers to train on, 500 to validate and 1,000 to test. Its files (edges.txt,
/// features.txt, labels.txt, test_index.txt: those of the Planetoid data as text) are in a folder that DEEPLEARNING_DATA names.
/// </summary>
public sealed class CoraTests
{
    private const int Nodes = 2708, Words = 1433, Classes = 7, Runs = 4;

    [SkippableCoraFact]
    [Trait("Category", "Slow")]
    public void A_graph_convolutional_network_of_the_published_settings_reaches_81_percent()
    {
        Cora cora = Cora.Load(CoraFolder.Path!);
        double total = 0;
        for (ulong seed = 0; seed < Runs; seed++)
        {
            total += Accuracy(cora, new Generator(seed));
        }

        Assert.True(total / Runs >= 0.81, $"the mean accuracy of {Runs} runs is {total / Runs:0.0000}");
    }

    /// <summary>200 epochs of Adam at 0.01, decay 5e-4 of the first layer; the epoch of the best validation loss counts, as
    /// published.</summary>
    private static double Accuracy(Cora cora, Generator generator)
    {
        using Generator.DefaultRegion region = generator.AsDefault();
        GCN model = new(Words, 16, Classes);
        Adam optimizer = new(
            new ParameterGroup<AdamOptions>(model.Convs[0].Parameters(), new AdamOptions { LearningRate = 0.01, WeightDecay = 5e-4 }),
            new ParameterGroup<AdamOptions>(model.Convs[1].Parameters(), new AdamOptions { LearningRate = 0.01 }));
        for (int epoch = 0; epoch < 200; epoch++)
        {
            using TensorScope scope = new();
            model.Train();
            optimizer.ZeroGrad();
            Tensor output = model.Forward(cora.Features, cora.Edges).Narrow(0, 0, 140);
            Loss.CrossEntropy(output, cora.Labels.Narrow(0, 0, 140)).Backward();
            optimizer.Step();
        }

        model.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        Tensor logits = model.Forward(cora.Features, cora.Edges).IndexSelect(0, cora.Test);
        return logits.ArgMax(1).EqualTo(cora.Labels.IndexSelect(0, cora.Test)).To(DType.Float64).Mean().Item<double>();
    }

    private sealed record Cora(Tensor Features, Tensor Edges, Tensor Labels, Tensor Test)
    {
        public static Cora Load(string folder)
        {
            float[] features = new float[Nodes * Words];
            string[] lines = File.ReadAllLines(Path.Combine(folder, "features.txt"));
            for (int node = 0; node < Nodes; node++)
            {
                int[] words = Numbers(lines[node]);
                foreach (int word in words)
                {
                    features[(node * Words) + word] = 1f / words.Length;
                }
            }

            int[][] edges = [.. File.ReadLines(Path.Combine(folder, "edges.txt")).Select(Numbers)];
            Tensor once = Tensor.From([.. edges.Select(static e => (long)e[0]), .. edges.Select(static e => (long)e[1])], 2, edges.Length);
            return new Cora(
                Tensor.From(features, Nodes, Words), GraphEdges.ToUndirected(once, Nodes), Column(folder, "labels.txt"),
                Column(folder, "test_index.txt"));
        }

        private static Tensor Column(string folder, string file) =>
            Tensor.From([.. File.ReadLines(Path.Combine(folder, file)).Select(static l => (long)Numbers(l)[0])]);

        private static int[] Numbers(string line) =>
            [.. line.Split((char[]?)null,
                StringSplitOptions.RemoveEmptyEntries).Select(static n => int.Parse(n, CultureInfo.InvariantCulture))];
    }
}

/// <summary>Where the files of Cora are: in the folder that DEEPLEARNING_DATA names, or one below it.</summary>
internal static class CoraFolder
{
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        string? root = Environment.GetEnvironmentVariable(DeepLearning.Data.DatasetFolder.EnvironmentVariable);
        string[] places = string.IsNullOrEmpty(root)
            ? []
            : [root, System.IO.Path.Combine(root, "cora-planetoid"), System.IO.Path.Combine(root, "cora")];
        return places.FirstOrDefault(static place => File.Exists(System.IO.Path.Combine(place, "edges.txt")));
    }
}

/// <summary>A fact that is skipped, with the reason, where Cora is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SkippableCoraFactAttribute : FactAttribute
{
    /// <summary>Looks for the files.</summary>
    public SkippableCoraFactAttribute()
    {
        if (CoraFolder.Path is null)
        {
            Skip = "The files of Cora are not there: set DEEPLEARNING_DATA to a folder that has them in cora-planetoid.";
        }
    }
}
