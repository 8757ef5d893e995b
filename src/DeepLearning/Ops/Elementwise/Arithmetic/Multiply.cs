using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Product, elementwise with broadcasting; bool tensors are and-ed.</summary>
    /// <param name="other">The second operand.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Multiply(Tensor other) => Map(other, default(MultiplyOp));

    /// <summary>As <see cref="Multiply(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor MultiplyInPlace(Tensor other) => MapInPlace(other, default(MultiplyOp));
}

internal readonly struct MultiplyOp : IBinaryOp<MultiplyOp>
{
    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    public static Operands BackwardLeftReads => Operands.Second;

    public static Operands BackwardRightReads => Operands.First;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in MultiplyOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in MultiplyOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * a;
}
