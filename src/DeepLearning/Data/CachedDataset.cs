using System.Runtime.CompilerServices;

namespace DeepLearning.Data;

/// <summary>A set whose samples are kept once they have been read.</summary>
internal sealed class CachedDataset<T>(IDataset<T> source) : IDataset<T>
{
    private readonly StrongBox<T>?[] _samples = new StrongBox<T>?[source.Count];

    public int Count => _samples.Length;

    /// <inheritdoc/>
    public override string ToString() => $"cached: {source}";

    public T this[int index]
    {
        get
        {
            ref StrongBox<T>? kept = ref _samples[index];
            if (Volatile.Read(ref kept) is { } sample)
            {
                return sample.Value!;
            }

            // Two threads may read the same sample; both hand out the one that was kept. No scope takes its tensors back.
            using (TensorScope.Suspend())
            {
                StrongBox<T> read = new(source[index]);
                return (Interlocked.CompareExchange(ref kept, read, null) ?? read).Value!;
            }
        }
    }
}
