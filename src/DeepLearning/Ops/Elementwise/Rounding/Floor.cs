using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The largest integer not above x; the gradient is 0.</summary>
    public Tensor Floor() => DType.IsInteger() ? Clone() : Map(default(FloorOp));

    /// <summary>As <see cref="Floor()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor FloorInPlace() => DType.IsInteger() ? this : MapInPlace(default(FloorOp));
}

internal readonly struct FloorOp : IUnaryOp<FloorOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Floor(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in FloorOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
