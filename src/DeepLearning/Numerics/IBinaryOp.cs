using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>An elementwise function of two numbers, written once over any number type; see <see cref="IUnaryOp{TSelf}"/>.</summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public interface IBinaryOp<TSelf>
    where TSelf : struct, IBinaryOp<TSelf>
{
    /// <summary>The element types the formula is defined for.</summary>
    static virtual Domain Domain => Domain.FloatingPoint;

    /// <summary>Whether the gradients read a or b; where false, neither is kept for the backward pass.</summary>
    static virtual bool BackwardNeedsInput => true;

    /// <summary>
    /// What <see cref="BackwardLeft"/> reads of the arguments, where <see cref="BackwardNeedsInput"/> holds. What is not read need not be
    /// kept, and may be changed in place before the backward pass.
    /// </summary>
    static virtual Operands BackwardLeftReads => Operands.All;

    /// <summary>
    /// What <see cref="BackwardRight"/> reads of the arguments, where <see cref="BackwardNeedsInput"/> holds. What is not read need not be
    /// kept, and may be changed in place before the backward pass.
    /// </summary>
    static virtual Operands BackwardRightReads => Operands.All;

    /// <summary>Whether the gradients read y; where false, y is not kept for the backward pass.</summary>
    static virtual bool BackwardNeedsOutput => true;

    /// <summary>The function's value y at (a, b).</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    R Forward<R>(R a, R b)
        where R : struct, IReal<R>;

    /// <summary>The gradient with respect to a: dy · ∂f/∂a. The default differentiates <see cref="Forward"/> by dual numbers.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="op">The function with its parameters.</param>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    /// <param name="y">The value at (a, b).</param>
    /// <param name="dy">The gradient with respect to the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual R BackwardLeft<R>(in TSelf op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op.Forward(new Dual<R>(a, 1.0), new Dual<R>(b, 0.0)).D;

    /// <summary>The gradient with respect to b: dy · ∂f/∂b. The default differentiates <see cref="Forward"/> by dual numbers.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="op">The function with its parameters.</param>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    /// <param name="y">The value at (a, b).</param>
    /// <param name="dy">The gradient with respect to the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual R BackwardRight<R>(in TSelf op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op.Forward(new Dual<R>(a, 0.0), new Dual<R>(b, 1.0)).D;

    /// <summary>Names the function's parameters, for whoever reads a <see cref="Graph"/>. The default names none.</summary>
    /// <param name="attributes">Receives them.</param>
    void Describe(OperationAttributes attributes)
    {
    }
}
