using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The greater of two elements; the other one where one is NaN. At ties the first gets the gradient.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Fmax(Tensor other) => this.Choose(other, default(FmaxOp));

    /// <summary>As <see cref="Fmax(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor FmaxInPlace(Tensor other) => this.ChooseInPlace(other, default(FmaxOp));
}

internal readonly struct FmaxOp : IBinaryOp<FmaxOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(R.IsNaN(a), b, R.Select(R.Less(a, b), b, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in FmaxOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(b, a) | R.IsNaN(b), dy, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in FmaxOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(b, a) | R.IsNaN(b), 0.0, dy);
}
