using System.Reflection;
using DeepLearning.Backends.Gpu;

namespace DeepLearning.DeviceTest;

/// <summary>What the program has to know of a device beyond the public API.</summary>
internal sealed record DeviceFacts(string Description, long Memory, string Architecture, Func<IReadOnlyList<MethodInfo>> Kernels)
{
    public static DeviceFacts Of(Device device)
    {
        GpuContext context = ((GpuBackend)device.Backend).Context;
        return new DeviceFacts(context.Description, context.Accelerator.MemorySize, context.Architecture, () => context.Kernels);
    }
}
