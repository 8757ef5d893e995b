namespace DeepLearning.Backends;

/// <summary>Copies between devices.</summary>
internal static class Transfer
{
    /// <summary>Bytes that go at once where neither device is the host.</summary>
    private const int Chunk = 1 << 24;

    /// <summary>Copies the elements of a tensor to one on another device; both are contiguous, of one type and shape.</summary>
    public static void Run(Tensor source, Tensor destination)
    {
        long bytes = source.Count * source.DType.Size();
        if (bytes == 0 || source.Backend.TryCopyTo(source, destination))
        {
            return;
        }

        if (source.Storage is HostStorage)
        {
            using Lease<byte> lease = Lease<byte>.Bytes(source);
            for (long start = 0; start < bytes; start += int.MaxValue)
            {
                destination.Backend.Write(lease.Bytes(start, (int)Math.Min(int.MaxValue, bytes - start)), destination, start);
            }
        }
        else if (destination.Storage is HostStorage)
        {
            using Lease<byte> lease = Lease<byte>.Bytes(destination);
            for (long start = 0; start < bytes; start += int.MaxValue)
            {
                source.Backend.Read(source, start, lease.Bytes(start, (int)Math.Min(int.MaxValue, bytes - start)));
            }
        }
        else
        {
            byte[] buffer = new byte[(int)Math.Min(Chunk, bytes)];
            for (long start = 0; start < bytes; start += Chunk)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(Chunk, bytes - start));
                source.Backend.Read(source, start, part);
                destination.Backend.Write(part, destination, start);
            }
        }
    }
}
