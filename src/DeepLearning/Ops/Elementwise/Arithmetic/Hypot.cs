using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Length of the hypotenuse: y = √(a² + b²), without overflow.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Hypot(Tensor other) => Map(other, default(HypotOp));

    /// <summary>As <see cref="Hypot(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor HypotInPlace(Tensor other) => MapInPlace(other, default(HypotOp));
}

internal readonly struct HypotOp : IBinaryOp<HypotOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        R x = R.Abs(a), z = R.Abs(b);
        R large = R.Max(x, z);
        R ratio = R.Min(x, z) / R.Select(R.Equal(large, 0.0), 1.0, large);
        Mask<R> infinite = R.Equal(x, double.PositiveInfinity) | R.Equal(z, double.PositiveInfinity);
        return R.Select(infinite, double.PositiveInfinity, large * R.Sqrt(R.MultiplyAdd(ratio, ratio, 1.0)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in HypotOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * (a / y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in HypotOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * (b / y);
}
