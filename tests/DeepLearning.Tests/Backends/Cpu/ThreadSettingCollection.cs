using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Backends.Cpu;

/// <summary>Tests that change the process-wide thread count, one after the other.</summary>
[CollectionDefinition("Thread setting", DisableParallelization = true)]
[OwnGenerator]
public sealed class ThreadSettingDefinition;

/// <summary>Sets the thread count and puts it back.</summary>
internal sealed class ThreadSetting : IDisposable
{
    private readonly int _before = Parallelism.Threads;

    public ThreadSetting(int threads) => Parallelism.Threads = threads;

    public void Dispose() => Parallelism.Threads = _before;
}
