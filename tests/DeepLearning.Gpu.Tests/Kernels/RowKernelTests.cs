using System.Text.RegularExpressions;
using DeepLearning.Backends.Gpu;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>Sorts, scans and searches of rows, run in the machine; and that a missing barrier is seen.</summary>
public sealed class RowKernelTests : IDisposable
{
    private static readonly float[] s_numbers =
        [.. FormulaValues.Floats[0].Select(static (x, i) => i % 17 == 3 ? float.NaN : i % 5 == 0 ? MathF.Round(x) : x).Take(150)];

    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [InlineData(false, 150, false)]
    [InlineData(true, 150, true)]
    [InlineData(false, 9, true)]
    public void Tiles_are_sorted_and_merged(bool descending, int keep, bool backwards) =>
        Assert.Equal(Positions(descending, keep), Sorted(SortText(), descending, keep, backwards));

    [Fact]
    public void A_missing_barrier_in_a_sort_is_seen()
    {
        string[] whole = SortText();
        string broken = Regex.Replace(whole[0], @"(bar\.sync\s+0;.*?)bar\.sync\s+0;", "$1", RegexOptions.Singleline);
        Assert.NotEqual(Positions(false, 150), Sorted([broken, whole[1], whole[2]], false, 150, backwards: false));
    }

    [Fact]
    public void Doubles_are_sorted_by_wide_entries_in_the_tile_of_a_GPU()
    {
        double[] x = [.. Enumerable.Range(0, 300).Select(static i => Math.Round(Math.Sin(i * 7.7) * 40))];
        PtxMachine machine = new(Compile(
            typeof(SortKernels), nameof(SortKernels.Tiles), typeof(Float64Key), typeof(ulong), typeof(WideEntry), typeof(KeyAt),
            typeof(Group256)));
        byte[] entries = machine.View<KeyAt>(new KeyAt[300]);
        machine.Run(1, 256, machine.View<double>(x), entries, PtxArgument.Of(new TilePlaces(1, 300, 512, 300, 0)));
        Assert.Equal(
            Enumerable.Range(0, 300).OrderBy(i => x[i]).Select(static i => (long)i),
            machine.Read<KeyAt>(entries).Select(static entry => entry.Position));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sums_run_along_the_parts_of_rows(bool backwards) => Assert.Equal(Sums(), Scanned(ScanText(), backwards));

    [Fact]
    public void A_missing_barrier_in_a_scan_is_seen()
    {
        string whole = ScanText();
        string broken = new Regex(@"bar\.sync\s+0;").Replace(whole, "", 1);
        Assert.NotEqual(Sums(), Scanned(broken, backwards: true));
    }

    [Fact]
    public void The_last_of_equal_extremes_runs_along()
    {
        PtxMachine machine = new(Compile(
            typeof(ScanKernels), nameof(ScanKernels.Rows), typeof(ExtremeScan<Float32Key, uint, Least>), typeof(uint), typeof(KeyAt)));
        byte[] x = machine.View<float>(s_numbers), y = machine.View<float>(new float[150]), at = machine.View<long>(new long[150]);
        machine.Run(1, 4, x, y, at, PtxArgument.Of(new ScanPlaces(3, 50, 1, 50)));
        ValuesAndIndices expected = Tensor.From(s_numbers).Reshape(3, 50).CumMin(1);
        Assert.Equal(expected.Indices.ToArray<long>(), machine.Read<long>(at));
        Assert.Equal(expected.Values.ToArray<float>(), machine.Read<float>(y));
    }

    [Fact]
    public void Log_sums_of_exponentials_run_along()
    {
        float[] given = [.. s_numbers.Take(50).Select(static x => float.IsFinite(x) ? x % 50 : -1)];
        PtxMachine machine = new(Compile(
            typeof(ScanKernels), nameof(ScanKernels.Rows), typeof(LogSumExpScan<WideFloat32, float>), typeof(float), typeof(double)));
        byte[] x = machine.View<float>(given), y = machine.View<float>(new float[50]);
        machine.Run(1, 4, x, y, machine.View<long>(new long[1]), PtxArgument.Of(new ScanPlaces(2, 25, 1, 25)));
        float[] expected = Tensor.From(given).Reshape(2, 25).LogCumSumExp(1).ToArray<float>(), actual = machine.Read<float>(y);
        Assert.All(
            expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, Math.Max(1e-6f, MathF.Abs(pair.First) * 1e-6f)));
    }

    [Theory]
    [InlineData(typeof(Greatest), typeof(Group16), 16)]
    [InlineData(typeof(Least), typeof(Group256), 64)]
    public void The_first_of_equal_extremes_is_found(Type order, Type group, int threads)
    {
        PtxMachine machine = new(Compile(
            typeof(RowKernels), nameof(RowKernels.Extremes), typeof(Float32Key), typeof(uint), order, group));
        byte[] best = machine.View<KeyAt>(new KeyAt[6]);
        float[] x = [.. s_numbers.Select(static (x, i) => i < 75 && float.IsNaN(x) ? 0 : x)];
        machine.Run(2, threads, machine.View<float>(x), best, PtxArgument.Of(new ScanPlaces(2, 75, 3, 32)));
        KeyAt[] parts = machine.Read<KeyAt>(best);
        Tensor rows = Tensor.From(x).Reshape(2, 75);
        long[] expected = (order == typeof(Greatest) ? rows.ArgMax(1) : rows.ArgMin(1)).ToArray<long>();
        Assert.Equal(expected, Enumerable.Range(0, 2).Select(row => parts[(3 * row)..((3 * row) + 3)]
            .OrderByDescending(static part => part.Key).ThenBy(static part => part.Position).First().Position));
    }

