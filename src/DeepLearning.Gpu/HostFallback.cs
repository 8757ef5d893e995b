using System.Collections.Concurrent;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// What goes by way of the processor, because its definition is one thread's: each is counted by its name, and a test lists the names.
/// </summary>
internal sealed class HostFallback
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>A contiguous tensor of a type with the elements of another.</summary>
    public static Tensor Copied(Tensor x, DType dtype)
    {
        Tensor copy = Tensor.Allocate(x.Layout.Lengths, dtype, x.Device);
        x.Backend.Copy(x, copy);
        return copy;
    }

    /// <summary>Counts an operation that goes this way.</summary>
    public void Count(string operation) => _counts.AddOrUpdate(operation, 1, static (_, count) => count + 1);
}
