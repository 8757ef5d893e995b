using System.Reflection;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>The PTX of kernels that one run leaves to the next.</summary>
public sealed class GpuTextCacheTests : IDisposable
{
    private static readonly MethodInfo s_silu = FormulaRun.Kernel(
        typeof(ElementwiseKernels), nameof(ElementwiseKernels.Contiguous), typeof(UnaryStep<SiluOp>), typeof(Float32Element), typeof(float),
        typeof(GpuFloat));

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void The_next_run_has_the_same_kernels_without_compiling_them()
    {
        // One with shared memory, one without.
        MethodInfo[] kernels =
        [
            s_silu,
            FormulaRun.Kernel(
                typeof(SoftmaxKernels), nameof(SoftmaxKernels.Forward), typeof(Team256), typeof(SoftmaxForm), typeof(ComputedFloat),
                typeof(float), typeof(GpuFloat)),
        ];
        using PtxCompiler plain = Compiler(null), first = Compiler(_folder), second = Compiler(_folder);
        string[] texts = [.. kernels.Reverse().Select(first.Compile).Reverse()];
        Assert.Equal((0, 0), (first.Texts!.Hits, second.Texts!.Hits));
        for (int i = 0; i < kernels.Length; i++)
        {
            PTXCompiledKernel compiled = plain.Kernel(kernels[i]), found = second.Kernel(kernels[i]);
            Assert.Equal(i + 1, second.Texts.Hits);
            Assert.Equal(texts[i], found.PTXAssembly);
            Assert.Equal(compiled.Name, found.Name);
            Assert.Equal(compiled.SourceMethod, found.SourceMethod);
            Assert.Equal((compiled.IndexType, compiled.NumParameters), (found.IndexType, found.NumParameters));
            Assert.Equal(SharedBytes(compiled), SharedBytes(found));
            Assert.Equal(i > 0, SharedBytes(found) > 0);
        }

        float[][] operands = FormulaValues.Floats;
        Assert.Equal("", FormulaRun.Step<UnaryStep<SiluOp>, Float32Element, float, GpuFloat>(
            second.Compile(s_silu), operands, FormulaRun.SameBitsAt, FormulaValues.Count));
    }

    [Fact]
    public void A_damaged_file_and_one_of_another_kernel_count_as_none()
    {
        using PtxCompiler compiler = Compiler(_folder);
        string text = compiler.Compile(s_silu), path = compiler.Texts!.PathOf(s_silu), entry = compiler.Kernel(s_silu).Name;
        Assert.Equal(text, compiler.Texts.Read(s_silu, entry)!.Value.Ptx);
        byte[] whole = File.ReadAllBytes(path);
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = i % 3 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            if (i % 3 > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            }

            File.WriteAllBytes(path, damaged);
            Assert.Null(compiler.Texts.Read(s_silu, entry));
        }

        MethodInfo relu = s_silu.GetGenericMethodDefinition().MakeGenericMethod(
            [typeof(UnaryStep<ReluOp>), .. s_silu.GetGenericArguments()[1..]]);
        File.WriteAllBytes(compiler.Texts.PathOf(relu), whole);
        Assert.Null(compiler.Texts.Read(relu, entry));
        File.WriteAllBytes(path, new byte[17 << 20]);
        Assert.Null(compiler.Texts.Read(s_silu, entry));
        Assert.Contains(".entry", compiler.Compile(s_silu));
        Assert.NotNull(compiler.Texts.Read(s_silu, entry));
        Assert.Null(compiler.Texts.Read(s_silu, entry + "1"));
    }

    [Fact]
    public void Another_target_and_other_code_are_other_files()
    {
        using PtxCompiler compiler = Compiler(_folder);
        GpuTextCache other = new(_folder, "SM_90 8.0"), same = new(_folder, "SM_90 8.0");
        Assert.NotEqual(Path.GetFileName(compiler.Texts!.PathOf(s_silu)), Path.GetFileName(other.PathOf(s_silu)));
        Assert.Equal(same.PathOf(s_silu), other.PathOf(s_silu));
        string key = other.KeyOf(s_silu);
        Assembly[] assemblies = [typeof(Tensor).Assembly, typeof(GpuTextCache).Assembly, typeof(PTXCompiledKernel).Assembly];
        Assert.All(assemblies, assembly => Assert.Contains(assembly.ManifestModule.ModuleVersionId.ToString(), key));
        Assert.Contains(Environment.Version.ToString(), key);

        // A type of this assembly brings this assembly's code along.
        MethodInfo own = s_silu.GetGenericMethodDefinition().MakeGenericMethod(
            [typeof(UnaryStep<OwnOp>), .. s_silu.GetGenericArguments()[1..]]);
        Assert.DoesNotContain(typeof(OwnOp).Assembly.ManifestModule.ModuleVersionId.ToString(), key);
        Assert.Contains(typeof(OwnOp).Assembly.ManifestModule.ModuleVersionId.ToString(), other.KeyOf(own));
    }

    [Fact]
    public void What_others_may_write_is_not_read()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using PtxCompiler compiler = Compiler(_folder);
        string entry = compiler.Kernel(s_silu).Name, path = compiler.Texts!.PathOf(s_silu), folder = Path.GetDirectoryName(path)!;
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal((own | UnixFileMode.UserExecute, own), (File.GetUnixFileMode(folder), File.GetUnixFileMode(path)));
        foreach (string place in (string[])[folder, path])
        {
            UnixFileMode before = File.GetUnixFileMode(place);
            File.SetUnixFileMode(place, before | UnixFileMode.OtherWrite);
            Assert.Null(compiler.Texts.Read(s_silu, entry));
            File.SetUnixFileMode(place, before);
            Assert.NotNull(compiler.Texts.Read(s_silu, entry));
        }
    }

    [Fact]
    public void What_nobody_used_for_long_is_deleted()
    {
        using PtxCompiler compiler = Compiler(_folder);
        string entry = compiler.Kernel(s_silu).Name, path = compiler.Texts!.PathOf(s_silu);
        string old = Path.Combine(Path.GetDirectoryName(path)!, "old.ptx");
        File.WriteAllText(old, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-100));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-100));
        Assert.NotNull(compiler.Texts.Read(s_silu, entry));
        compiler.Texts.Prune();
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_folder_that_cannot_be_one_is_as_if_there_were_none()
    {
        File.WriteAllText(_folder, "a file");
        try
        {
            using PtxCompiler compiler = Compiler(_folder);
            Assert.Contains(".entry", compiler.Compile(s_silu));
            Assert.Null(compiler.Texts!.Read(s_silu, compiler.Kernel(s_silu).Name));
            compiler.Texts.Prune();
        }
        finally
        {
            File.Delete(_folder);
        }
    }

    private static PtxCompiler Compiler(string? folder) => new(CudaArchitecture.SM_80, CudaInstructionSet.ISA_80, folder);

    private static int SharedBytes(PTXCompiledKernel kernel) => PtxKernels.EntryOf(kernel).SharedMemory.StaticSize;

    private readonly struct OwnOp : IUnaryOp<OwnOp>
    {
        public static bool BackwardNeedsInput => false;

        public R Forward<R>(R x)
            where R : struct, IReal<R> => x;
    }
}
