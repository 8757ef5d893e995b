using DeepLearning.Numerics;
using ILGPU.IR.Intrinsics;

namespace DeepLearning.Backends.Gpu;

/// <summary>
/// The arithmetic of kernels: each method is .NET's on ILGPU's accelerator of the processor, and exactly one PTX instruction on the GPU
/// (<see cref="GpuInstructions"/>). ILGPU never sees a float operator: it would reorder sums and products, fuse them, and turn a
/// comparison with NaN round.
/// </summary>
internal static class GpuMath
{
    [IntrinsicImplementation]
    public static float Add(float a, float b) => a + b;

    [IntrinsicImplementation]
    public static double Add(double a, double b) => a + b;

    [IntrinsicImplementation]
    public static float Subtract(float a, float b) => a - b;

    [IntrinsicImplementation]
    public static double Subtract(double a, double b) => a - b;

    [IntrinsicImplementation]
    public static float Multiply(float a, float b) => a * b;

    [IntrinsicImplementation]
    public static double Multiply(double a, double b) => a * b;

    [IntrinsicImplementation]
    public static float Divide(float a, float b) => a / b;

    [IntrinsicImplementation]
    public static double Divide(double a, double b) => a / b;

    [IntrinsicImplementation]
    public static float Negate(float a) => -a;

    [IntrinsicImplementation]
    public static double Negate(double a) => -a;

    /// <summary>a · b + c, rounded once.</summary>
    [IntrinsicImplementation]
    public static float MultiplyAdd(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>a · b + c, rounded once.</summary>
    [IntrinsicImplementation]
    public static double MultiplyAdd(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    /// <summary>All bits set where a is less than b, none where not or where either is NaN.</summary>
    [IntrinsicImplementation]
    public static uint Less(float a, float b) => a < b ? uint.MaxValue : 0;

    /// <inheritdoc cref="Less(float, float)"/>
    [IntrinsicImplementation]
    public static uint Less(double a, double b) => a < b ? uint.MaxValue : 0;

    /// <summary>All bits set where a is at most b, none where not or where either is NaN.</summary>
    [IntrinsicImplementation]
    public static uint LessOrEqual(float a, float b) => a <= b ? uint.MaxValue : 0;

    /// <inheritdoc cref="LessOrEqual(float, float)"/>
    [IntrinsicImplementation]
    public static uint LessOrEqual(double a, double b) => a <= b ? uint.MaxValue : 0;

    /// <summary>All bits set where a equals b, none where not or where either is NaN.</summary>
    [IntrinsicImplementation]
    public static uint Equal(float a, float b) => a == b ? uint.MaxValue : 0;

    /// <inheritdoc cref="Equal(float, float)"/>
    [IntrinsicImplementation]
    public static uint Equal(double a, double b) => a == b ? uint.MaxValue : 0;

    /// <summary>All bits set where a or b is NaN.</summary>
    [IntrinsicImplementation]
    public static uint Unordered(float a, float b) => float.IsNaN(a) || float.IsNaN(b) ? uint.MaxValue : 0;

    /// <inheritdoc cref="Unordered(float, float)"/>
    [IntrinsicImplementation]
    public static uint Unordered(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? uint.MaxValue : 0;

    /// <summary>The larger of two numbers that are not NaN.</summary>
    [IntrinsicImplementation]
    public static float Max(float a, float b) => MathF.Max(a, b);

    /// <inheritdoc cref="Max(float, float)"/>
    [IntrinsicImplementation]
    public static double Max(double a, double b) => Math.Max(a, b);

    /// <summary>The smaller of two numbers that are not NaN.</summary>
    [IntrinsicImplementation]
    public static float Min(float a, float b) => MathF.Min(a, b);

    /// <inheritdoc cref="Min(float, float)"/>
    [IntrinsicImplementation]
    public static double Min(double a, double b) => Math.Min(a, b);

    [IntrinsicImplementation]
    public static float Floor(float x) => MathF.Floor(x);

    [IntrinsicImplementation]
    public static double Floor(double x) => Math.Floor(x);

    [IntrinsicImplementation]
    public static float Ceiling(float x) => MathF.Ceiling(x);

    [IntrinsicImplementation]
    public static double Ceiling(double x) => Math.Ceiling(x);

    /// <summary>The nearest integer, halves to the even one.</summary>
    [IntrinsicImplementation]
    public static float Round(float x) => MathF.Round(x);

    /// <inheritdoc cref="Round(float)"/>
    [IntrinsicImplementation]
    public static double Round(double x) => Math.Round(x);

    [IntrinsicImplementation]
    public static float Truncate(float x) => MathF.Truncate(x);

    [IntrinsicImplementation]
    public static double Truncate(double x) => Math.Truncate(x);

    [IntrinsicImplementation]
    public static float Sqrt(float x) => MathF.Sqrt(x);

    [IntrinsicImplementation]
    public static double Sqrt(double x) => Math.Sqrt(x);

    [IntrinsicImplementation]
    public static double Widen(float x) => x;

    [IntrinsicImplementation]
    public static float Narrow(double x) => (float)x;

    /// <summary>The float nearest to an integer.</summary>
    [IntrinsicImplementation]
    public static float SingleOf(long x) => x;

    /// <summary>The double nearest to an integer.</summary>
    [IntrinsicImplementation]
    public static double DoubleOf(long x) => x;

    /// <summary>The integer part of a number that is not NaN; the end of the range beyond it.</summary>
    [IntrinsicImplementation]
    public static int Int32Of(double x) => (int)x;

    /// <summary>The integer part of a number that is not NaN; the end of the range beyond it.</summary>
    [IntrinsicImplementation]
    public static long Int64Of(double x) => (long)x;

    /// <summary>The bits of the float16 nearest to a double.</summary>
    [IntrinsicImplementation]
    public static ushort HalfOf(double x) => BitConverter.HalfToUInt16Bits((Half)x);

    /// <summary>A polynomial by Horner's rule: as many instructions as it has coefficients but one.</summary>
    [IntrinsicImplementation]
    public static double Polynomial<TCoefficients>(double x)
        where TCoefficients : struct, ICoefficients
    {
        double y = TCoefficients.Values[^1];
        for (int i = TCoefficients.Values.Length - 2; i >= 0; i--)
        {
            y = Math.FusedMultiplyAdd(y, x, TCoefficients.Values[i]);
        }

        return y;
    }

    /// <summary>The upper 64 bits of the product of two unsigned integers.</summary>
    [IntrinsicImplementation]
    public static ulong MultiplyHigh(ulong a, ulong b) => Math.BigMul(a, b, out _);

    /// <summary>The float of a float16's bits.</summary>
    [IntrinsicImplementation]
    public static float FromHalf(ushort bits) => (float)BitConverter.UInt16BitsToHalf(bits);

    /// <summary>The bits of the nearest float16.</summary>
    [IntrinsicImplementation]
    public static ushort ToHalf(float x) => BitConverter.HalfToUInt16Bits((Half)x);
}
