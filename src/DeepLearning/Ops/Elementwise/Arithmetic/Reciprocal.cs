using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>y = 1/x.</summary>
    public Tensor Reciprocal() => Map(default(ReciprocalOp));

    /// <summary>As <see cref="Reciprocal()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ReciprocalInPlace() => MapInPlace(default(ReciprocalOp));
}

internal readonly struct ReciprocalOp : IUnaryOp<ReciprocalOp>
{
    public static bool BackwardNeedsInput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => 1.0 / x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ReciprocalOp op, R x, R y, R dy)
        where R : struct, IReal<R> => -(dy * y * y);
}
