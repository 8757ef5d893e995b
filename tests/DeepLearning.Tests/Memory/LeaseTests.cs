using System.Runtime.CompilerServices;
using DeepLearning.Backends;

namespace DeepLearning.Tests.Memory;

public class LeaseTests
{
    private const int Count = 100_000;

    [Fact]
    public void A_lease_alone_keeps_its_memory_out_of_the_pool()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(1f, ValueAfterCollections());
        }
    }

    /// <summary>Optimized from the first call, so that a local variable is dead after its last use.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float ValueAfterCollections()
    {
        using Lease<float> lease = new(Fresh());
        ref float first = ref lease.First;
        first = 1;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // Were the block back in the pool, tensors of its size would get it and overwrite it.
        Tensor[] others = [.. Enumerable.Range(0, 8).Select(static _ => Tensor.Full([Count], 2f))];
        GC.KeepAlive(others);
        return first;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Tensor Fresh() => Tensor.Full([Count], 0f);
}
