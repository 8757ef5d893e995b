namespace DeepLearning.Backends.Cpu;

/// <summary>The processor: SIMD kernels over the formulas, on the threads of <see cref="Parallelism"/>.</summary>
internal sealed unsafe partial class CpuBackend : Backend
{
    public override Storage Allocate(long bytes) => BufferPool.Rent(bytes);
}