    [Fact]
    public void Bins_are_counted_by_integers()
    {
        PtxMachine machine = new(_compiler.Compile(typeof(RowKernels).GetMethod(nameof(RowKernels.Count))!));
        byte[] y = machine.View<long>(new long[4]);
        machine.Run(2, 4, machine.View<long>([1, 3, -1, 1, 1, 0, 3, -5, 1]), y);
        Assert.Equal([1, 4, 0, 2], machine.Read<long>(y));
    }

    [Fact]
    public void Exact_remainders_are_the_processors()
    {
        float[] a = FormulaValues.Floats[0], b = FormulaValues.Floats[1];
        PtxMachine machine = new(_compiler.Compile(typeof(FmodKernels).GetMethod(nameof(FmodKernels.Singles))!));
        byte[] y = machine.View<float>(new float[a.Length]);
        machine.Run(2, 16, machine.View<float>(a), machine.View<float>(b), y);
        Assert.Equal("", FormulaRun.Compare(
            machine.Read<float>(y), [.. a.Select((x, i) => x % b[i])], static (x, z, _) => FormulaRun.SameBits(x, z),
            i => $"{a[i]:R}, {b[i]:R}"));
    }

    [Fact]
    public void Sorting_and_scanning_use_registers_and_shared_memory_only()
    {
        foreach (string ptx in SortText().Append(ScanText()))
        {
            Assert.DoesNotMatch(KernelText.Local(), ptx);
            Assert.DoesNotMatch(KernelText.Call(), ptx);
            Assert.Equal("", KernelText.Forbidden(ptx));
        }
    }

    private static long[] Positions(bool descending, int keep) =>
        Tensor.From(s_numbers).Sort(0, descending).Indices.ToArray<long>()[..keep];

    private string[] SortText() =>
    [
        Compile(
            typeof(SortKernels), nameof(SortKernels.Tiles), typeof(Float32Key), typeof(uint), typeof(NarrowEntry), typeof(ulong),
            typeof(Group16)),
        Compile(typeof(SortKernels), nameof(SortKernels.Merge), typeof(NarrowEntry), typeof(ulong)),
        Compile(typeof(SortKernels), nameof(SortKernels.Take), typeof(NarrowEntry), typeof(ulong), typeof(uint)),
    ];

    /// <summary>The positions of the first sorted elements of one row, by tiles of 64 and two merges.</summary>
    private static long[] Sorted(string[] ptx, bool descending, int keep, bool backwards)
    {
        PtxMachine[] machines = new PtxMachine[3];
        Machines(ptx, machines, backwards);
        MergePlaces first = new(1, 150, 64, keep), second = new(1, 150, 128, keep);
        byte[] x = machines[0].View<float>(s_numbers);
        byte[] tiles = machines[0].View<ulong>(new ulong[first.Runs * first.Room]);
        machines[0].Run(2, 16, x, tiles, PtxArgument.Of(new TilePlaces(1, 150, 64, keep, descending ? 1 : 0)));
        ulong[] merged = Merged(machines[1], machines[0].Read<ulong>(tiles), first);
        ulong[] sorted = Merged(machines[1], merged, second);
        byte[] positions = machines[2].View<long>(new long[keep]);
        machines[2].Run(
            1, 32, machines[2].View<ulong>(sorted), machines[2].View<float>(s_numbers), machines[2].View<float>(new float[keep]), positions,
            PtxArgument.Of(new TakePlaces(1, 150, keep, 0, keep)));
        return machines[2].Read<long>(positions);
    }

    private static ulong[] Merged(PtxMachine machine, ulong[] from, MergePlaces places)
    {
        byte[] to = machine.View<ulong>(new ulong[places.MergedRuns * places.MergedRoom]);
        machine.Run(2, 32, machine.View<ulong>(from), to, PtxArgument.Of(places));
        return machine.Read<ulong>(to);
    }

    private static void Machines(string[] ptx, PtxMachine[] machines, bool backwards)
    {
        for (int i = 0; i < ptx.Length; i++)
        {
            machines[i] = new PtxMachine(ptx[i]) { Backwards = backwards };
        }
    }

    private string ScanText() => Compile(
        typeof(ScanKernels), nameof(ScanKernels.Parts), typeof(FloatSumScan), typeof(float), typeof(double), typeof(Group16));

    private static float[] Sums() => Tensor.From(Whole()).Reshape(2, 150).CumSum(1).ToArray<float>();

    private static float[] Whole() => [.. Enumerable.Range(0, 300).Select(static i => (float)((i * 37 % 101) - 50))];

    /// <summary>Two rows in parts of 100: the parts' totals, those before each, and what runs along.</summary>
    private float[] Scanned(string ptx, bool backwards)
    {
        PtxMachine machine = new(ptx) { Backwards = backwards };
        byte[] x = machine.View<float>(Whole()), y = machine.View<float>(new float[300]), none = machine.View<long>(new long[1]);
        byte[] states = machine.View<double>(new double[4]), places = PtxArgument.Of(new ScanPlaces(2, 150, 2, 100));
        machine.Run(3, 16, x, y, none, states, places, PtxMachine.Bytes(1));
        double[] totals = machine.Read<double>(states);
        PtxMachine second = new(Compile(
            typeof(ScanKernels), nameof(ScanKernels.Before), typeof(FloatSumScan), typeof(float), typeof(double), typeof(Group16)));
        byte[] before = second.View<double>(totals);
        second.Run(2, 16, before, places);
        states = machine.View<double>(second.Read<double>(before));
        machine.Run(3, 16, x, y, none, states, places, PtxMachine.Bytes(0));
        return machine.Read<float>(y);
    }

    private string Compile(Type kernels, string name, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(kernels, name, arguments));
}
