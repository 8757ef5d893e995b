using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>Work on many tensors at once, checks and scatters, run in the machine.</summary>
public sealed class UpdateKernelTests : IDisposable
{
    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Fact]
    public void Every_update_compiles_for_many_parameters_and_gives_the_processors_bits()
    {
        foreach (Type update in FormulaList.Updates)
        {
            string ptx = Compile(
                typeof(UpdateKernels), nameof(UpdateKernels.All), update, typeof(Float32Element), typeof(float), typeof(float),
                typeof(Float32Element), typeof(GpuFloat));
            Assert.DoesNotMatch(KernelText.Local(), ptx);
            Assert.Equal("", KernelText.Forbidden(ptx));
            string wrong = (string)typeof(UpdateKernelTests).GetMethod(nameof(Updated))!.MakeGenericMethod(update).Invoke(null, [ptx])!;
            Assert.True(wrong.Length == 0, $"{update}: {wrong}");
        }
    }

    /// <summary>What differs of two parameters in one block of memory, the second in two chunks.</summary>
    public static string Updated<TUpdate>(string ptx)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        const int count = 40, gap = 8;
        TUpdate update = (TUpdate)FormulaList.Instance(typeof(TUpdate));
        float[] memory = [.. Enumerable.Range(0, 5).SelectMany(static k => FormulaValues.Floats[k][..count].Concat(new float[gap]))];
        float[] expected = [.. memory];
        for (int i = 0; i < count; i++)
        {
            Lane<float>[] x = [.. Enumerable.Range(0, 5).Select(k => new Lane<float>(expected[(k * (count + gap)) + i]))];
            update.Step(ref x[0], x[1], ref x[2], ref x[3], ref x[4]);
            for (int k = 0; k < 5; k++)
            {
                expected[(k * (count + gap)) + i] = k == 1 || k > 1 + TUpdate.States ? expected[(k * (count + gap)) + i] : x[k].Value;
            }
        }

        long[] Row(long start, long length) => [length, .. Enumerable.Range(0, 5).Select(k => (k * (count + gap)) + start)];
        PtxMachine machine = new(ptx);
        byte[] all = machine.View<float>(memory);
        machine.Run(2, 8, machine.View<long>([.. Row(0, 7), .. Row(7, 20), .. Row(27, count - 27)]), all, all, PtxArgument.Of(update));
        return FormulaRun.Compare(
            machine.Read<float>(all), expected, static (a, b, _) => FormulaRun.SameBits(a, b), static i => $"place {i}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Squares_are_added_in_a_fixed_order(bool backwards)
    {
        float[] x = [.. Enumerable.Range(0, 90).Select(static i => i - 30f)];
        PtxMachine machine = new(Compile(
            typeof(UpdateKernels), nameof(UpdateKernels.Squares), typeof(WideFloat32), typeof(float), typeof(Group16)))
        { Backwards = backwards };
        byte[] sums = machine.View<double>(new double[2]);
        machine.Run(2, 16, machine.View<long>([50, 0, 0, 0, 0, 0, 40, 50, 0, 0, 0, 0]), machine.View<float>(x), sums);
        Assert.Equal([x[..50].Sum(static v => (double)v * v), x[50..].Sum(static v => (double)v * v)], machine.Read<double>(sums));
        PtxMachine second = new(Compile(typeof(UpdateKernels), nameof(UpdateKernels.Sum), typeof(Group16))) { Backwards = backwards };
        byte[] total = second.View<double>(new double[1]);
        second.Run(1, 16, second.View<double>(machine.Read<double>(sums)), total);
        Assert.Equal([x.Sum(static v => (double)v * v)], second.Read<double>(total));
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(1e-32)]
    public void All_elements_are_scaled_by_a_number_of_the_device(double factor)
    {
        PtxMachine machine = new(Compile(
            typeof(UpdateKernels), nameof(UpdateKernels.Scale), typeof(Float32Element), typeof(float), typeof(GpuFloat),
            typeof(SingleNumber)));
        byte[] x = machine.View<float>([1f, 2, 3e8f, -4, 5]);
        machine.Run(1, 4, machine.View<long>([4, 1, 0, 0, 0, 0]), x, machine.View<double>([factor]));
        float root = (float)Math.Sqrt(factor);
        float Scaled(float v) => factor < 1e-30 ? v * root * root : v * (float)factor;
        Assert.Equal([1f, Scaled(2), Scaled(3e8f), Scaled(-4), Scaled(5)], machine.Read<float>(x));
    }

    [Fact]
    public void The_first_index_out_of_bounds_is_kept_and_0_stands_for_it()
    {
        string ptx = _compiler.Compile(typeof(CheckKernels).GetMethod(nameof(CheckKernels.Indices))!);
        Assert.Matches(@"\b(atom|red)\.global\.min\.s64", ptx);
        PtxMachine machine = new(ptx);
        byte[] y = machine.View<long>(new long[6]), slots = machine.View<long>([CheckKernels.Fine, CheckKernels.Fine]);
        machine.Run(
            3, 2, machine.View<long>([1, -3, 9, -100, 4, -4]), y, slots, PtxArgument.Of(new CheckBounds(new IndexBounds(-3, 4, 9), 1)));
        Assert.Equal([1, 1, 9, 0, 0, 0], machine.Read<long>(y));
        long[] found = machine.Read<long>(slots);
        Assert.Equal([CheckKernels.Fine, 3, -100], [found[0], found[1] >> 32, (int)found[1]]);
    }

    [Fact]
    public void Divisors_and_truths_are_checked()
    {
        PtxMachine machine = new(Compile(typeof(CheckKernels), nameof(CheckKernels.Divisors), typeof(int)));
        byte[] y = machine.View<int>(new int[4]), slots = machine.View<long>([CheckKernels.Fine]);
        machine.Run(1, 3, machine.View<int>([5, -2, 0, 0]), y, slots, PtxMachine.Bytes(0));
        Assert.Equal([5, -2, 1, 1], machine.Read<int>(y));
        Assert.Equal([2], machine.Read<long>(slots));
        PtxMachine second = new(_compiler.Compile(typeof(CheckKernels).GetMethod(nameof(CheckKernels.Truths))!));
        slots = second.View<long>([CheckKernels.Fine]);
        second.Run(1, 3, second.View<byte>([0, 0, 0, 1, 1]), slots, PtxMachine.Bytes(0));
        Assert.Equal([3], second.Read<long>(slots));
    }

    [Fact]
    public void Sorted_values_are_added_in_the_order_of_their_indices()
    {
        long[] index = [2, 0, 2, 2, 1, 0, 2];
        float[] values = [.. Enumerable.Range(0, 14).Select(static i => 0.1f * i)];
        KeyAt[] sorted = [.. index.Select(static (at, i) => WideEntry.Of((ulong)at ^ (1UL << 63), i)).OrderBy(static entry => entry.Key)];
        float[] expected = new float[8];
        for (int i = 0; i < values.Length; i++)
        {
            expected[((int)index[i / 2] * 2) + (i % 2)] += values[i];
        }

        PtxMachine machine = new(Compile(
            typeof(ScatterKernels), nameof(ScatterKernels.Blocks), typeof(Float32Element), typeof(float), typeof(GpuFloat)));
        byte[] x = machine.View<float>(new float[8]);
        BlockPlaces places = new(
            1, 7, 2, new Axes([1, 1, 1, 1, 1, 1]), new Strides([0, 0, 0, 0, 0, 0], 0), new Axes([1, 1, 1, 1, 1, 2]),
            new Strides([0, 0, 0, 0, 0, 1], 0), [1]);
        KeyAt[] byPlace = [.. sorted.Select(static entry => WideEntry.Of((((entry.Key ^ (1UL << 63)) * 2) ^ (1UL << 63)), entry.Position))];
        machine.Run(2, 4, x, machine.View<KeyAt>(byPlace), machine.View<float>(values), PtxArgument.Of(places), PtxMachine.Bytes(1));
        Assert.Equal(expected, machine.Read<float>(x));
    }

    private string Compile(Type kernels, string name, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(kernels, name, arguments));
}
