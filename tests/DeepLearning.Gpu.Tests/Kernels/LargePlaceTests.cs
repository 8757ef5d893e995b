using System.Buffers.Binary;
using System.Reflection;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>Kernels over memory of more than 2³¹ elements, of which the machine holds the pages that are touched.</summary>
public sealed class LargePlaceTests(PtxTexts compiler) : IClassFixture<PtxTexts>
{
    private const long Far = (1L << 31) + 3;

    /// <summary>Rows, batches and results that lie 2³¹ elements and more apart.</summary>
    [Fact]
    public void A_product_of_rows_far_apart()
    {
        const int m = 3, n = 5, k = 6, batches = 2;
        PtxMachine machine = new(compiler.Compile(new GemmRun(m, n, k) { HasBias = true }.Kernel(typeof(Tile16x16))));
        float[] left = Numbers(batches * m * k), right = Numbers(k * n), bias = Numbers(n);
        byte[] a = Huge(machine, batches * m * Far), y = Huge(machine, Far + (batches * m * n));
        for (int i = 0; i < left.Length; i++)
        {
            // [batches, m, k] with rows that are Far apart.
            Put(machine, a, (i / k * Far) + (i % k), left[i]);
        }

        Strides rows = new([0, 0, 0, 0, 0, m * Far], 0), none = new([0, 0, 0, 0, 0, 0], 0);
        machine.Run(
            2, 16, a, machine.View<float>(right), machine.View<int>(new int[4]), machine.View<float>(bias), y,
            PtxArgument.Of(new StridedOperand<float, AlongDepth>(rows, Far, 1, m, 0, -0.0f)),
            PtxArgument.Of(new StridedOperand<float, AlongSide>(none, 1, n, n, 0, 0)), PtxArgument.Of(new DenseResult(Far, n, 0)),
            PtxArgument.Of(new GemmPlaces(m, n, k, batches, new Axes([1, 1, 1, 1, 1, batches]), 1, 32, 0, 1)));
        for (int i = 0; i < batches * m * n; i++)
        {
            float sum = 0;
            for (int p = 0; p < k; p++)
            {
                sum = MathF.FusedMultiplyAdd(left[(i / n * k) + p], right[(p * n) + (i % n)], sum);
            }

            Assert.Equal(sum + bias[i % n], Get(machine, y, Far + i));
        }
    }

    [Fact]
    public void A_chain_over_the_last_elements_of_many()
    {
        const long count = (1L << 31) + 40;
        const int group = 64;
        MethodInfo kernel = FormulaRun.Kernel(
            typeof(ChainKernels), nameof(ChainKernels.Run), typeof(UnaryLink<SiluOp, BinaryLink<MultiplyOp, ChainEnd>>),
            typeof(Float32Element), typeof(float), typeof(GpuFloat));
        PtxMachine machine = new(compiler.Compile(kernel));
        byte[] memory = Huge(machine, Far + count), y = Huge(machine, count);
        int groups = (int)((count + group - 1) / group);
        float[] x = Numbers(8);
        for (int i = 0; i < x.Length; i++)
        {
            Put(machine, memory, Far + count - 8 + i, x[i]);
        }

        Put(machine, memory, 1, 3);
        machine.Run(
            (groups, 1, 1), (group, 1, 1), groups - 1, groups, memory, y,
            PtxArgument.Of(new UnaryLink<SiluOp, BinaryLink<MultiplyOp, ChainEnd>>(
                default, new ChainOperand(Far, 1, 0), new(default, ChainOperand.Before, new ChainOperand(1, 0, 0), default))));
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(default(SiluOp).Forward(new Lane<float>(x[i])).Value * 3, Get(machine, y, count - 8 + i));
        }
    }

    private static float[] Numbers(int count)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
    }

    private static byte[] Huge(PtxMachine machine, long count) => PtxMachine.View(machine.Memory.Allocate(4 * count), count);

    private static void Put(PtxMachine machine, byte[] view, long place, float value) =>
        BinaryPrimitives.WriteSingleLittleEndian(At(machine, view, place), value);

    private static float Get(PtxMachine machine, byte[] view, long place) =>
        BinaryPrimitives.ReadSingleLittleEndian(At(machine, view, place));

    private static Span<byte> At(PtxMachine machine, byte[] view, long place) =>
        machine.Memory.At(BinaryPrimitives.ReadUInt64LittleEndian(view) + (ulong)(4 * place), 4);
}
