using DeepLearning.Backends;

namespace DeepLearning.Tests.Memory;

/// <summary>The pool is one for the process: these tests run alone.</summary>
[Collection("Thread setting")]
public unsafe class BufferPoolTests
{
    [Fact]
    public void A_block_is_aligned_and_at_most_a_quarter_larger_than_asked_for()
    {
        for (long bytes = BufferPool.SmallLimit + 1; bytes < 1 << 22; bytes = (bytes * 9 / 8) + 1)
        {
            using TensorScope scope = new();
            Tensor x = Tensor.Zeros([checked((int)bytes)], DType.UInt8);
            NativeStorage storage = Assert.IsType<NativeStorage>(x.Storage);
            Assert.InRange(storage.ByteLength, bytes, bytes * 5 / 4 + 64);
            Assert.Equal(0, (long)storage.Memory % 64);
        }
    }

    [Fact]
    public void Linux_can_back_a_large_block_by_huge_pages()
    {
        using TensorScope scope = new();
        NativeStorage storage = Assert.IsType<NativeStorage>(Tensor.Ones([5 << 20], DType.UInt8).Storage);
        Assert.Equal(0, (long)storage.Memory % (OperatingSystem.IsLinux() ? 2 << 20 : 64));
    }

    [Fact]
    public void Small_blocks_are_managed_arrays()
    {
        Assert.IsType<ArrayStorage>(Tensor.Zeros([BufferPool.SmallLimit], DType.UInt8).Storage);
        Assert.IsType<ArrayStorage>(Tensor.Zeros([0]).Storage);
        Assert.IsType<NativeStorage>(Tensor.Zeros([BufferPool.SmallLimit + 1], DType.UInt8).Storage);
    }

    [Fact]
    public void What_a_scope_returns_is_used_again_at_once()
    {
        nint first, second;
        using (new TensorScope())
        {
            first = AddressOf(Tensor.Zeros(54_321));
        }

        using (new TensorScope())
        {
            second = AddressOf(Tensor.Zeros(54_321));
        }

        Assert.Equal(first, second);
    }

    [Fact]
    public void Outstanding_bytes_go_back_to_what_they_were()
    {
        Settle();
        long before = BufferPool.Outstanding;
        using (new TensorScope())
        {
            Tensor x = Tensor.Zeros(1 << 20);
            Assert.True(BufferPool.Outstanding >= before + (4 << 20));
            GC.KeepAlive(x);
        }

        Assert.Equal(before, BufferPool.Outstanding);
    }

    [Fact]
    public void Dead_tensors_give_their_memory_back_when_they_are_collected()
    {
        Settle();
        long before = BufferPool.Outstanding;
        Abandon(20);
        Assert.True(BufferPool.Outstanding > before);
        Settle();
        Assert.Equal(before, BufferPool.Outstanding);
    }

    [Fact]
    public void Memory_used_again_and_again_is_found_dead_without_a_full_collection()
    {
        // Old storage objects would be seen dead by full collections only, and the pool would grow between them.
        Settle();
        long before = BufferPool.Outstanding;
        for (int round = 0; round < 12; round++)
        {
            Abandon(4);
            GC.Collect(1);
            GC.WaitForPendingFinalizers();
        }

        Assert.InRange(BufferPool.Outstanding - before, 0, 4 * (1 << 20));
    }

    [Fact]
    public void A_loop_asks_for_collections_by_itself()
    {
        // While there are blocks of other tests to reuse, none is asked for.
        Settle();
        BufferPool.Trim();
        long before = BufferPool.Outstanding;
        long most = 0;
        for (int i = 0; i < 400; i++)
        {
            Abandon(1);
            most = Math.Max(most, BufferPool.Outstanding - before);
        }

        Assert.InRange(most, 1, 2 * BufferPool.Budget);
    }

    [Fact]
    public void Trimming_frees_what_waits_and_leaves_what_is_used()
    {
        Tensor used = Tensor.Full([100_000], 3f);
        using (new TensorScope())
        {
            Tensor.Zeros(200_000);
        }

        Assert.True(BufferPool.Pooled > 0);
        BufferPool.Trim();
        Assert.Equal(0, BufferPool.Pooled);
        Assert.Equal(300_000f, used.Sum().Item<float>());
        Assert.Equal(0f, Tensor.Zeros(200_000).Sum().Item<float>());
    }

    [Fact]
    public void Many_threads_never_share_a_block()
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            try
            {
                for (int i = 0; i < 300; i++)
                {
                    using TensorScope scope = new();
                    Tensor mine = Tensor.Full([3000 + (i % 7 * 1000)], (double)t);
                    Tensor other = mine + 1.0;
                    if (mine.Amax().Item<double>() != t || mine.Amin().Item<double>() != t || other.Amin().Item<double>() != t + 1)
                    {
                        throw new InvalidOperationException($"Thread {t} found the numbers of another.");
                    }
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }))];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());
        Assert.Null(failure);
    }

    private static nint AddressOf(Tensor x) => (nint)((NativeStorage)x.Storage).Memory;

    // Not inlined, so that no tensor stays on the caller's stack.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Abandon(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Tensor.Zeros(1 << 18);
        }
    }

    private static void Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
