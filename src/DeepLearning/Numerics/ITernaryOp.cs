using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>An elementwise function of three numbers, written once over any number type; see <see cref="IUnaryOp{TSelf}"/>.</summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public interface ITernaryOp<TSelf>
    where TSelf : struct, ITernaryOp<TSelf>
{
    /// <summary>The element types the formula is defined for.</summary>
    static virtual Domain Domain => Domain.FloatingPoint;

    /// <summary>Whether the gradients read a, b or c; where false, none is kept for the backward pass.</summary>
    static virtual bool BackwardNeedsInput => true;

    /// <summary>
    /// What <see cref="BackwardFirst"/> reads of the arguments, where <see cref="BackwardNeedsInput"/> holds. What is not read need not be
    /// kept, and may be changed in place before the backward pass.
    /// </summary>
    static virtual Operands BackwardFirstReads => Operands.All;

    /// <summary>
    /// What <see cref="BackwardSecond"/> reads of the arguments, where <see cref="BackwardNeedsInput"/> holds. What is not read need not be
    /// kept, and may be changed in place before the backward pass.
    /// </summary>
    static virtual Operands BackwardSecondReads => Operands.All;

    /// <summary>
    /// What <see cref="BackwardThird"/> reads of the arguments, where <see cref="BackwardNeedsInput"/> holds. What is not read need not be
    /// kept, and may be changed in place before the backward pass.
    /// </summary>
    static virtual Operands BackwardThirdReads => Operands.All;

    /// <summary>Whether the gradients read y; where false, y is not kept for the backward pass.</summary>
    static virtual bool BackwardNeedsOutput => true;

    /// <summary>The function's value y at (a, b, c).</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    /// <param name="c">The third argument.</param>
    R Forward<R>(R a, R b, R c)
        where R : struct, IReal<R>;

    /// <summary>The gradient with respect to a: dy · ∂f/∂a. The default differentiates <see cref="Forward"/> by dual numbers.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="op">The function with its parameters.</param>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    /// <param name="c">The third argument.</param>
    /// <param name="y">The value at (a, b, c).</param>
    /// <param name="dy">The gradient with respect to the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual R BackwardFirst<R>(in TSelf op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * op.Forward(new Dual<R>(a, 1.0), new Dual<R>(b, 0.0), new Dual<R>(c, 0.0)).D;

    /// <summary>The gradient with respect to b: dy · ∂f/∂b. The default differentiates <see cref="Forward"/> by dual numbers.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="op">The function with its parameters.</param>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    /// <param name="c">The third argument.</param>
    /// <param name="y">The value at (a, b, c).</param>
    /// <param name="dy">The gradient with respect to the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual R BackwardSecond<R>(in TSelf op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * op.Forward(new Dual<R>(a, 0.0), new Dual<R>(b, 1.0), new Dual<R>(c, 0.0)).D;

    /// <summary>The gradient with respect to c: dy · ∂f/∂c. The default differentiates <see cref="Forward"/> by dual numbers.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="op">The function with its parameters.</param>
    /// <param name="a">The first argument.</param>
    /// <param name="b">The second argument.</param>
    /// <param name="c">The third argument.</param>
    /// <param name="y">The value at (a, b, c).</param>
    /// <param name="dy">The gradient with respect to the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual R BackwardThird<R>(in TSelf op, R a, R b, R c, R y, R dy)
        where R : struct, IReal<R> => dy * op.Forward(new Dual<R>(a, 0.0), new Dual<R>(b, 0.0), new Dual<R>(c, 1.0)).D;

    /// <summary>Names the function's parameters, for whoever reads a <see cref="Graph"/>. The default names none.</summary>
    /// <param name="attributes">Receives them.</param>
    void Describe(OperationAttributes attributes)
    {
    }
}
