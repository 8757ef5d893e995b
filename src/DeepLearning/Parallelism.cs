using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>How many threads the CPU kernels use.</summary>
/// <remarks>
/// The setting is process-wide. Results do not depend on it: work is split at boundaries that follow from the sizes of the
/// problem alone, so every thread count gives the same bits.
/// </remarks>
public static class Parallelism
{
    /// <summary>
    /// Gets or sets the largest number of threads that one operation runs on, the calling thread included. The default is
    /// <see cref="Environment.ProcessorCount"/>; 1 runs everything on the calling thread. It can be changed at any time and
    /// holds from the next operation on. Platforms without threads always run on the calling thread.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get => Workers.Threads;
        set => Workers.Threads = value;
    }
}
