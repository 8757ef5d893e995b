using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>How often the host waited for a device.</summary>
internal static class Waits
{
    public static long Of(Device device) => ((GpuBackend)device.Backend).Waits;
}
