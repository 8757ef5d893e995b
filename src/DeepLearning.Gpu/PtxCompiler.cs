using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
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

    public PtxCompiler(CudaArchitecture architecture, CudaInstructionSet instructions)
    {
        (_architecture, _instructions) = (architecture, instructions);
        (_context, _backend) = Start();
    }

    /// <summary>The PTX of an explicitly grouped kernel.</summary>
    public string Compile(MethodInfo kernel)
    {
        try
        {
            CompiledKernel compiled = _backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default);
            return PtxText.Correct(((PTXCompiledKernel)compiled).PTXAssembly);
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
