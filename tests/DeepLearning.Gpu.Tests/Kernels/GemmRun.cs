using System.Reflection;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>A batch of products of which one operand is the same for all, in the machine and as the sum along k in order.</summary>
/// <param name="M">Rows.</param>
/// <param name="N">Columns.</param>
/// <param name="K">What is summed over.</param>
internal sealed record GemmRun(int M, int N, int K)
{
    private const int Batches = 2;

    public bool TransposeA { get; init; }

    public bool TransposeB { get; init; }

    public bool Backwards { get; init; }

    /// <summary>Whether a number for each column is added.</summary>
    public bool HasBias { get; init; }

    /// <summary>Whether the results go through silu(sum + bias) · residual.</summary>
    public bool IsChained { get; init; }

    public int Splits { get; init; } = 1;

    private Type WayA => TransposeA ? typeof(AlongSide) : typeof(AlongDepth);

    private Type WayB => TransposeB ? typeof(AlongDepth) : typeof(AlongSide);

    private int SplitLength => ((((K + Splits - 1) / Splits) + 31) / 32) * 32;

    /// <summary>The kernel of a tile, or the one without where that is null.</summary>
    public MethodInfo Kernel(Type? tile)
    {
        Type a = typeof(StridedOperand<,>).MakeGenericType(typeof(float), WayA);
        Type b = typeof(StridedOperand<,>).MakeGenericType(typeof(float), WayB);
        Type result = IsChained
            ? typeof(ChainedResult<DenseResult, UnaryLink<SiluOp, BinaryLink<MultiplyOp, ChainEnd>>>)
            : typeof(DenseResult);
        Type[] rest = [typeof(Float32Element), typeof(float), typeof(Float32Element), typeof(float), typeof(GpuFloat), a, b, result];
        return tile is null
            ? FormulaRun.Kernel(typeof(GemmKernels), nameof(GemmKernels.Each), rest)
            : FormulaRun.Kernel(typeof(GemmKernels), nameof(GemmKernels.Tiled), [tile, .. rest]);
    }

    /// <summary>What differs from the fused sum along k in order, an empty text where nothing does.</summary>
    public string Differences(string ptx, int groups, int threads)
    {
        Random random = new(4);
        float[] a = Numbers(random, Batches * M * K), b = Numbers(random, K * N), bias = Numbers(random, N);
        float[] residual = Numbers(random, Batches * M * N);
        float[] expected = new float[Splits * Batches * M * N];
        for (int i = 0; i < expected.Length; i++)
        {
            (int split, int batch, int row, int column) = (i / (Batches * M * N), i / (M * N) % Batches, i / N % M, i % N);
            for (int p = split * SplitLength; p < Math.Min(K, (split + 1) * SplitLength); p++)
            {
                float left = a[(batch * M * K) + (TransposeA ? (p * M) + row : (row * K) + p)];
                expected[i] = MathF.FusedMultiplyAdd(left, b[TransposeB ? (column * K) + p : (p * N) + column], expected[i]);
            }

            expected[i] += HasBias ? bias[column] : 0;
            expected[i] = IsChained ? default(SiluOp).Forward(new Lane<float>(expected[i])).Value * residual[i] : expected[i];
        }

        PtxMachine machine = new(ptx) { Backwards = Backwards };
        byte[] va = machine.View<float>(a), vb = machine.View<float>(b);
        byte[] vBias = machine.View<float>(IsChained ? [9, 9, .. residual, 9, .. bias] : bias);
        byte[] y = machine.View<float>(new float[expected.Length]), taps = machine.View<int>(new int[4]);
        GemmPlaces places = new(
            M, N, K, Batches, new Axes([1, 1, 1, 1, 1, Batches]), Splits, SplitLength, 0, HasBias ? 1 : 0);
        machine.Run(
            groups, threads, va, vb, taps, vBias, y, Operand(WayA, M * K, M, TransposeA ? 1 : K, TransposeA ? M : 1, -0.0f),
            Operand(WayB, 0, N, TransposeB ? K : 1, TransposeB ? 1 : N, 0.0f),
            Result(new DenseResult(0, N, N % 4 == 0 ? 1 : 0), residual.Length), PtxArgument.Of(places));
        return FormulaRun.Compare(machine.Read<float>(y), expected, FormulaRun.SameBitsAt, static i => $"element {i}");
    }

    private byte[] Result(DenseResult dense, int residual)
    {
        if (!IsChained)
        {
            return PtxArgument.Of(dense);
        }

        BinaryLink<MultiplyOp, ChainEnd> product = new(default, ChainOperand.Before, new ChainOperand(2, 1, 0), default);
        return PtxArgument.Of(new ChainedResult<DenseResult, UnaryLink<SiluOp, BinaryLink<MultiplyOp, ChainEnd>>>(
            dense, new(default, ChainOperand.Before, product), residual + 3));
    }

    private static byte[] Operand(Type way, int batch, int length, int sideStep, int depthStep, float nothing)
    {
        bool isAligned = batch % 4 == 0 && (way == typeof(AlongSide) ? depthStep : sideStep) % 4 == 0;
        Strides strides = new([0, 0, 0, 0, 0, batch], 0);
        return PtxArgument.Of(way == typeof(AlongSide)
            ? new StridedOperand<float, AlongSide>(strides, sideStep, depthStep, length, isAligned ? 1 : 0, nothing)
            : new StridedOperand<float, AlongDepth>(strides, sideStep, depthStep, length, isAligned ? 1 : 0, nothing));
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
}
