using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Backends.Cpu;

namespace DeepLearning.Tests.Memory;

/// <summary>What a training step inside a scope leaves to the collector: graph nodes, no numbers.</summary>
[Collection("Thread setting")]
public class StepAllocationTests
{
    private const int Limit = 8 << 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_of_a_perceptron_allocates_a_few_kilobytes(int threads)
    {
        using ThreadSetting setting = new(threads);
        Sequential model = new(new Linear(784, 512), new ReLU(), new Linear(512, 256), new ReLU(), new Linear(256, 10));
        Adam optimizer = new(model.Parameters(), 1e-3);
        Tensor x = Tensor.Randn(128, 784), y = Tensor.RandInt(0, 10, [128]);
        Assert.InRange(BytesOfAStep(optimizer, () => Loss.CrossEntropy(model.Forward(x), y)), 0, Limit);
    }

    [Fact]
    public void A_step_of_a_convolutional_network_allocates_a_few_kilobytes()
    {
        Sequential model = new(
            new Conv2d(1, 8, 3, padding: 1), new BatchNorm2d(8), new ReLU(), new MaxPool2d(2), new Flatten(), new Dropout(0.1),
            new Linear(128, 10));
        SGD optimizer = new(model.Parameters(), 0.01, momentum: 0.9);
        Tensor x = Tensor.Randn(16, 1, 8, 8), y = Tensor.RandInt(0, 10, [16]);
        Assert.InRange(BytesOfAStep(optimizer, () => Loss.CrossEntropy(model.Forward(x), y)), 0, 2 * Limit);
    }

    private static long BytesOfAStep(Optimizer optimizer, Func<Tensor> loss)
    {
        const int Warm = 20, Measured = 20;
        long before = 0;
        for (int step = 0; step < Warm + Measured; step++)
        {
            if (step == Warm)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            using TensorScope scope = new();
            optimizer.ZeroGrad();
            loss().Backward();
            optimizer.Step();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Measured;
    }
}
