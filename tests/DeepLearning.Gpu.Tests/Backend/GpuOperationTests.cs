using DeepLearning.Tests.Backends;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>The recorded cases of the operations, on ILGPU's accelerator of the processor: a sample, for it is slow.</summary>
public sealed class GpuOperationTests() : DeviceOperationTests(Device.IlgpuCpu, every: 16);
