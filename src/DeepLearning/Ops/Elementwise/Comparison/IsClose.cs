using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Whether |a − b| ≤ absolute + relative · |b|, elementwise with broadcasting, as a bool tensor; equal infinities are close.
    /// </summary>
    /// <param name="other">The second operand.</param>
    /// <param name="relative">The tolerance relative to the second operand (PyTorch's rtol).</param>
    /// <param name="absolute">The absolute tolerance (PyTorch's atol).</param>
    /// <param name="equalNaN">Count two NaN as close.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor IsClose(Tensor other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        ArgumentNullException.ThrowIfNull(other);
        DType common = DTypes.ResultOf(this, other);
        return this.Compare(other, new IsCloseOp(relative, absolute, equalNaN), common.IsFloatingPoint() ? common : DType.Float64);
    }

    /// <summary>Whether all elements are close, as <see cref="IsClose"/> tests each.</summary>
    /// <param name="other">The second operand.</param>
    /// <param name="relative">The tolerance relative to the second operand (PyTorch's rtol).</param>
    /// <param name="absolute">The absolute tolerance (PyTorch's atol).</param>
    /// <param name="equalNaN">Count two NaN as close.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public bool AllClose(Tensor other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false) =>
        !IsClose(other, relative, absolute, equalNaN).LogicalNot().Any().Item<bool>();
}

internal readonly struct IsCloseOp(double relative, double absolute, bool equalNaN) : IPredicate<IsCloseOp>
{
    private readonly double _relative = relative;
    private readonly double _absolute = absolute;

    // An int: kernels of other devices take no truth values.
    private readonly int _equalNaN = equalNaN ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mask<R> Test<R>(R a, R b)
        where R : struct, IReal<R>
    {
        // An infinite difference is never within an infinite tolerance.
        R distance = R.Abs(a - b);
        Mask<R> near = R.LessOrEqual(distance, (R.Abs(b) * _relative) + _absolute) & R.Less(distance, double.PositiveInfinity);
        Mask<R> close = R.Equal(a, b) | near;
        return _equalNaN != 0 ? close | (R.IsNaN(a) & R.IsNaN(b)) : close;
    }

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("relative", _relative).Add("absolute", _absolute).Add("equal_nan", _equalNaN);
}
