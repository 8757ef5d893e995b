using System.Runtime.CompilerServices;

namespace DeepLearning.Numerics;

/// <summary>
/// An elementwise function of one number, written once over any number type: SIMD kernels, derivatives and the derivatives of
/// derivatives come from it. The struct's fields are the function's parameters (a slope, an exponent).
/// </summary>
/// <remarks>
/// Give <see cref="Forward"/> (and an own <see cref="Backward"/>) the attribute
/// <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>: the compiler's budget for inlining grows only along a chain of methods that
/// all have it, and without it a long formula's derivative can be ten times slower.
/// </remarks>
/// <example>
/// <code>
/// public readonly record struct LeakyRelu(double Slope) : IUnaryOp&lt;LeakyRelu&gt;
/// {
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public R Forward&lt;R&gt;(R x)
///         where R : struct, IReal&lt;R&gt; =&gt; R.Select(R.Less(0.0, x), x, x * Slope);
/// }
/// </code>
/// </example>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
public interface IUnaryOp<TSelf>
    where TSelf : struct, IUnaryOp<TSelf>
{
    /// <summary>The element types the formula is defined for.</summary>
    static virtual Domain Domain => Domain.FloatingPoint;

    /// <summary>Whether <see cref="Backward"/> reads x; where false, x is not kept for the backward pass.</summary>
    static virtual bool BackwardNeedsInput => true;

    /// <summary>Whether <see cref="Backward"/> reads y; where false, y is not kept for the backward pass.</summary>
    static virtual bool BackwardNeedsOutput => true;

    /// <summary>The function's value y at x.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="x">The argument.</param>
    R Forward<R>(R x)
        where R : struct, IReal<R>;

    /// <summary>The gradient with respect to x: dy · f′(x). The default differentiates <see cref="Forward"/> by dual numbers.</summary>
    /// <typeparam name="R">The number type.</typeparam>
    /// <param name="op">The function with its parameters.</param>
    /// <param name="x">The argument.</param>
    /// <param name="y">The value at x.</param>
    /// <param name="dy">The gradient with respect to the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual R Backward<R>(in TSelf op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * op.Forward(new Dual<R>(x, 1.0)).D;

    /// <summary>Names the function's parameters, for whoever reads a <see cref="Graph"/>. The default names none.</summary>
    /// <param name="attributes">Receives them.</param>
    void Describe(OperationAttributes attributes)
    {
    }
}
