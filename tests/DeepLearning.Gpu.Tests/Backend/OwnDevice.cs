using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>A device that no other class of tests uses, for what is counted.</summary>
internal static class OwnDevice
{
    public static Device Make(string name) =>
        Device.Register(name, static device => new GpuBackend(device, GpuContext.OfProcessor()));
}
