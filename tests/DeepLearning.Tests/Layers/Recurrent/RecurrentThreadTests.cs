using DeepLearning.Layers;
using DeepLearning.Tests.Backends.Cpu;

namespace DeepLearning.Tests.Layers.Recurrent;

/// <summary>The same bits on any number of threads.</summary>
[Collection("Thread setting")]
[Trait("Rerun", "Simd")]
public sealed class RecurrentThreadTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Recurrent_layers_train_to_the_same_bits(int threads) => Assert.Equal(Train(1), Train(threads));

    private static float[][] Train(int threads)
    {
        using ThreadSetting setting = new(threads);
        Generator random = new(5);
        LSTM lstm = new(10, 70, bidirectional: true, generator: random);
        GRU gru = new(140, 50, generator: random);
        Tensor x = Tensor.Randn([6, 40, 10], generator: random);
        x.RequiresGrad = true;
        gru.Forward(lstm.Forward(x).Output).Output.Square().Sum().Backward();
        return [.. new[] { x }.Concat(lstm.Parameters()).Concat(gru.Parameters()).Select(static t => t.Grad!.ToArray<float>())];
    }
}
