using System.Collections.Concurrent;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// What has no kernel yet goes by way of the processor: the operands are read, its backend computes, the results are written. Each is
/// counted by its name, and a test lists the names.
/// </summary>
internal sealed class HostFallback(Device device)
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>An operand, on the host.</summary>
    public static Tensor Read(Tensor x)
    {
        Tensor contiguous = x.IsContiguous ? x : Copied(x, x.DType);
        Tensor host = Tensor.Allocate(x.Layout.Lengths, x.DType, Device.Cpu);
        Transfer.Run(contiguous, host);
        return host;
    }

    /// <summary>Room for a result, on the host.</summary>
    public static Tensor Like(Tensor y) => Tensor.Allocate(y.Layout.Lengths, y.DType, Device.Cpu);

    /// <summary>A result, to where it belongs.</summary>
    public static void Write(Tensor host, Tensor y)
    {
        if (y.IsContiguous)
        {
            Transfer.Run(host, y);
            return;
        }

        Tensor moved = Tensor.Allocate(y.Layout.Lengths, y.DType, y.Device);
        Transfer.Run(host, moved);
        y.Backend.Copy(moved, y);
        moved.Return();
    }

    /// <summary>A contiguous tensor of a type with the elements of another.</summary>
    public static Tensor Copied(Tensor x, DType dtype)
    {
        Tensor copy = Tensor.Allocate(x.Layout.Lengths, dtype, x.Device);
        x.Backend.Copy(x, copy);
        return copy;
    }

    /// <summary>Counts an operation that comes this way.</summary>
    public void Count(string operation)
    {
        _counts.AddOrUpdate(operation, 1, static (_, count) => count + 1);
        device.Backend.Synchronize();
    }
}
