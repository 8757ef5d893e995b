using DeepLearning.Backends.Gpu;

namespace DeepLearning;

/// <summary>How precisely a GPU multiplies.</summary>
public static class GpuPrecision
{
    /// <param name="device">A device.</param>
    extension(Device device)
    {
        /// <summary>
        /// Whether matrix products and convolutions of float32 may round their operands to TensorFloat-32, 10 bits of fraction instead of
        /// 23, and run on tensor cores, which is several times as fast; sums stay float32. Off at first. Without an effect on GPUs of a
        /// compute capability below 8.0, and on products of at most 16 rows or columns.
        /// </summary>
        /// <exception cref="DeviceException">The device is not a GPU.</exception>
        public bool AllowTf32
        {
            get => BackendOf(device).AllowTf32;
            set => BackendOf(device).AllowTf32 = value;
        }
    }

    private static GpuBackend BackendOf(Device device) => device.Backend as GpuBackend
        ?? throw new DeviceException($"{device} is not a GPU.");
}
