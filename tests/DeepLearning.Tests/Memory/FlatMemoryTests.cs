using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Memory;

/// <summary>
/// Plain training loops, without a scope or a Dispose, in a process of their own (RerunTests): its resident memory after 5,000 steps
/// is that after 200.
/// </summary>
[Trait("Category", "Slow")]
[Trait("Rerun", "Memory")]
public class FlatMemoryTests
{
    private const int Early = 200;
    private const int Late = 5000;
    private const double Growth = 1.1;

    [Fact]
    public void A_loop_over_small_tensors_stays_flat()
    {
        Sequential model = new(new Linear(2, 8), new Tanh(), new Linear(8, 1));
        Tensor x = Tensor.Randn(4, 2), y = Tensor.Rand(4, 1);
        StaysFlat(model, new SGD(model.Parameters(), 0.1), () => Loss.BCEWithLogits(model.Forward(x), y));
    }

    [Fact]
    public void A_loop_over_pooled_tensors_stays_flat()
    {
        Sequential model = new(new Linear(64, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
        Tensor x = Tensor.Randn(128, 64), y = Tensor.RandInt(0, 10, [128]);
        StaysFlat(model, new Adam(model.Parameters(), 1e-3), () => Loss.CrossEntropy(model.Forward(x), y));
    }

    private static void StaysFlat(Sequential model, Optimizer optimizer, Func<Tensor> loss)
    {
        if (!RerunHost.IsChild)
        {
            // Other tests of this process would be measured too.
            return;
        }

        long early = 0;
        for (int step = 1; step <= Late; step++)
        {
            optimizer.ZeroGrad();
            loss().Backward();
            optimizer.Step();
            if (step == Early)
            {
                early = Environment.WorkingSet;
            }
        }

        long late = Environment.WorkingSet;
        Console.WriteLine($"{model.Count} layers: {early >> 10} KB at step {Early}, {late >> 10} KB at step {Late}");
        Assert.True(late <= early * Growth, $"{early} bytes are resident after {Early} steps, {late} after {Late}.");
    }
}
