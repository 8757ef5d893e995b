using System.Runtime.CompilerServices;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Memory;

/// <summary>
/// Kernels run while another thread collects and finalizes all the time. A kernel that does not keep its operands alive computes on
/// memory that the pool has given away, and the results differ. In a process of their own (RerunTests): a collection of a small heap is
/// short, so that many fall into each kernel.
/// </summary>
[Trait("Category", "Slow")]
[Trait("Rerun", "Collector")]
public class CollectingThreadTests
{
    private const int Side = 256;

    [Fact]
    public void Training_gives_the_same_parameters_under_a_thread_that_collects()
    {
        float[] quiet = Train(40);
        Collecting(() => Assert.Equal(quiet, Train(40)));
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

    [Fact]
    public void A_kernel_alone_holds_its_operands()
    {
        // Called below all that records, which would hold them, too.
        Tensor sum = Tensor.Zeros(Side, Side), product = Tensor.Zeros(Side, Side);
        Collecting(() =>
        {
            for (int i = 0; i < 300; i++)
            {
                Add(i, sum);
                Multiply(i, product);
                Assert.Equal((i + 1f, i + 1f), (sum.Amin().Item<float>(), sum.Max().Item<float>()));
                Assert.Equal((i * (float)Side, i * (float)Side), (product.Amin().Item<float>(), product.Max().Item<float>()));
            }
        });
    }

    // Optimized from the first call: what is not optimized holds all arguments to its end.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Add(int i, Tensor sum) => sum.Backend.Binary(default(AddOp), FreshSquare(i), FreshSquare(1), sum);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(int i, Tensor product) =>
        product.Backend.MatMul(FreshSquare(i), false, FreshSquare(1), false, product);

    private static Tensor FreshSquare(int value) => Fresh(value, Side * Side).Reshape(Side, Side);

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
        if (!RerunHost.IsChild)
        {
            return;
        }

        bool stop = false;
        Thread collector = new(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                // What is to be caught has just been made; a collection of all generations takes as long as there are tests to list.
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
                // Takes what has come back to the pool, and writes to it.
                for (int i = 0; i < 3; i++)
                {
                    Fresh(-1, Side * Side);
                }
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
