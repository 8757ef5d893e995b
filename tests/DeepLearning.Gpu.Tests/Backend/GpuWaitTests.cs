using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>How often a step of a training waits for the device.</summary>
public sealed class GpuWaitTests
{
    [Fact]
    public void A_training_step_waits_for_nothing()
    {
        Device device = OwnDevice.Make("ilgpu:waits");
        Generator generator = new(1);
        Tensor images = Tensor.Randn([6, 5], generator: generator).To(device), labels = Tensor.From([0L, 1, 2, 0, 1, -100]).To(device);
        Sequential model = [new Linear(5, 4, generator: generator), new ReLU(), new Dropout(0.1), new Linear(4, 3, generator: generator)];
        model.To(device);
        Adam optimizer = new(model.Parameters(), learningRate: 0.01);
        Tensor Step()
        {
            optimizer.ZeroGrad();
            Tensor loss = Loss.CrossEntropy(model.Forward(images), labels);
            loss.Backward();
            Gradients.ClipNorm(model.Parameters(), 0.1);
            optimizer.Step();
            return loss;
        }

        long before = Waits.Of(device);
        Step();
        Tensor last = Step();
        Assert.Equal(before, Waits.Of(device));
        Assert.Empty(device.HostFallbacks);
        Assert.True(float.IsFinite(last.Item<float>()));
        Assert.True(Waits.Of(device) > before, "Reading a value waits.");
    }

    [Fact]
    public void Embeddings_and_probabilities_wait_for_nothing()
    {
        Device device = OwnDevice.Make("ilgpu:waits2");
        Tensor words = Tensor.From([1L, 2, 0, 1]).To(device), wanted = Tensor.From([1f, 0, 1, 0]).To(device);
        Sequential model = [new Embedding(3, 4), new Linear(4, 1), new Sigmoid()];
        model.To(device);
        SGD optimizer = new(model.Parameters(), 0.1, momentum: 0.9);
        long before = Waits.Of(device);
        Loss.BCE(model.Forward(words).Squeeze(-1), wanted).Backward();
        optimizer.Step();
        Assert.Equal(before, Waits.Of(device));
    }
}
