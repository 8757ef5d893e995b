namespace DeepLearning;

/// <summary>What a GPU's memory is used for.</summary>
/// <param name="InUse">Bytes of blocks that tensors hold, dead ones included that the collector has not found.</param>
/// <param name="Reserved">Bytes taken from the driver: those in use and those that wait to be used again.</param>
/// <param name="Peak">The most bytes that were in use at once.</param>
/// <param name="Allocations">How often the driver was asked for a block; it stays where it is in a steady training.</param>
public readonly record struct GpuMemoryStatistics(long InUse, long Reserved, long Peak, long Allocations);
