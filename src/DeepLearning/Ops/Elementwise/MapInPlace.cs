using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Applies a formula to every element and writes the results into this tensor.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="op">The formula with its parameters.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">The result's type does not fit into this tensor's category.</exception>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    /// <exception cref="InvalidOperationException">This is an expanded view, whose elements share memory.</exception>
    public Tensor MapInPlace<TOp>(TOp op)
        where TOp : struct, IUnaryOp<TOp>
    {
        if (GradMode.Records(this) || (TOp.Domain == Domain.FloatingPoint && !DType.IsFloatingPoint()))
        {
            return this.Assign(this.Source(TOp.BackwardNeedsInput && GradMode.Records(this)).Map(op), OpName<TOp>.Value);
        }

        CheckInPlace(OpName<TOp>.Value, false);
        Backend.Unary(in op, this, this);
        return Recording.Write(new MapOperation<TOp>(op, this, this), this, null, false);
    }

    /// <summary>Applies a formula of two operands and writes the results into this tensor, the first operand.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="other">The second operand; broadcasts to this tensor's shape.</param>
    /// <param name="op">The formula with its parameters.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ShapeException">The operand does not broadcast to this tensor's shape.</exception>
    /// <exception cref="DTypeException">The result's type does not fit into this tensor's category.</exception>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    /// <exception cref="InvalidOperationException">This is an expanded view, whose elements share memory.</exception>
    public Tensor MapInPlace<TOp>(Tensor other, TOp op)
        where TOp : struct, IBinaryOp<TOp>
    {
        ArgumentNullException.ThrowIfNull(other);
        other = Broadcasting.Follow(other, this, OpName<TOp>.Value);
        if (GradMode.Records(this, other) || this.Overlaps(other) || DTypes.ResultOf(this, other) != DType
            || (TOp.Domain == Domain.FloatingPoint && !DType.IsFloatingPoint()))
        {
            // x.MultiplyInPlace(x): both operands are the old value.
            Tensor source = this.Source(GradMode.Enabled && NeedsOldValue(MapNodes.BackwardReads<TOp>(this, other), other));
            return this.Assign(source.Map(this.ApartFrom(other, source), op), OpName<TOp>.Value);
        }

        this.CheckBroadcastsInto(other, OpName<TOp>.Value);
        CheckInPlace(OpName<TOp>.Value, false);
        Backend.Binary(in op, this, other, this);
        return Recording.Write(new MapOperation2<TOp>(op, this, other, this), this, other, false);
    }

    /// <summary>Applies a formula of three operands and writes the results into this tensor, the first operand.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="second">The second operand; broadcasts to this tensor's shape.</param>
    /// <param name="third">The third operand; broadcasts to this tensor's shape.</param>
    /// <param name="op">The formula with its parameters.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ShapeException">An operand does not broadcast to this tensor's shape.</exception>
    /// <exception cref="DTypeException">The result's type does not fit into this tensor's category.</exception>
    /// <exception cref="AutogradException">This is a leaf that requires a gradient and recording is on.</exception>
    /// <exception cref="InvalidOperationException">This is an expanded view, whose elements share memory.</exception>
    public Tensor MapInPlace<TOp>(Tensor second, Tensor third, TOp op)
        where TOp : struct, ITernaryOp<TOp>
    {
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        second = Broadcasting.Follow(second, this, OpName<TOp>.Value);
        third = Broadcasting.Follow(third, this, OpName<TOp>.Value);
        if (GradMode.Records(this, second, third) || this.Overlaps(second) || this.Overlaps(third)
            || DTypes.ResultOf(this, second, third) != DType || (TOp.Domain == Domain.FloatingPoint && !DType.IsFloatingPoint()))
        {
            Tensor source = this.Source(GradMode.Enabled && NeedsOldValue(MapNodes.BackwardReads<TOp>(this, second, third), second, third));
            return this.Assign(source.Map(this.ApartFrom(second, source), this.ApartFrom(third, source), op), OpName<TOp>.Value);
        }

        this.CheckBroadcastsInto(second, OpName<TOp>.Value);
        this.CheckBroadcastsInto(third, OpName<TOp>.Value);
        CheckInPlace(OpName<TOp>.Value, false);
        Backend.Ternary(in op, this, second, third, this);
        return Recording.Write(new MapOperation3<TOp>(op, this, second, third, this), this, second, third);
    }

    /// <summary>Whether a gradient will read this tensor, the first operand, which may be the second or third as well.</summary>
    private bool NeedsOldValue(Operands read, Tensor second, Tensor? third = null) => (read & Operands.First) != 0
        || ((read & Operands.Second) != 0 && ReferenceEquals(this, second))
        || ((read & Operands.Third) != 0 && ReferenceEquals(this, third));
}
