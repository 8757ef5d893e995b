using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>
/// The memory behind CPU tensors. Small blocks are managed arrays, recycled by scopes only. Large ones are 64-byte aligned native
/// blocks in size classes a quarter of a power of two apart, reused as soon as a scope or a backward pass returns them, or
/// when the collector finds them dead. So that a plain loop stays flat, the pool itself asks for collections: at the end of a backward
/// pass, when most is dead and next to nothing has to be kept, and before the process grows, after <see cref="Budget"/> bytes handed out.
/// While there are blocks to reuse it does not: what is alive then would only grow old, and be seen dead by a full collection alone.
/// </summary>
internal static unsafe class BufferPool
{
    /// <summary>The largest block kept on the managed heap.</summary>
    internal const int SmallLimit = 8192;

    private const long BaseBudget = 16L << 20;
    private const int Alignment = 64;
    private const int Classes = 4 * 50;
    private const int SmallClasses = 8;
    private const int SmallKept = 256;
    private const int SmallCountStep = 1 << 20;
    private const long ManagedBudget = 2L << 20;

    /// <summary>Within a backward pass, what collections may take of its time.</summary>
    private const double BackwardShare = 0.01;

    private static readonly Stack<Block>[] _free = CreateStacks();

    private static long s_budget = BaseBudget;
    private static long s_sinceCollection;
    private static long s_sinceEnd;
    private static long s_outstanding;
    private static long s_pooled;
    private static int s_collecting;
    private static long s_fullGrowth = BaseBudget;
    private static long s_fullEnd = BaseBudget / 2;
    private static long s_collectionEnd;
    private static long s_collectionTime;

    [ThreadStatic]
    private static Stack<ArrayStorage>?[]? s_small;

    [ThreadStatic]
    private static int s_smallBytes;

    [ThreadStatic]
    private static long s_managedSeen;

    [ThreadStatic]
    private static int s_collectionsSeen;

    /// <summary>Bytes handed out between two collections the pool asks for.</summary>
    public static long Budget => Volatile.Read(ref s_budget);

    /// <summary>Bytes of native blocks in use by tensors, dead or alive.</summary>
    public static long Outstanding => Volatile.Read(ref s_outstanding);

    /// <summary>Bytes of native blocks waiting to be reused.</summary>
    public static long Pooled => Volatile.Read(ref s_pooled);

    public static HostStorage Rent(long bytes)
    {
        if (bytes <= SmallLimit)
        {
            return RentSmall((int)bytes);
        }

        int sizeClass = ClassOf(bytes);
        if (sizeClass >= Classes)
        {
            throw NoRoom(bytes, null);
        }

        long size = SizeOf(sizeClass);
        long handedOut = CountOut(size);
        if (!TryPop(sizeClass, size, out Block block) && (!CollectToGrow(handedOut) || !TryPop(sizeClass, size, out block)))
        {
            block = new Block(Allocate(size), null);
        }

        Interlocked.Add(ref s_outstanding, size);
        if (block.Owner is { } owner)
        {
            if (GC.GetGeneration(owner) == 0)
            {
                return owner;
            }

            // An old object that dies unseen is found by a full collection only: the memory gets a young one.
            owner.Forget();
        }

        return new NativeStorage(block.Memory, sizeClass, size);
    }

    public static void Return(NativeStorage storage)
    {
        Interlocked.Add(ref s_outstanding, -storage.ByteLength);
        CountOut(-storage.ByteLength);
        Push(new Block(storage.Memory, storage), storage.SizeClass, storage.ByteLength);
    }

    /// <summary>Takes the memory of a storage that the collector found dead; it was already counted by the collection asked for.</summary>
    public static void ReturnDead(NativeStorage storage)
    {
        Interlocked.Add(ref s_outstanding, -storage.ByteLength);
        Push(new Block(storage.Memory, null), storage.SizeClass, storage.ByteLength);
    }

    public static void ReturnSmall(ArrayStorage storage)
    {
        Stack<ArrayStorage> stack = SmallStack((int)storage.ByteLength);
        if (stack.Count < SmallKept)
        {
            stack.Push(storage);
        }
    }

    /// <summary>A backward pass has ended: its graph is dead, the cheapest moment to collect.</summary>
    public static void OnBackwardEnd()
    {
        // The managed objects of small graphs count too: the runtime lets its youngest generation grow to the size of the
        // processor's last cache, which may be hundreds of megabytes.
        long managed = GC.GetAllocatedBytesForCurrentThread();
        int collections = GC.CollectionCount(1);
        if (collections != s_collectionsSeen)
        {
            s_collectionsSeen = collections;
            s_managedSeen = managed;
        }

        // Counted from the last end: a collection on the way has found what was dead by then.
        if (Volatile.Read(ref s_sinceEnd) >= Budget / 2 || managed - s_managedSeen >= ManagedBudget)
        {
            Volatile.Write(ref s_sinceEnd, 0);
            Collect(1);
            if (Outstanding > Volatile.Read(ref s_fullEnd) && Collect(2))
            {
                // What a pass leaves is what stays: parameters, gradients, states.
                long left = Outstanding;
                Volatile.Write(ref s_fullEnd, (left * 5 / 4) + (BaseBudget / 4));
                SetBudget();
            }
        }
    }

    /// <summary>Frees every pooled block (not those in use).</summary>
    public static void Trim()
    {
        for (int sizeClass = 0; sizeClass < Classes; sizeClass++)
        {
            while (TryPop(sizeClass, SizeOf(sizeClass), out Block block))
            {
                block.Owner?.Forget();
                NativeMemory.AlignedFree(block.Memory);
            }
        }
    }

