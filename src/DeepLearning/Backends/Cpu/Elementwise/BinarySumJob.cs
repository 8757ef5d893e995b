using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Sums a formula of two contiguous operands, a block in the first-level cache at a time; nothing but partial sums is stored.
/// </summary>
internal unsafe struct BinarySumJob<TOp, T> : IJob
    where TOp : struct, IBinaryOp<TOp>
    where T : unmanaged, INumber<T>
{
    /// <summary>Elements per chunk: enough to pay for handing it to a thread.</summary>
    public const int ChunkSize = 16384;

    private const int BlockSize = 1024;

    public TOp Op;
    public T* A;
    public T* B;
    public T* Partial;
    public long Count;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk) => Partial[chunk] = Sum(chunk);

    [SkipLocalsInit]
    public readonly T Sum(int chunk)
    {
        T* terms = stackalloc T[BlockSize + 8];
        T* levels = terms + BlockSize;
        RunReduction<SumOp, T>.Cascade cascade = new(levels);
        long start = (long)chunk * ChunkSize, end = Math.Min(start + ChunkSize, Count);
        ElementKernel<BinaryStep<TOp>, T> kernel = new(new BinaryStep<TOp>(Op));
        for (; start < end; start += BlockSize)
        {
            nint count = (nint)Math.Min(BlockSize, end - start);
            kernel.Run(A + start, B + start, null, null, null, terms, count);
            cascade.Push(RunReduction<SumOp, T>.Run(default, terms, count));
        }

        return cascade.Total();
    }
}
