using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace DeepLearning.Backends.Gpu;

/// <summary>An accelerator of ILGPU with its kernels, each compiled at its first use or ahead of it.</summary>
internal sealed class GpuContext
{
    /// <summary>Threads of a group, on a GPU.</summary>
    private const int GroupSize = 256;

    /// <summary>Groups for each multiprocessor: enough to keep it busy while others wait for memory.</summary>
    private const int GroupsPerProcessor = 16;

    private readonly ConcurrentDictionary<Delegate, Lazy<Delegate>> _launchers = new();
    private readonly ConcurrentDictionary<MethodInfo, Lazy<Kernel>> _kernels = new();
    private readonly Lock _compiling = new();
    private GpuTextCache? _texts;

    // Held for as long as the memory is used: for good.
    private readonly List<PageLockScope<byte>> _pinned = [];

    private GpuContext(Accelerator accelerator) => Accelerator = accelerator;

    public Accelerator Accelerator { get; }

    public AcceleratorStream Stream => Accelerator.DefaultStream;

    /// <summary>The kernels that were compiled so far.</summary>
    public IReadOnlyList<MethodInfo> Kernels => [.. _kernels.Where(static kernel => kernel.Value.IsValueCreated).Select(static k => k.Key)];

    /// <summary>The device in words.</summary>
    public string Description => Accelerator is CudaAccelerator cuda
        ? $"{cuda.Name}, {Architecture}, driver {cuda.DriverVersion}, {cuda.NumMultiprocessors} multiprocessors, "
            + FormattableString.Invariant($"{cuda.MemorySize / (1 << 20):N0} MiB")
        : "ILGPU's accelerator of the processor";

    /// <summary>The architecture as an assembler names it, such as sm_90; without a GPU the oldest that kernels are written for.</summary>
    public string Architecture => Accelerator is CudaAccelerator cuda
        ? FormattableString.Invariant($"sm_{cuda.Architecture.Major}{cuda.Architecture.Minor}")
        : "sm_80";

    /// <summary>The GPU of a number, counted as the driver does.</summary>
    public static GpuContext OfGpu(int index)
    {
        Context context = GpuDriver.Context;
        return new GpuContext(context.GetCudaDevice(index).CreateAccelerator(context));
    }

    /// <summary>ILGPU's accelerator of the processor: 16 threads per group, for looking at kernels in a debugger.</summary>
    public static GpuContext OfProcessor()
    {
        Context context = Context.Create(static builder => GpuSettings.Apply(builder.CPU(new CPUDevice(4, 4, 1))));
        return new GpuContext(context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel));
    }

    /// <summary>Makes this thread's calls of the driver go to this device. Each entry from outside begins with it.</summary>
    public void Bind() => Accelerator.Bind();

    /// <summary>
    /// Makes the kernels of a list on a thread of its own, of texts that earlier runs left where they did, and writes what the process has
    /// needed when it ends.
    /// </summary>
    /// <param name="folder">Where lists and texts are, for each architecture.</param>
    /// <returns>The thread.</returns>
    public Thread WarmUp(string folder)
    {
        string path = ListIn(folder);
        Volatile.Write(ref _texts, Accelerator.GetBackend() is PTXBackend backend ? PtxKernels.Texts(backend, folder) : null);
        Thread thread = new(() =>
        {
            try
            {
                foreach (MethodInfo kernel in GpuKernelList.Read(path))
                {
                    KernelOf(kernel);
                }
            }
            catch (Exception error) when (error is InternalCompilerException or AcceleratorException or NotSupportedException)
            {
                // Whoever needs the kernel is told the same; the others are compiled when they are needed.
            }
        })
        {
            IsBackground = true,
            Name = "DeepLearning kernels",
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => SaveList(folder);
        thread.Start();
        return thread;
    }

    /// <summary>Writes the list; a folder that cannot be written to is as if there were none.</summary>
    public void SaveList(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            GpuKernelList.Write(ListIn(folder), Kernels);
            _texts?.Prune();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next run compiles what it needs when it needs it.
        }
    }

    internal string ListIn(string folder) => Path.Combine(
        folder, Accelerator is CudaAccelerator ? $"kernels-{Architecture}.txt" : "kernels-ilgpu-cpu.txt");

    /// <summary>Memory of the host that does not move, and that the driver copies from without a copy of its own.</summary>
    public byte[] Pinned(int bytes)
    {
        byte[] memory = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        if (Accelerator is CudaAccelerator)
        {
            _pinned.Add(Accelerator.CreatePageLockFromPinned(memory));
        }

        return memory;
    }

    /// <summary>How many threads take how many elements.</summary>
    public KernelConfig Config(long elements)
    {
        int group = Math.Min(GroupSize, Accelerator.MaxNumThreadsPerGroup);
        long groups = Math.Min((elements + group - 1) / group, (long)Accelerator.NumMultiprocessors * GroupsPerProcessor);
        return new KernelConfig((int)Math.Max(groups, 1), group);
    }

    /// <summary>What launches a kernel: a delegate of a stream, the numbers of threads, and the kernel's parameters.</summary>
    public TLauncher Launcher<TLauncher>(Delegate kernel)
        where TLauncher : Delegate
    {
        Bind();
        Lazy<Delegate> launcher = _launchers.GetOrAdd(
            kernel, static (kernel, self) => new Lazy<Delegate>(() => self.Compile<TLauncher>(kernel.Method)), this);
        return (TLauncher)launcher.Value;
    }

    private TLauncher Compile<TLauncher>(MethodInfo kernel)
        where TLauncher : Delegate => KernelOf(kernel).CreateLauncherDelegate<TLauncher>();

    /// <summary>A kernel, compiled and loaded once, by whichever thread asks first.</summary>
    private Kernel KernelOf(MethodInfo method) => _kernels.GetOrAdd(
        method, static (method, self) => new Lazy<Kernel>(() => self.Load(method)), this).Value;

    private Kernel Load(MethodInfo method)
    {
        lock (_compiling)
        {
            Bind();
            if (Accelerator.GetBackend() is not PTXBackend backend)
            {
                return Accelerator.LoadKernel(
                    Accelerator.GetBackend().Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default));
            }

            GpuTextCache? texts = Volatile.Read(ref _texts);
            try
            {
                return Accelerator.LoadKernel(PtxKernels.Compile(backend, method, texts));
            }
            catch (AcceleratorException) when (texts is not null)
            {
                // A text of another run that the driver does not take counts as none.
                return Accelerator.LoadKernel(PtxKernels.Compile(backend, method));
            }
        }
    }
}

/// <summary>The driver of NVIDIA GPUs, which is all that a user's machine needs.</summary>
internal static class GpuDriver
{
    private static readonly Lazy<Context> s_context = new(Start);

    public static Context Context => s_context.Value;

    /// <summary>The number of GPUs; 0 where there is no driver.</summary>
    public static int Count => s_context.Value.GetCudaDevices().Count;

    private static Context Start()
    {
        // In Windows' subsystem for Linux ILGPU finds the driver by a resolver of its own, and an assembly has one.
        if (!File.Exists("/dev/dxg"))
        {
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
        }

        try
        {
            return Context.Create(static builder => GpuSettings.Apply(builder.Cuda()));
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or AcceleratorException or NotSupportedException)
        {
            return Context.Create(static builder => GpuSettings.Apply(builder));
        }
    }

    /// <summary>Where only a driver is installed, without the files for developers, the library has its version in its name.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string[] names = name switch
        {
            "cuda" => OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"],
            _ => [],
        };
        foreach (string candidate in names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
