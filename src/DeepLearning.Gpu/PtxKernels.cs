using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;

namespace DeepLearning.Backends.Gpu;

/// <summary>Makes kernels of PTX: compiled, or of a text that an earlier run left.</summary>
internal static class PtxKernels
{
    /// <summary>The kernel of a method, with the text that the driver shall get.</summary>
    /// <param name="backend">ILGPU's compiler for a target.</param>
    /// <param name="method">The kernel's method.</param>
    /// <param name="texts">Texts of earlier runs; null for none.</param>
    public static PTXCompiledKernel Compile(PTXBackend backend, MethodInfo method, GpuTextCache? texts = null)
    {
        EntryPointDescription description = EntryPointDescription.FromExplicitlyGroupedKernel(method);
        if (texts?.Read(method, new EntryPoint(description, default, default).Name) is { } found)
        {
            SharedMemorySpecification shared = new(found.SharedBytes, hasDynamicMemory: false);
            return Kernel(backend.Context, new EntryPoint(description, shared, default), found.Ptx);
        }

        PTXCompiledKernel compiled = (PTXCompiledKernel)backend.Compile(description, default);
        EntryPoint entry = EntryOf(compiled);
        GpuText text = new(PtxText.Correct(compiled.PTXAssembly), entry.SharedMemory.StaticSize);
        texts?.Write(method, text);
        return Kernel(backend.Context, entry, text.Ptx);
    }

    /// <summary>The texts of a target in a folder.</summary>
    public static GpuTextCache Texts(PTXBackend backend, string folder) => new(
        Path.Combine(folder, $"ptx-{backend.Architecture.ToString().ToLowerInvariant()}"),
        FormattableString.Invariant($"{backend.Architecture} {backend.InstructionSet}"));

    // ILGPU makes kernels of its own texts alone: the class is public, and what makes one is not. It is pinned to a version, and a test
    // holds both.
    private static PTXCompiledKernel Kernel(Context context, EntryPoint entry, string ptx) => Kernel(context, entry, null, ptx);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel Kernel(Context context, EntryPoint entry, CompiledKernel.KernelInfo? info, string ptx);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    internal static extern EntryPoint EntryOf(CompiledKernel kernel);
}
