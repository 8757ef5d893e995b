using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>A small problem for trainers: points around three corners, and a network with everything that a checkpoint must keep.</summary>
internal static class Blobs
{
    public const int Classes = 3;

    public static TensorDataset Points(int count, ulong seed)
    {
        Generator generator = new(seed);
        Tensor labels = Tensor.RandInt(0, Classes, [count], generator: generator);
        Tensor centres = Tensor.From(new float[,] { { 0, 2 }, { 2, -1 }, { -2, -1 } });
        return new TensorDataset(centres[labels] + (Tensor.Randn([count, 2], generator: generator) * 0.8), labels);
    }

    public static Net Model(ulong seed)
    {
        using Generator.DefaultRegion random = new Generator(seed).AsDefault();
        return new Net();
    }

    public static Trainer Trainer(Net model, Optimizer? optimizer = null, TrainingCallback[]? callbacks = null) =>
        new(model, optimizer ?? new Adam(model.Parameters(), 0.01), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy()],
            PrintProgress = false,
            Callbacks = [.. callbacks ?? []],
        };

    public static DataLoader<Example, Example> Loader(int count = 120, int batch = 16, ulong seed = 5, int workers = 0) =>
        DataLoader.Create(Points(count, 1), batch, shuffle: true, workers: workers, seed: seed);

    public static DataLoader<Example, Example> Validation() => DataLoader.Create(Points(60, 2), 32);

    /// <summary>Runs something with random numbers of its own, whatever other tests draw meanwhile.</summary>
    public static void Seeded(Action action, ulong seed = 9)
    {
        using Generator.DefaultRegion random = new Generator(seed).AsDefault();
        action();
    }

    /// <summary>All bits of a model.</summary>
    public static byte[] Bits(Module model) => DeepLearning.Serialization.Safetensors.ToBytes(model.StateDict());

    internal sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Linear _fc1 = new(2, 16), _fc2 = new(16, Classes);
        private readonly BatchNorm1d _norm = new(16);
        private readonly Dropout _dropout = new(0.2);

        public override Tensor Forward(Tensor x) => _fc2.Forward(_dropout.Forward(_norm.Forward(_fc1.Forward(x)).Relu()));
    }
}
