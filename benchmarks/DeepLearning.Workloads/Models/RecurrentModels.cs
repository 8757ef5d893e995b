using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads.Models;

/// <summary>Classifiers of sequences: 64 steps of 128 numbers, batches of 32, ten classes.</summary>
internal static class RecurrentModels
{
    private const int Batch = 32;
    private const int Steps = 64;

    /// <summary>Two layers of LSTM, hidden 256; the last step's output to the classes.</summary>
    public static Training Lstm()
    {
        LstmClassifier model = new();
        return new Training(
            [("m", model)], [("x", Tensor.Randn(Batch, Steps, 128)), ("y", Tensor.RandInt(0, 10, [Batch]))],
            xs => Loss.CrossEntropy(model.Forward(xs[0]), xs[1]), static parameters => new Adam(parameters, 1e-3));
    }

    /// <summary>One GRU in both directions, hidden 256; the mean over the steps to the classes.</summary>
    public static Training Gru()
    {
        GRU recurrent = new(128, 256, batchFirst: true, bidirectional: true);
        Linear head = new(512, 10);
        return new Training(
            [("r", recurrent), ("h", head)],
            [("x", Tensor.Randn(Batch, Steps, 128)), ("y", Tensor.RandInt(0, 10, [Batch]))],
            xs => Loss.CrossEntropy(head.Forward(recurrent.Forward(xs[0]).Output.Mean(1)), xs[1]),
            static parameters => new Adam(parameters, 1e-3));
    }

    /// <summary>The LSTM's classifier: keys <c>r</c> and <c>h</c>, as the peer has them.</summary>
    public sealed class LstmClassifier : Module<Tensor, Tensor>
    {
        private readonly LSTM _r = new(128, 256, 2, batchFirst: true);
        private readonly Linear _h = new(256, 10);

        public override Tensor Forward(Tensor input) => _h.Forward(_r.Forward(input).Output.Select(1, -1));
    }
}
