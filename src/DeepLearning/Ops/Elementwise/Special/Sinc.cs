using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Normalized cardinal sine: y = sin(πx) / (πx), 1 at 0.</summary>
    public Tensor Sinc() => Map(default(SincOp));

    /// <summary>As <see cref="Sinc()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor SincInPlace() => MapInPlace(default(SincOp));
}

internal readonly struct SincOp : IUnaryOp<SincOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R t = x * Math.PI;
        Mask<R> zero = R.Equal(x, 0.0);
        return R.Select(zero, 1.0, R.Sin(t) / R.Select(zero, 1.0, t));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in SincOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        // π (t cos t − sin t) / t² with t = πx; its series near 0, where the difference cancels and the quotient is 0 / 0.
        R t = x * Math.PI;
        Mask<R> near = R.Less(R.Abs(t), 1.0);
        R far = R.Select(near, 1.0, t);
        R close = R.Select(near, t, 0.0);
        R s = close * close;
        R series = -16.0 / 355687428096000.0;
        series = R.MultiplyAdd(series, -s, -14.0 / 1307674368000.0);
        series = R.MultiplyAdd(series, -s, -12.0 / 6227020800.0);
        series = R.MultiplyAdd(series, -s, -10.0 / 39916800.0);
        series = R.MultiplyAdd(series, -s, -8.0 / 362880.0);
        series = R.MultiplyAdd(series, -s, -6.0 / 5040.0);
        series = R.MultiplyAdd(series, -s, -4.0 / 120.0);
        series = R.MultiplyAdd(series, -s, -2.0 / 6.0);
        R slope = R.Select(near, series * close, ((far * R.Cos(far)) - R.Sin(far)) / (far * far));
        return dy * (slope * Math.PI);
    }
}