    /// <summary>Counts what may be dead by the next collection: what was handed out, without what came back by itself.</summary>
    private static long CountOut(long bytes)
    {
        Interlocked.Add(ref s_sinceEnd, bytes);
        return Interlocked.Add(ref s_sinceCollection, bytes);
    }

    private static bool TryPop(int sizeClass, long size, out Block block)
    {
        Stack<Block> stack = _free[sizeClass];
        lock (stack)
        {
            if (!stack.TryPop(out block))
            {
                return false;
            }

            Interlocked.Add(ref s_pooled, -size);
            return true;
        }
    }

    private static void Push(Block block, int sizeClass, long size)
    {
        Interlocked.Add(ref s_pooled, size);
        Stack<Block> stack = _free[sizeClass];
        lock (stack)
        {
            stack.Push(block);
        }
    }

    private static ArrayStorage RentSmall(int bytes)
    {
        int size = SmallSize(bytes);
        Stack<ArrayStorage> stack = SmallStack(size);
        if (stack.TryPop(out ArrayStorage? storage))
        {
            return storage;
        }

        // Counted a few at a time, so that a loop over small tensors alone stays flat too.
        s_smallBytes += size;
        if (s_smallBytes >= SmallCountStep)
        {
            long total = CountOut(s_smallBytes);
            s_smallBytes = 0;
            if (total >= Budget)
            {
                Collect(1);
            }
        }

        return new ArrayStorage(GC.AllocateUninitializedArray<byte>(size));
    }

    private static int SmallSize(int bytes) => Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)bytes));

    private static Stack<ArrayStorage> SmallStack(int size)
    {
        Stack<ArrayStorage>?[] stacks = s_small ??= new Stack<ArrayStorage>?[SmallClasses];
        return stacks[BitOperations.Log2((uint)size) - 6] ??= new Stack<ArrayStorage>();
    }

    /// <summary>No free block fits. Looks for dead ones before the process takes more memory, unless it has just done so.</summary>
    private static bool CollectToGrow(long handedOut)
    {
        bool isWorth = BackwardPass.IsRunning ? handedOut >= Budget / 4 && IsCheap() : handedOut >= Budget;
        if (!isWorth)
        {
            return false;
        }

        // A quarter more than when all that was dead was last found: some of it may be old by now.
        bool full = Outstanding + Pooled >= Volatile.Read(ref s_fullGrowth);
        if (!Collect(full ? 2 : 1))
        {
            return false;
        }

        if (full)
        {
            Volatile.Write(ref s_fullGrowth, Math.Max(BaseBudget, (Outstanding + Pooled) * 5 / 4));
            SetBudget();
        }

        return true;
    }

    private static void SetBudget() => Volatile.Write(ref s_budget, Math.Max(BaseBudget, Outstanding / 4));

    /// <summary>Whether the last collection was short beside the time since then.</summary>
    private static bool IsCheap() =>
        (Stopwatch.GetTimestamp() - Volatile.Read(ref s_collectionEnd)) * BackwardShare >= Volatile.Read(ref s_collectionTime);

    /// <returns>False while another thread collects: one does, and the others go on allocating.</returns>
    private static bool Collect(int generation)
    {
        if (Interlocked.Exchange(ref s_collecting, 1) != 0)
        {
            return false;
        }

        try
        {
            long start = Stopwatch.GetTimestamp();
            Volatile.Write(ref s_sinceCollection, 0);
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
            long end = Stopwatch.GetTimestamp();
            Volatile.Write(ref s_collectionTime, end - start);
            Volatile.Write(ref s_collectionEnd, end);
            return true;
        }
        finally
        {
            Volatile.Write(ref s_collecting, 0);
        }
    }

    private static byte* Allocate(long size)
    {
        try
        {
            return AllocateNow(size);
        }
        catch (OutOfMemoryException)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
            Trim();
            try
            {
                return AllocateNow(size);
            }
            catch (OutOfMemoryException e)
            {
                throw NoRoom(size, e);
            }
        }
    }

    private static byte* AllocateNow(long size)
    {
        byte* block = (byte*)NativeMemory.AlignedAlloc((nuint)size, HugePages.AlignmentOf((nuint)size, Alignment));
        HugePages.Advise(block, (nuint)size);
        return block;
    }

    /// <summary>The error of a tensor that is too large, whatever shape was asked for.</summary>
    public static InsufficientMemoryException NoRoom(double bytes, Exception? inner)
    {
        string gibibytes = (bytes / (1L << 30)).ToString(bytes < 1e18 ? "0.0" : "0.0e0", CultureInfo.InvariantCulture);
        return new InsufficientMemoryException(
            $"A tensor of {gibibytes} GiB does not fit into memory; use smaller batches or shapes, or a smaller element type.", inner);
    }

    // Class c holds blocks of (4 + c mod 4) / 4 * 2^(c / 4) bytes.
    private static int ClassOf(long bytes)
    {
        int power = 63 - BitOperations.LeadingZeroCount((ulong)bytes);
        long quarter = 1L << (power - 2);
        int steps = (int)((bytes - (1L << power) + quarter - 1) / quarter);
        return (power * 4) + steps;
    }

    private static long SizeOf(int sizeClass) => (4L + (sizeClass & 3)) << ((sizeClass >> 2) - 2);

    private static Stack<Block>[] CreateStacks()
    {
        Stack<Block>[] stacks = new Stack<Block>[Classes];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = new Stack<Block>();
        }

        return stacks;
    }

    /// <summary>Memory that waits to be used again, with its storage object when that one was returned rather than found dead.</summary>
    private readonly struct Block(byte* memory, NativeStorage? owner)
    {
        public readonly byte* Memory = memory;
        public readonly NativeStorage? Owner = owner;
    }
}
