using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DeepLearning.Backends.Gpu;

namespace DeepLearning;

/// <summary>NVIDIA GPUs as devices.</summary>
public static class GpuDevices
{
    private const string Reason =
        "ILGPU reads kernels when the program runs and emits code: publish without trimming and ahead-of-time compilation.";

    private static readonly ConcurrentDictionary<string, Lazy<Device>> s_devices = new();
    private static volatile string? s_cacheFolder;

    /// <param name="device">A device.</param>
    extension(Device device)
    {
        /// <summary>The number of NVIDIA GPUs that the driver shows; 0 where there is no driver.</summary>
        public static int GpuCount
        {
            [RequiresDynamicCode(Reason)]
            [RequiresUnreferencedCode(Reason)]
            get => GpuDriver.Count;
        }

        /// <summary>
        /// A folder where the kernels that a program needed are kept from run to run, their names and their PTX; null, the default, for
        /// none. The next run loads them on a thread of its own from the moment a device is first asked for, while the program reads its
        /// data. Set it before that. A file that is damaged, of other code or another GPU, or in a folder that others may write to counts
        /// as none; so does a folder that cannot be written to.
        /// </summary>
        public static string? GpuCacheFolder
        {
            get => s_cacheFolder;
            set => s_cacheFolder = value;
        }

        /// <summary>
        /// ILGPU's accelerator of the processor, for debugging a kernel step by step. It is hundreds of times slower than
        /// <see cref="Device.Cpu"/>, which is the device to compute on where there is not a GPU.
        /// </summary>
        public static Device IlgpuCpu
        {
            [RequiresDynamicCode(Reason)]
            [RequiresUnreferencedCode(Reason)]
            get => Get("ilgpu:cpu", static () => GpuContext.OfProcessor());
        }

        /// <summary>An NVIDIA GPU, named <c>gpu:0</c> and so on. It needs the display driver and nothing else.</summary>
        /// <param name="index">Its number, counted from 0 as the driver does.</param>
        /// <returns>The device; the same object for the same number.</returns>
        /// <exception cref="DeviceException">There is no driver, or no GPU of this number.</exception>
        [RequiresDynamicCode(Reason)]
        [RequiresUnreferencedCode(Reason)]
        public static Device Gpu(int index = 0)
        {
            int count = GpuDriver.Count;
            if (count == 0)
            {
                throw new DeviceException(
                    "Device.Gpu: this machine has no NVIDIA GPU that a driver shows; install NVIDIA's display driver, or compute on "
                        + "Device.Cpu.");
            }

            if ((uint)index >= (uint)count)
            {
                throw new DeviceException($"Device.Gpu: there is not a GPU {index}; this machine has {count}, counted from 0.");
            }

            return Get($"gpu:{index}", () => GpuContext.OfGpu(index));
        }

        /// <summary>Returns when everything that was asked of the device is done.</summary>
        public void Synchronize() => device.Backend.Synchronize();

        /// <summary>What the memory of a GPU is used for.</summary>
        /// <exception cref="DeviceException">The device is not a GPU.</exception>
        public GpuMemoryStatistics GpuMemory => BackendOf(device).Pool.Statistics;

        /// <summary>Gives the memory of a GPU that nobody uses back to the driver.</summary>
        /// <exception cref="DeviceException">The device is not a GPU.</exception>
        public void TrimGpuMemory() => BackendOf(device).Trim();

        /// <summary>
        /// The operations that have no kernel of their own and went by way of the processor, with how often they did.
        /// </summary>
        /// <exception cref="DeviceException">The device is not a GPU.</exception>
        public IReadOnlyDictionary<string, long> HostFallbacks => BackendOf(device).Fallback.Counts;
    }

    private static Device Get(string name, Func<GpuContext> context) => s_devices.GetOrAdd(
        name, name => new Lazy<Device>(() => Device.Register(name, device => new GpuBackend(device, Warmed(context()))))).Value;

    private static GpuContext Warmed(GpuContext context)
    {
        if (s_cacheFolder is { } folder)
        {
            context.WarmUp(folder);
        }

        return context;
    }

    private static GpuBackend BackendOf(Device device) => device.Backend as GpuBackend
        ?? throw new DeviceException($"{device} is not a GPU.");
}
