using System.Reflection;
using System.Text.RegularExpressions;
using DeepLearning.Backends.Gpu;
using DeepLearning.Numerics;
using DeepLearning.Tests.Gpu.Formulas;
using DeepLearning.Tests.Gpu.Ptx;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>
/// Products on tensor cores, run in the machine. Operands are rounded to the cores' type; sums are in float32, so that they differ from
/// those in double by at most k + 1 roundings of the sum of magnitudes.
/// </summary>
public sealed class TensorCoreTests(PtxTexts compiler) : IClassFixture<PtxTexts>
{
    [Theory]
    [InlineData(37, 45, 40, false, false)]
    [InlineData(130, 20, 19, true, false)]
    [InlineData(20, 131, 33, false, true)]
    [InlineData(24, 36, 64, true, true)]
    public void Products_are_those_of_the_rounded_operands(int m, int n, int k, bool transposeA, bool transposeB)
    {
        Check<Tf32Core, Float32Element, float>(m, n, k, transposeA, transposeB, ToTf32, static x => x);
        Check<BFloat16Core, BFloat16Element, ushort>(m, n, k, transposeA, transposeB, ToBFloat16, FromBFloat16);
        Check<Float16Core, Float16Element, ushort>(
            m, n, k, transposeA, transposeB, static x => BitConverter.HalfToUInt16Bits((Half)x),
            static x => (float)BitConverter.UInt16BitsToHalf(x));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Operations_behind_a_product_have_the_bits_of_operations_after_it(bool transpose)
    {
        const int m = 70, n = 45, k = 40;
        Random random = new(6);
        ushort[] a = [.. Enumerable.Range(0, m * k).Select(_ => ToBFloat16((float)random.NextDouble() - 0.5f))];
        ushort[] b = [.. Enumerable.Range(0, n * k).Select(_ => ToBFloat16((float)random.NextDouble() - 0.5f))];
        MethodInfo plain = Kernel<BFloat16Core, BFloat16Element, ushort>(transpose, transpose);
        MethodInfo chained = plain.GetGenericMethodDefinition().MakeGenericMethod(
            [.. plain.GetGenericArguments()[..^1], typeof(ChainedResult<DenseResult, UnaryLink<SiluOp, ChainEnd>>)]);
        string ptx = compiler.Compile(chained);
        float[] sums = Run(compiler.Compile(plain), m, n, k, transpose, transpose, a, b);
        float[] actual = Run(
            ptx, m, n, k, transpose, transpose, a, b,
            static dense => new ChainedResult<DenseResult, UnaryLink<SiluOp, ChainEnd>>(
                dense, new(default, ChainOperand.Before, default), 0));
        Assert.Equal(sums.Select(static x => default(SiluOp).Forward(new Lane<float>(x)).Value), actual);
        Assert.Equal(4, Regex.Count(ptx, @"div\.rn\.f32"));
        Assert.DoesNotMatch(KernelText.Local(), ptx);
        Assert.InRange(PtxRegisters.Estimate(ptx), 64, 168);
    }

    [Fact]
    public void Infinities_and_NaN_stay_where_they_are()
    {
        string ptx = compiler.Compile(Kernel<Tf32Core, Float32Element, float>(false, false));
        float[] a = [float.PositiveInfinity, 1, 1, float.NaN, 1, 1], b = [1, 1, 1, 1, 1, 1];
        float[] y = Run<float>(ptx, 3, 3, 2, false, false, a, b);
        Assert.Equal(Enumerable.Repeat(float.PositiveInfinity, 3), y[..3]);
        Assert.All(y[3..6], static x => Assert.True(float.IsNaN(x)));
        Assert.Equal([2, 2, 2], y[6..]);
    }

    [Fact]
    public void Words_in_a_wrong_place_are_seen()
    {
        MethodInfo kernel = Kernel<BFloat16Core, BFloat16Element, ushort>(false, false);
        string ptx = compiler.Compile(kernel);
        string swapped = Regex.Replace(
            ptx, @"(mma\.sync\S+ \{[^}]*\}, \{%\w+, )(%\w+), (%\w+)(, %\w+\})", "$1$3, $2$4", RegexOptions.None);
        Assert.NotEqual(ptx, swapped);
        ushort[] a = [.. Enumerable.Range(0, 32 * 32).Select(static i => ToBFloat16(i % 13))];
        Assert.NotEqual(Run<ushort>(ptx, 32, 32, 32, false, false, a, a), Run<ushort>(swapped, 32, 32, 32, false, false, a, a));
    }

    [Fact]
    public void A_missing_barrier_is_seen()
    {
        string ptx = compiler.Compile(Kernel<Tf32Core, Float32Element, float>(false, false));
        Assert.Equal(1, Regex.Count(ptx, @"bar\.sync\s+0;"));
        float[] a = [.. Enumerable.Range(0, 40 * 40).Select(static i => i % 13f)];
        Assert.NotEqual(
            Run<float>(ptx, 40, 40, 40, false, false, a, a),
            Run<float>(Regex.Replace(ptx, @"bar\.sync\s+0;", ""), 40, 40, 40, false, false, a, a));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sums_and_words_stay_in_registers(bool transpose)
    {
        MethodInfo[] kernels =
        [
            Kernel<Tf32Core, Float32Element, float>(transpose, transpose),
            Kernel<BFloat16Core, BFloat16Element, ushort>(transpose, transpose),
        ];
        foreach (MethodInfo kernel in kernels)
        {
            string ptx = compiler.Compile(kernel);
            Assert.DoesNotMatch(KernelText.Local(), ptx);
            Assert.DoesNotMatch(KernelText.Call(), ptx);
            Assert.Equal("", KernelText.Forbidden(ptx));
            Assert.Equal(16, Regex.Count(ptx, @"mma\.sync"));
            Assert.DoesNotContain(".func", ptx);
            Assert.InRange(PtxRegisters.Estimate(ptx), 64, 168);
        }
    }

    private void Check<TCore, TElement, S>(
        int m, int n, int k, bool transposeA, bool transposeB, Func<float, S> rounded, Func<S, float> number)
        where TCore : struct, ITensorCore<S, GpuFloat>
        where TElement : struct, IElement<S, GpuFloat>
        where S : unmanaged
    {
        Random random = new(5);
        S[] a = [.. Enumerable.Range(0, m * k).Select(_ => rounded((float)random.NextDouble() - 0.5f))];
        S[] b = [.. Enumerable.Range(0, n * k).Select(_ => rounded((float)random.NextDouble() - 0.5f))];
        float[] actual = Run(compiler.Compile(Kernel<TCore, TElement, S>(transposeA, transposeB)), m, n, k, transposeA, transposeB, a, b);
        for (int i = 0; i < actual.Length; i++)
        {
            (int row, int column) = (i / n, i % n);
            double sum = 0, magnitude = 0;
            for (int p = 0; p < k; p++)
            {
                double product = (double)number(a[transposeA ? (p * m) + row : (row * k) + p])
                    * number(b[transposeB ? (column * k) + p : (p * n) + column]);
                sum += product;
                magnitude += Math.Abs(product);
            }

            Assert.InRange(actual[i], sum - ((k + 1) * 6e-8 * magnitude), sum + ((k + 1) * 6e-8 * magnitude));
        }
    }

    private static MethodInfo Kernel<TCore, TElement, S>(bool transposeA, bool transposeB) => FormulaRun.Kernel(
        typeof(TensorKernels), nameof(TensorKernels.Tiled), typeof(TCore), typeof(S), typeof(Float32Element), typeof(float),
        typeof(GpuFloat),
        typeof(StridedOperand<,>).MakeGenericType(typeof(S), transposeA ? typeof(AlongSide) : typeof(AlongDepth)),
        typeof(StridedOperand<,>).MakeGenericType(typeof(S), transposeB ? typeof(AlongDepth) : typeof(AlongSide)), typeof(DenseResult));

    private static float[] Run<S>(
        string ptx, int m, int n, int k, bool transposeA, bool transposeB, S[] a, S[] b, Func<DenseResult, object>? chained = null)
        where S : unmanaged
    {
        PtxMachine machine = new(ptx);
        byte[] va = machine.View<S>(a), vb = machine.View<S>(b), taps = machine.View<int>(new int[4]);
        byte[] bias = machine.View<float>(new float[1]), y = machine.View<float>(new float[m * n]);
        GemmPlaces places = new(m, n, k, 1, new Axes([1, 1, 1, 1, 1, 1]), 1, (k + 31) / 32 * 32, 0, 0);
        DenseResult dense = new(0, n, n % 4 == 0 ? 1 : 0);
        machine.Run(
            2, TensorKernels.Threads, va, vb, taps, bias, y,
            Operand<S>(transposeA, m, transposeA ? 1 : k, transposeA ? m : 1),
            Operand<S>(!transposeB, n, transposeB ? k : 1, transposeB ? 1 : n),
            PtxArgument.Of(chained?.Invoke(dense) ?? dense), PtxArgument.Of(places));
        return machine.Read<float>(y);
    }

    private static byte[] Operand<S>(bool isAlongSide, int length, int sideStep, int depthStep)
        where S : unmanaged
    {
        int isAligned = (isAlongSide ? depthStep : sideStep) % 4 == 0 ? 1 : 0;
        Strides strides = new([0, 0, 0, 0, 0, 0], 0);
        return PtxArgument.Of(isAlongSide
            ? new StridedOperand<S, AlongSide>(strides, sideStep, depthStep, length, isAligned, default)
            : new StridedOperand<S, AlongDepth>(strides, sideStep, depthStep, length, isAligned, default));
    }

    private static float ToTf32(float x) => BitConverter.UInt32BitsToSingle(PtxTensorCore.Rounded(BitConverter.SingleToUInt32Bits(x)));

    private static ushort ToBFloat16(float x) => (ushort)(BitConverter.SingleToUInt32Bits((float)(BFloat16)x) >> 16);

    private static float FromBFloat16(ushort x) => BitConverter.UInt32BitsToSingle((uint)x << 16);
}
