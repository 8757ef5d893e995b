using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>What a transformer is made of, trained together.</summary>
public sealed class GpuTransformerTests
{
    [Fact]
    public void A_small_causal_transformer_trains_to_the_processors_losses_without_a_detour_over_the_host()
    {
        Device own = OwnDevice.Make("ilgpu:transformer");
        float[] expected = Train(Device.Cpu), actual = Train(own);
        Assert.True(expected[^1] < expected[0], "It does not learn.");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 2e-5f);
        }

        Assert.Empty(own.HostFallbacks);
    }

    private static float[] Train(Device device)
    {
        Generator generator = new(6);
        Tensor x = Tensor.Randn([2, 9, 8], generator: generator).To(device);
        Tensor labels = Tensor.From<long>([.. Enumerable.Range(0, 18).Select(static i => i * 5L % 4)]).To(device);
        TransformerEncoderLayer block = new(8, 2, 16, dropout: 0, batchFirst: true, normFirst: true, generator: generator);
        Sequential head = [new RMSNorm(8), new Linear(8, 4, generator: generator)];
        block.To(device);
        head.To(device);
        Adam optimizer = new([.. block.Parameters(), .. head.Parameters()], learningRate: 0.02);
        float[] losses = new float[4];
        Tensor mask = Tensor.Ones([9, 9], DType.Bool).Triu(1).To(device);
        for (int i = 0; i < losses.Length; i++)
        {
            optimizer.ZeroGrad();
            Tensor y = head.Forward(block.Forward(x, srcMask: mask, isCausal: true));
            Tensor loss = Loss.CrossEntropy(y.Reshape(18, 4), labels, labelSmoothing: 0.1);
            loss.Backward();
            optimizer.Step();
            losses[i] = loss.Item<float>();
        }

        return losses;
    }
}
