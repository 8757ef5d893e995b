namespace DeepLearning.Backends.Cpu;

/// <summary>The processor: SIMD kernels over the formulas, on the threads of <see cref="Parallelism"/>.</summary>
internal sealed unsafe partial class CpuBackend : Backend
{
    public override Storage Allocate(long bytes) => BufferPool.Rent(bytes);

    public override void Write(ReadOnlySpan<byte> source, Tensor destination, long start)
    {
        using Lease<byte> lease = Lease<byte>.Bytes(destination);
        source.CopyTo(lease.Bytes(start, source.Length));
    }

    public override void Read(Tensor source, long start, Span<byte> destination)
    {
        using Lease<byte> lease = Lease<byte>.Bytes(source);
        lease.Bytes(start, destination.Length).CopyTo(destination);
    }
}
