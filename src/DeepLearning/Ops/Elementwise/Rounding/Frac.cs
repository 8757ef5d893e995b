using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The fractional part, x − trunc(x), of the sign of x.</summary>
    public Tensor Frac() => Map(default(FracOp));

    /// <summary>As <see cref="Frac()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor FracInPlace() => MapInPlace(default(FracOp));
}

internal readonly struct FracOp : IUnaryOp<FracOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x - R.Truncate(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in FracOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy;
}
