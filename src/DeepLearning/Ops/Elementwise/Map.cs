using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Applies a formula to every element: y = op(x). Runs as a SIMD kernel, and is differentiable to any order, from the one formula.
    /// <code>
    /// public readonly record struct Cube : IUnaryOp&lt;Cube&gt;
    /// {
    ///     public R Forward&lt;R&gt;(R x) where R : struct, IReal&lt;R&gt; =&gt; x * x * x;
    /// }
    /// Tensor y = x.Map(new Cube());
    /// </code>
    /// </summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="op">The formula with its parameters.</param>
    /// <returns>A tensor of the same shape; integers become float32 unless the formula is defined for them.</returns>
    public Tensor Map<TOp>(TOp op)
        where TOp : struct, IUnaryOp<TOp>
    {
        Tensor x = Autocast.OfFormula<TOp>(TOp.Domain == Domain.FloatingPoint && !DType.IsFloatingPoint() ? To(DType.Float32) : this);
        if (TOp.BackwardNeedsOutput && MapNodes.IsNarrow(x.DType) && GradMode.Records(x))
        {
            return x.To(x.DType.Compute()).Map(op).To(x.DType);
        }

        Tensor y = Allocate(x.Layout, x.DType, Device);
        Backend.Unary(in op, x, y);
        return Recording.Of(new MapOperation<TOp>(op, x, y), y, x);
    }

    /// <summary>Applies a formula of two operands elementwise, with broadcasting: y = op(this, other).</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="other">The second operand, of a shape that broadcasts with this one.</param>
    /// <param name="op">The formula with its parameters.</param>
    /// <returns>A tensor of the broadcast shape and the promoted type.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Map<TOp>(Tensor other, TOp op)
        where TOp : struct, IBinaryOp<TOp>
    {
        ArgumentNullException.ThrowIfNull(other);
        (Tensor a, Tensor b) = Broadcasting.Join(
            Autocast.OfFormula<TOp>(this), Autocast.OfFormula<TOp>(other), OpName<TOp>.Value);
        DType dtype = DTypes.ResultOf(a, b);
        if (TOp.Domain == Domain.FloatingPoint && !dtype.IsFloatingPoint())
        {
            dtype = DType.Float32;
        }

        if (TOp.BackwardNeedsOutput && MapNodes.IsNarrow(dtype) && GradMode.Records(a, b))
        {
            return a.To(dtype.Compute()).Map(b.To(dtype.Compute()), op).To(dtype);
        }

        Tensor y = Broadcasting.Result(a, b, dtype, OpName<TOp>.Value);
        a.Backend.Binary(in op, a, b, y);
        return Recording.Of(new MapOperation2<TOp>(op, a, b, y), y, a, b);
    }

    /// <summary>Applies a formula of three operands elementwise, with broadcasting: y = op(this, second, third).</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="second">The second operand.</param>
    /// <param name="third">The third operand.</param>
    /// <param name="op">The formula with its parameters.</param>
    /// <returns>A tensor of the broadcast shape and the promoted type.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Map<TOp>(Tensor second, Tensor third, TOp op)
        where TOp : struct, ITernaryOp<TOp>
    {
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        DType dtype = DTypes.ResultOf(this, second, third);
        if (TOp.Domain == Domain.FloatingPoint && !dtype.IsFloatingPoint())
        {
            dtype = DType.Float32;
        }

        return MapNodes.Ternary(this, second, third, op, dtype);
    }
}
