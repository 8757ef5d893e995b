using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training.Terminal.Infrastructure;

/// <summary>A small problem: which of three corners points lie around.</summary>
internal static class Problem
{
    public const int Batches = 8;

    public static Net Model()
    {
        using Generator.DefaultRegion random = new Generator(1).AsDefault();
        return new Net();
    }

    public static Trainer Trainer(Net model, string? checkpoint = null, params TrainingCallback[] callbacks) =>
        new(model, new Adam(model.Parameters(), 0.01), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy()],
            Callbacks = [.. callbacks],
            Checkpoints = checkpoint is null ? null : new CheckpointSettings(checkpoint),
        };

    public static DataLoader<Example, Example> Loader() => DataLoader.Create(Points(Batches * 16, 1), 16, shuffle: true, seed: 5);

    public static DataLoader<Example, Example> Validation() => DataLoader.Create(Points(64, 2), 32);

    /// <summary>All bits of a model.</summary>
    public static byte[] Bits(Module model) => Safetensors.ToBytes(model.StateDict());

    private static TensorDataset Points(int count, ulong seed)
    {
        Generator generator = new(seed);
        Tensor labels = Tensor.RandInt(0, 3, [count], generator: generator);
        Tensor centres = Tensor.From(new float[,] { { 0, 2 }, { 2, -1 }, { -2, -1 } });
        return new TensorDataset(centres[labels] + (Tensor.Randn([count, 2], generator: generator) * 0.8), labels);
    }

    internal sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Linear _fc1 = new(2, 16), _fc2 = new(16, 3);
        private readonly Dropout _dropout = new(0.2);

        public override Tensor Forward(Tensor x) => _fc2.Forward(_dropout.Forward(_fc1.Forward(x).Relu()));
    }
}
