using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Memory;

/// <summary>
/// Kernels run while another thread collects and finalizes all the time. A kernel that does not keep its operands alive computes on
/// memory that the pool has given away, and the results differ.
/// </summary>
[Trait("Category", "Slow")]
public class CollectingThreadTests
{
    [Fact]
    public void Training_gives_the_same_parameters_under_a_thread_that_collects()
    {
        float[] quiet = Train(40);
        float[] collected = [];
        Collecting(() => collected = Train(40));
        Assert.Equal(quiet, collected);
    }

    [Fact]
    public void Operands_that_nobody_else_holds_live_until_their_kernel_ends()
    {
        // Each operand is dead for its caller as soon as the kernel has its address.
        const int Count = 200_000;
        Collecting(() =>
        {
            for (int i = 0; i < 60; i++)
            {
                Tensor sum = (Fresh(i, Count).Exp().Log() + Fresh(1, Count)).Sum();
                Assert.Equal((i + 1.0) * Count, sum.Item<float>(), Count * 1e-3);
                Tensor product = Fresh(i, 300 * 300).Reshape(300, 300).MatMul(Fresh(1, 300 * 300).Reshape(300, 300));
                Assert.Equal(300f * i, product.Max().Item<float>(), 0.01);
                Assert.Equal(i, Fresh(i, Count).Reshape(400, 500).T.Contiguous().Amax(0).Min().Item<float>());
                Assert.Equal(0.002f, Fresh(i, Count).Reshape(400, 500).Softmax(1).Max().Item<float>(), 1e-6);
                Tensor convolved = Fresh(i, 64 * 64).Reshape(1, 1, 64, 64).Conv2d(Fresh(1, 9).Reshape(1, 1, 3, 3));
                Assert.Equal(9f * i, convolved.Amin().Item<float>(), 1e-3);
                Tensor chosen = Fresh(i, Count).Sort(0).Values.Flip(0).IndexSelect(0, Tensor.Arange(1000));
                Assert.Equal(i, chosen.Mean().Item<float>(), 1e-3);
            }
        });
    }

    private static Tensor Fresh(int value, int count) => Tensor.Full([count], (float)value);

    private static float[] Train(int steps)
    {
        Generator.Default.ManualSeed(3);
        Sequential model = new(
            new Conv2d(1, 4, 3, padding: 1), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2), new Flatten(), new LayerNorm(256),
            new Linear(256, 64), new GELU(), new Linear(64, 10));
        Adam optimizer = new(model.Parameters(), 1e-3);
        Tensor x = Tensor.Randn(32, 1, 16, 16), y = Tensor.RandInt(0, 10, [32]);
        for (int step = 0; step < steps; step++)
        {
            optimizer.ZeroGrad();
            Loss.CrossEntropy(model.Forward(x), y).Backward();
            optimizer.Step();
        }

        return [.. model.Parameters().SelectMany(static p => p.ToArray<float>())];
    }

    private static void Collecting(Action action)
    {
        bool stop = false;
        Thread collector = new(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            action();
        }
        finally
        {
            Volatile.Write(ref stop, true);
            collector.Join();
        }
    }
}
