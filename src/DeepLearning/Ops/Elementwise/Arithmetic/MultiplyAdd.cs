using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>a · b + c</summary>
internal readonly struct MultiplyAddOp : ITernaryOp<MultiplyAddOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R> => R.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardFirst<R>(in MultiplyAddOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardSecond<R>(in MultiplyAddOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardThird<R>(in MultiplyAddOp op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy;
}
