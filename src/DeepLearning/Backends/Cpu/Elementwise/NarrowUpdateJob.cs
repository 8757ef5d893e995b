using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Runs an optimizer's update over a parameter and a gradient of a 16-bit type, with its states in float32: a block of both is widened on
/// the stack, updated, and the parameter rounded once.
/// </summary>
internal unsafe struct NarrowUpdateJob<TUpdate> : IJob
    where TUpdate : struct, IUpdate<TUpdate>
{
    private const int BlockSize = 512;

    public TUpdate Update;
    public DType DType;
    public byte* P;
    public byte* G;
    public float* S0;
    public float* S1;
    public float* S2;
    public long Count;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public readonly void Execute(int chunk)
    {
        float* buffers = stackalloc float[2 * BlockSize];
        int size = DType.Size();
        long start = (long)chunk * UpdateJob<TUpdate, float>.ChunkSize;
        long end = Math.Min(start + UpdateJob<TUpdate, float>.ChunkSize, Count);
        for (; start < end; start += BlockSize)
        {
            int count = (int)Math.Min(BlockSize, end - start);
            byte* p = P + (start * size);
            Conversion.Load(p, DType, 1, buffers, count);
            Conversion.Load(G + (start * size), DType, 1, buffers + BlockSize, count);
            UpdateJob<TUpdate, float> job = new()
            {
                Update = Update,
                P = buffers,
                G = buffers + BlockSize,
                S0 = TUpdate.States > 0 ? S0 + start : null,
                S1 = TUpdate.States > 1 ? S1 + start : null,
                S2 = TUpdate.States > 2 ? S2 + start : null,
                Count = count,
            };
            job.Execute(0);
            Conversion.Store(buffers, p, DType, 1, count);
        }
    }
}
