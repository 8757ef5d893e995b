using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Quotient, elementwise with broadcasting; integers give float32.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Divide(Tensor other) => Map(other, default(DivideOp));

    /// <summary>As <see cref="Divide(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor DivideInPlace(Tensor other) => MapInPlace(other, default(DivideOp));
}

internal readonly struct DivideOp : IBinaryOp<DivideOp>
{
    public static bool BackwardNeedsOutput => false;

    public static Operands BackwardLeftReads => Operands.Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in DivideOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in DivideOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => -(dy * (a / b) / b);
}
