using System.Reflection;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace DeepLearning.Backends.Gpu;

/// <summary>Compiles kernels to PTX on a machine that needs no GPU: for tests, and for the assembler of a CUDA toolkit.</summary>
internal sealed class PtxCompiler : IDisposable
{
    private readonly CudaArchitecture _architecture;
    private readonly CudaInstructionSet _instructions;
    private Context _context;
    private PTXBackend _backend;

    public PtxCompiler()
        : this(CudaArchitecture.SM_80, CudaInstructionSet.ISA_80)
    {
    }

    /// <param name="architecture">The GPU that is compiled for.</param>
    /// <param name="instructions">The version of PTX.</param>
    /// <param name="folder">Where texts of earlier runs are; null for none.</param>
    public PtxCompiler(CudaArchitecture architecture, CudaInstructionSet instructions, string? folder = null)
    {
        (_architecture, _instructions) = (architecture, instructions);
        (_context, _backend) = Start();
        Texts = folder is null ? null : PtxKernels.Texts(_backend, folder);
    }

    /// <summary>Texts of earlier runs.</summary>
    public GpuTextCache? Texts { get; }

    /// <summary>The PTX of an explicitly grouped kernel.</summary>
    public string Compile(MethodInfo kernel) => Kernel(kernel).PTXAssembly;

    /// <summary>An explicitly grouped kernel, as it goes to the driver.</summary>
    public PTXCompiledKernel Kernel(MethodInfo kernel)
    {
        try
        {
            return PtxKernels.Compile(_backend, kernel, Texts);
        }
        catch
        {
            // A failed compilation leaves the context in pieces.
            Dispose();
            (_context, _backend) = Start();
            throw;
        }
    }

    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }

    private (Context Context, PTXBackend Backend) Start()
    {
        Context context = Context.Create(static builder => GpuSettings.Apply(builder.CPU(CPUDeviceKind.Default)));
        return (context, new PTXBackend(context, new CudaCapabilityContext(_architecture), _architecture, _instructions, null));
    }
}
