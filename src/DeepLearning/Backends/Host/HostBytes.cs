using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends;

/// <summary>The bytes of tensors of any size, which a span cannot hold at once.</summary>
internal static class HostBytes
{
    private const int Chunk = 1 << 26;

    /// <summary>Gives the bytes of the elements, row-major, to an action, in pieces of 64 MiB at most.</summary>
    public static void Read(Tensor tensor, Action<ReadOnlySpan<byte>> take)
    {
        // Returns a copy of what is not contiguous, or on another device.
        using TensorScope scope = new();
        using Lease<byte> lease = Lease<byte>.Bytes(tensor.OnHost());
        Read(ref lease.First, checked(tensor.Count * tensor.DType.Size()), take);
    }

    /// <summary>Gives bytes from the first on to an action, in such pieces; whoever calls keeps their memory.</summary>
    public static void Read(ref byte first, long bytes, Action<ReadOnlySpan<byte>> take)
    {
        for (long done = 0; done < bytes; done += Chunk)
        {
            ref byte start = ref Unsafe.Add(ref first, (nint)done);
            take(MemoryMarshal.CreateReadOnlySpan(ref start, (int)Math.Min(Chunk, bytes - done)));
        }
    }
}
