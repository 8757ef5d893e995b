using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The smaller of two elements; the other one where one is NaN. At ties the first gets the gradient.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Fmin(Tensor other) => this.Choose(other, default(FminOp));

    /// <summary>As <see cref="Fmin(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor FminInPlace(Tensor other) => this.ChooseInPlace(other, default(FminOp));
}

internal readonly struct FminOp : IBinaryOp<FminOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(R.IsNaN(a), b, R.Select(R.Less(b, a), b, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in FminOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(a, b) | R.IsNaN(b), dy, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in FminOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(a, b) | R.IsNaN(b), 0.0, dy);
}
