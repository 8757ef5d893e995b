using System.Reflection;
using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>The list of kernels that one run leaves to the next.</summary>
public sealed class GpuKernelListTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void The_next_run_has_compiled_what_this_one_needed()
    {
        GpuContext first = GpuContext.OfProcessor(), second = GpuContext.OfProcessor();
        Device device = Device.Register("ilgpu:first-run", device => new GpuBackend(device, first));
        float[] expected = Compute(device);
        Assert.NotEmpty(first.Kernels);
        first.SaveList(_folder);

        second.WarmUp(_folder).Join();
        Assert.Equal(Names(first), Names(second));
        Device other = Device.Register("ilgpu:second-run", device => new GpuBackend(device, second));
        Assert.Equal(expected, Compute(other));
        Assert.Equal(Names(first), Names(second));

        static float[] Compute(Device device)
        {
            Tensor x = Tensor.From([1f, 2, 3, 4]).To(device).View(2, 2);
            return (x.MatMul(x).Exp() + x.Sum(0)).Softmax(1).ToArray<float>();
        }

        static IEnumerable<string> Names(GpuContext context) => context.Kernels.Select(GpuKernelList.NameOf).Order();
    }

    [Fact]
    public void A_missing_or_damaged_file_counts_as_none()
    {
        Directory.CreateDirectory(_folder);
        string path = Path.Combine(_folder, "list");
        Assert.Empty(GpuKernelList.Read(path));
        GpuKernelList.Write(path, Kernels());
        byte[] whole = File.ReadAllBytes(path);
        Assert.Equal(Kernels().Count(), GpuKernelList.Read(path).Count);
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = i % 3 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            if (i % 3 > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            }

            File.WriteAllBytes(path, damaged);
            Assert.Empty(GpuKernelList.Read(path));
        }

        File.WriteAllBytes(path, new byte[5 << 20]);
        Assert.Empty(GpuKernelList.Read(path));
        Assert.Empty(GpuKernelList.Read(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CopyKernels")]
    [InlineData("CopyKernels\tNothing")]
    [InlineData("CopyKernels\tFill")]
    [InlineData("CopyKernels\tFill\tSystem.String, System.Private.CoreLib")]
    [InlineData("CopyKernels\tFill\tSystem.Nullable`1, System.Private.CoreLib")]
    [InlineData("CopyKernels\tFill\tNo.Such, No.Such.Assembly")]
    [InlineData("CopyKernels\tFill\t[[[")]
    [InlineData("GpuDriver\tStart")]
    [InlineData("System.Environment\tExit")]
    [InlineData("../Kernels\tFill")]
    public void A_name_that_is_no_kernel_is_passed_over(string name) => Assert.Null(GpuKernelList.Find(name));

    private static IEnumerable<MethodInfo> Kernels() => [.. typeof(CopyKernels)
        .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(static method => method.Name == nameof(CopyKernels.Fill)).Select(static method => method.MakeGenericMethod(typeof(float)))];
}
