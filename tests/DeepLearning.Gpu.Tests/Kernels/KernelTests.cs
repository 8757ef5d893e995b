using System.Reflection;
using System.Text.RegularExpressions;
using DeepLearning.Backends;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>The hand-written kernels, run in the machine, and that what breaks them is seen.</summary>
public sealed class KernelTests : IDisposable
{
    private static readonly Func<float, float, int, bool> s_same = static (a, b, _) => FormulaRun.SameBits(a, b);

    private readonly PtxCompiler _compiler = new();

    public void Dispose() => _compiler.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(61)]
    [InlineData(512)]
    public void Four_at_a_time_gives_what_one_by_one_gives(int count)
    {
        string ptx = Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.Contiguous4), typeof(BinaryStep<AddOp>));
        Assert.Equal("", Added(ptx, count, count, strided: false));
    }

    [Fact]
    public void A_wrong_tail_is_seen()
    {
        string ptx = Compile(typeof(ElementwiseKernels), nameof(ElementwiseKernels.Contiguous4), typeof(BinaryStep<AddOp>));
        string broken = Replaced(ptx, @"div\.s64\t(%rd\d+), (%rd\d+), 4;|shr\.s64\t(%rd\d+), (%rd\d+), 2;", "add.s64\t$1$3, $2$4, 0;");
        Assert.ThrowsAny<Exception>(() => Added(broken, 61, 61, strided: false));
    }

    [Fact]
    public void Strides_and_places_beyond_2_to_the_31_are_64_bit_numbers()
    {
        string ptx = Compile(
            typeof(ElementwiseKernels), nameof(ElementwiseKernels.Contiguous), typeof(BinaryStep<AddOp>), typeof(Float32Element),
            typeof(float), typeof(GpuFloat));
        const long count = (1L << 31) + 40;
        PtxMachine machine = new(ptx);
        byte[][] views = [.. Enumerable.Range(0, 6).Select(_ => PtxMachine.View(machine.Memory.Allocate(4 * count), count))];
        const int group = 256;
        int groups = (int)((count + group - 1) / group);
        machine.Run((groups, 1, 1), (group, 1, 1), groups - 1, groups, [.. views, PtxArgument.Of(new BinaryStep<AddOp>(default))]);
        Assert.InRange(machine.Steps, 40 * 10, 256 * 60);
    }

    [Fact]
    public void A_swapped_comparison_is_seen() => Assert.NotEqual("", SiluWith("set.lt.u32.f32", "set.gt.u32.f32"));

    [Fact]
    public void An_unordered_comparison_is_seen()
    {
        Assert.Equal("", SiluWith("set.lt.u32.f32", "set.lt.u32.f32"));
        Assert.NotEqual("", SiluWith("set.lt.u32.f32", "set.ltu.u32.f32"));
    }

    [Fact]
    public void Every_reduction_compiles_and_combines_parts_as_the_formula_says()
    {
        MethodInfo reduced = typeof(KernelTests).GetMethod(nameof(Reduced), BindingFlags.NonPublic | BindingFlags.Static)!;
        List<string> wrong = [];
        foreach (Type op in FormulaList.Reductions)
        {
            string ptx = Compile(
                typeof(ReduceKernels), nameof(ReduceKernels.Stage), op, typeof(Float32Element), typeof(float), typeof(GpuFloat));
            string found = (string)reduced.MakeGenericMethod(op).Invoke(null, [ptx])!;
            if (found.Length > 0)
            {
                wrong.Add($"{op.Name}: {found}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>What differs in a reduction of 7 rows of 100 by 3 parts, and then of the parts.</summary>
    internal static string Reduced<TOp>(string ptx)
        where TOp : struct, IReduceOp<TOp>
    {
        const int rows = 7, length = 100, parts = 3;
        TOp op = (TOp)FormulaList.Instance(typeof(TOp));
        float[] x = FormulaValues.Floats[0][..(rows * length)], partial = new float[rows * parts], expected = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            Lane<float> total = TOp.Identity;
            for (int part = 0; part < parts; part++)
            {
                Lane<float> sum = TOp.Identity;
                for (int i = part; i < length; i += parts)
                {
                    sum = TOp.Combine(sum, op.Map(new Lane<float>(x[(row * length) + i])));
                }

                partial[(row * parts) + part] = sum.Value;
                total = TOp.Combine(total, sum);
            }

            expected[row] = op.Finish(total).Value;
        }

        PtxMachine machine = new(ptx);
        byte[] given = machine.View<float>(x), middle = machine.View<float>(new float[rows * parts]);
        byte[] y = machine.View<float>(new float[rows]);
        byte[] argument = PtxArgument.Of(op);
        machine.Run(2, 8, given, middle, PtxArgument.Of(Places(rows, parts, length)), PtxMachine.Bytes(1), PtxMachine.Bytes(0), argument);
        machine.Run(1, 8, middle, y, PtxArgument.Of(Places(rows, 1, parts)), PtxMachine.Bytes(0), PtxMachine.Bytes(1), argument);
        return FormulaRun.Compare(machine.Read<float>(middle), partial, s_same, static i => $"part {i}")
            + FormulaRun.Compare(machine.Read<float>(y), expected, s_same, static i => $"row {i}");
    }

    private static ReducePlaces Places(int rows, int parts, int length) => new(
        rows, parts, length, new Axes([1, 1, 1, 1, 1, rows]), new Strides([0, 0, 0, 0, 0, length], 0), new Axes([1, 1, 1, 1, 1, length]),
        new Strides([0, 0, 0, 0, 0, 1], 0));

    private static string Replaced(string ptx, string pattern, string replacement)
    {
        string changed = Regex.Replace(ptx, pattern, replacement);
        Assert.NotEqual(ptx, changed);
        return changed;
    }

    private static string Added(string ptx, int count, int room, bool strided)
    {
        float[] a = FormulaValues.Floats[0][..count], b = FormulaValues.Floats[1][..count];
        PtxMachine machine = new(ptx) { Backwards = strided };
        byte[] y = machine.View<float>(new float[room]), va = machine.View<float>(a), vb = machine.View<float>(b);
        machine.Run(2, 32, va, vb, y, y, y, y, PtxArgument.Of(new BinaryStep<AddOp>(default)));
        return FormulaRun.Compare(
            machine.Read<float>(y), [.. a.Select((x, i) => x + b[i])], s_same, i => $"{a[i]}, {b[i]}");
    }

    private string SiluWith(string instruction, string other)
    {
        string ptx = Compile(
            typeof(ElementwiseKernels), nameof(ElementwiseKernels.Contiguous), typeof(UnaryStep<SiluOp>), typeof(Float32Element),
            typeof(float), typeof(GpuFloat));
        Assert.Contains(instruction, ptx);
        return FormulaRun.Step<UnaryStep<SiluOp>, Float32Element, float, GpuFloat>(
            ptx.Replace(instruction, other, StringComparison.Ordinal), FormulaValues.Floats,
            s_same, FormulaValues.Count);
    }

    private string Compile(Type kernels, string name, params Type[] arguments) =>
        _compiler.Compile(FormulaRun.Kernel(kernels, name, arguments));
}
