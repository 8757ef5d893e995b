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
        Tensor x = TOp.Domain == Domain.Real && !DType.IsFloatingPoint() ? To(DType.Float32) : this;
        if (TOp.BackwardNeedsOutput && IsNarrow(x.DType) && GradMode.Records(x))
        {
            return x.To(x.DType.Compute()).Map(op).To(x.DType);
        }

        Tensor y = Allocate(x.Layout, x.DType, Device);
        Backend.Unary(in op, x, y);
        return GradMode.Records(x) ? new MapNode<TOp>(op, x, y).Attach(y, x) : y;
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
        if (Broadcasting.AreApart(this, other))
        {
            (Tensor a, Tensor b) = Broadcasting.Join(this, other, OpName<TOp>.Value);
            return a.Map(b, op);
        }

        DType dtype = DTypes.ResultOf(this, other);
        if (TOp.Domain == Domain.Real && !dtype.IsFloatingPoint())
        {
            dtype = DType.Float32;
        }

        if (TOp.BackwardNeedsOutput && IsNarrow(dtype) && GradMode.Records(this, other))
        {
            return To(dtype.Compute()).Map(other.To(dtype.Compute()), op).To(dtype);
        }

        Tensor y = Broadcasting.Result(this, other, dtype, OpName<TOp>.Value);
        Backend.Binary(in op, this, other, y);
        return GradMode.Records(this, other) ? new MapNode2<TOp>(op, this, other, y).Attach(y, this, other) : y;
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
        if (TOp.Domain == Domain.Real && !dtype.IsFloatingPoint())
        {
            dtype = DType.Float32;
        }

        return Map3(this, second, third, op, dtype);
    }

    internal static Tensor Map3<TOp>(Tensor a, Tensor b, Tensor c, TOp op, DType dtype)
        where TOp : struct, ITernaryOp<TOp>
    {
        if (Broadcasting.AreApart(a, b) || Broadcasting.AreApart(a, c))
        {
            (a, b) = Broadcasting.Join(a, b, OpName<TOp>.Value);
            (b, c) = Broadcasting.Join(b, c, OpName<TOp>.Value);
            (a, c) = Broadcasting.Join(a, c, OpName<TOp>.Value);
        }

        int[] lengths = Shape.Broadcast(
            Shape.Broadcast(a.Layout.Lengths, b.Layout.Lengths, OpName<TOp>.Value), c.Layout.Lengths, OpName<TOp>.Value);
        Tensor y = Allocate(lengths, dtype, a.Device);
        a.Backend.Ternary(in op, a, b, c, y);
        return GradMode.Records(a, b, c) ? new MapNode3<TOp>(op, a, b, c, y).Attach(y, a, b, c) : y;
    }

    /// <summary>Which operands the gradients that will be wanted read.</summary>
    private static Operands BackwardReads<TOp>(Tensor a, Tensor b)
        where TOp : struct, IBinaryOp<TOp> => !TOp.BackwardNeedsInput ? Operands.None
            : (a.RequiresGrad ? TOp.BackwardLeftReads : Operands.None) | (b.RequiresGrad ? TOp.BackwardRightReads : Operands.None);

    private static Operands BackwardReads<TOp>(Tensor a, Tensor b, Tensor c)
        where TOp : struct, ITernaryOp<TOp> => !TOp.BackwardNeedsInput ? Operands.None
            : (a.RequiresGrad ? TOp.BackwardFirstReads : Operands.None) | (b.RequiresGrad ? TOp.BackwardSecondReads : Operands.None)
                | (c.RequiresGrad ? TOp.BackwardThirdReads : Operands.None);

    /// <summary>A tensor as a formula's number: 16-bit floats in the type that they are computed in, as the kernels take them.</summary>
    private static Traced Wide(Tensor? x) => new(x is not null && x.DType.IsFloatingPoint() ? x.To(x.DType.Compute()) : x);

    /// <summary>
    /// Whether a type is computed in a wider one. An operation whose gradient is computed from its result then runs on wide copies: the
    /// result must not be what 16 bits keep of it (1 for the sigmoid of 9, ∞ for the root of squares).
    /// </summary>
    private static bool IsNarrow(DType dtype) => dtype.Compute() != dtype;

    private sealed class MapNode<TOp> : Node
        where TOp : struct, IUnaryOp<TOp>
    {
        private readonly TOp _op;

        public MapNode(TOp op, Tensor x, Tensor y)
        {
            _op = op;
            Save(TOp.BackwardNeedsInput ? x : null, TOp.BackwardNeedsOutput ? y : null);
        }

        public override string Name => OpName<TOp>.Value;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor? x = TOp.BackwardNeedsInput ? Saved(0) : null, y = TOp.BackwardNeedsOutput ? Saved(1) : null;
            if (GradMode.Enabled)
            {
                gradients[0] = TOp.Backward(in _op, Wide(x), Wide(y), Wide(gradient)).ToTensor(gradient);
                return;
            }

            Tensor dx = Allocate(gradient.Layout, gradient.DType, gradient.Device);
            gradient.Backend.UnaryBackward(in _op, x, y, gradient, dx);
            gradients[0] = dx;
        }
    }

    private sealed class MapNode2<TOp> : Node
        where TOp : struct, IBinaryOp<TOp>
    {
        private readonly TOp _op;

        public MapNode2(TOp op, Tensor a, Tensor b, Tensor y)
        {
            _op = op;
            Operands read = BackwardReads<TOp>(a, b);
            Save((read & Operands.First) != 0 ? a : null, (read & Operands.Second) != 0 ? b : null, TOp.BackwardNeedsOutput ? y : null);
        }

        public override string Name => OpName<TOp>.Value;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            // The gradient stands in for an operand that nothing reads.
            Tensor? a = !TOp.BackwardNeedsInput ? null : HasSaved(0) ? Saved(0) : gradient;
            Tensor? b = !TOp.BackwardNeedsInput ? null : HasSaved(1) ? Saved(1) : gradient;
            Tensor? y = TOp.BackwardNeedsOutput ? Saved(2) : null;
            if (GradMode.Enabled)
            {
                Traced x0 = Wide(a), x1 = Wide(b), x2 = Wide(y), dy = Wide(gradient);
                gradients[0] = Needs(0) ? TOp.BackwardLeft(in _op, x0, x1, x2, dy).ToTensor(gradient) : null;
                gradients[1] = Needs(1) ? TOp.BackwardRight(in _op, x0, x1, x2, dy).ToTensor(gradient) : null;
                return;
            }

            Tensor? da = Needs(0) ? Allocate(gradient.Layout, GradientType(0, gradient), gradient.Device) : null;
            Tensor? db = Needs(1) ? Allocate(gradient.Layout, GradientType(1, gradient), gradient.Device) : null;
            gradient.Backend.BinaryBackward(in _op, a, b, y, gradient, da, db);
            gradients[0] = da;
            gradients[1] = db;
        }
    }

    private sealed class MapNode3<TOp> : Node
        where TOp : struct, ITernaryOp<TOp>
    {
        private readonly TOp _op;

        public MapNode3(TOp op, Tensor a, Tensor b, Tensor c, Tensor y)
        {
            _op = op;
            Operands read = BackwardReads<TOp>(a, b, c);
            Save([
                (read & Operands.First) != 0 ? a : null, (read & Operands.Second) != 0 ? b : null, (read & Operands.Third) != 0 ? c : null,
                TOp.BackwardNeedsOutput ? y : null,
            ]);
        }

        public override string Name => OpName<TOp>.Value;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            // The gradient stands in for an operand that nothing reads.
            Tensor? a = !TOp.BackwardNeedsInput ? null : HasSaved(0) ? Saved(0) : gradient;
            Tensor? b = !TOp.BackwardNeedsInput ? null : HasSaved(1) ? Saved(1) : gradient;
            Tensor? c = !TOp.BackwardNeedsInput ? null : HasSaved(2) ? Saved(2) : gradient;
            Tensor? y = TOp.BackwardNeedsOutput ? Saved(3) : null;
            if (GradMode.Enabled)
            {
                Traced x0 = Wide(a), x1 = Wide(b), x2 = Wide(c), x3 = Wide(y), dy = Wide(gradient);
                gradients[0] = Needs(0) ? TOp.BackwardFirst(in _op, x0, x1, x2, x3, dy).ToTensor(gradient) : null;
                gradients[1] = Needs(1) ? TOp.BackwardSecond(in _op, x0, x1, x2, x3, dy).ToTensor(gradient) : null;
                gradients[2] = Needs(2) ? TOp.BackwardThird(in _op, x0, x1, x2, x3, dy).ToTensor(gradient) : null;
                return;
            }

            Tensor? da = Needs(0) ? Allocate(gradient.Layout, GradientType(0, gradient), gradient.Device) : null;
            Tensor? db = Needs(1) ? Allocate(gradient.Layout, GradientType(1, gradient), gradient.Device) : null;
            Tensor? dc = Needs(2) ? Allocate(gradient.Layout, GradientType(2, gradient), gradient.Device) : null;
            gradient.Backend.TernaryBackward(in _op, a, b, c, y, gradient, da, db, dc);
            gradients[0] = da;
            gradients[1] = db;
            gradients[2] = dc;
        }
    }
}
