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
        if (GradMode.Records(this) || (TOp.Domain == Domain.Real && !DType.IsFloatingPoint()))
        {
            return Assign(Source(TOp.BackwardNeedsInput && GradMode.Records(this)).Map(op), OpName<TOp>.Value);
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
        other = Broadcasting.AreApart(this, other) ? Broadcasting.Follow(other, this, OpName<TOp>.Value) : other;
        if (GradMode.Records(this, other) || Overlaps(other) || DTypes.ResultOf(this, other) != DType
            || (TOp.Domain == Domain.Real && !DType.IsFloatingPoint()))
        {
            // x.MultiplyInPlace(x): both operands are the old value.
            Tensor source = Source(GradMode.Enabled && NeedsOldValue(MapNodes.BackwardReads<TOp>(this, other), other));
            return Assign(source.Map(ApartFrom(other, source), op), OpName<TOp>.Value);
        }

        CheckBroadcastsInto(other, OpName<TOp>.Value);
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
        second = Broadcasting.AreApart(this, second) ? Broadcasting.Follow(second, this, OpName<TOp>.Value) : second;
        third = Broadcasting.AreApart(this, third) ? Broadcasting.Follow(third, this, OpName<TOp>.Value) : third;
        if (GradMode.Records(this, second, third) || Overlaps(second) || Overlaps(third) || DTypes.ResultOf(this, second, third) != DType
            || (TOp.Domain == Domain.Real && !DType.IsFloatingPoint()))
        {
            Tensor source = Source(GradMode.Enabled && NeedsOldValue(MapNodes.BackwardReads<TOp>(this, second, third), second, third));
            return Assign(source.Map(ApartFrom(second, source), ApartFrom(third, source), op), OpName<TOp>.Value);
        }

        CheckBroadcastsInto(second, OpName<TOp>.Value);
        CheckBroadcastsInto(third, OpName<TOp>.Value);
        CheckInPlace(OpName<TOp>.Value, false);
        Backend.Ternary(in op, this, second, third, this);
        return Recording.Write(new MapOperation3<TOp>(op, this, second, third, this), this, second, third);
    }

    /// <summary>Makes a computed result this tensor's new value, and its history this tensor's history.</summary>
    internal Tensor Assign(Tensor result, string operation)
    {
        if (!result.Layout.SameShape(Layout))
        {
            throw new ShapeException($"{operation} in place: the result {result.Shape} does not fit into the tensor {Shape}.");
        }

        if (!CanCast(result.DType, DType))
        {
            throw new DTypeException(
                $"{operation} in place: a {result.DType.Name()} result does not fit into a {DType.Name()} tensor; "
                + "use the out-of-place operation.");
        }

        Broadcasting.CheckDevices(this, result, operation);
        CheckInPlace(operation, GradMode.Records(result));
        Backend.Copy(result, this);
        return Recording.Assigned(this, result);
    }

    /// <summary>Refuses operands that could not enter the record, before anything is written.</summary>
    private static void CheckRecordable(bool records, Tensor first, Tensor? second = null)
    {
        if (records)
        {
            _ = new Node.Edge(first);
            _ = new Node.Edge(second);
        }
    }

    /// <summary>Whether a gradient will read this tensor, the first operand, which may be the second or third as well.</summary>
    private bool NeedsOldValue(Operands read, Tensor second, Tensor? third = null) => (read & Operands.First) != 0
        || ((read & Operands.Second) != 0 && ReferenceEquals(this, second))
        || ((read & Operands.Third) != 0 && ReferenceEquals(this, third));

    /// <summary>Another operand of an operation into this tensor: its old value, where it shares memory and is recorded.</summary>
    private Tensor ApartFrom(Tensor operand, Tensor source) => ReferenceEquals(this, operand) ? source
        : GradMode.Enabled && ReferenceEquals(Storage, operand.Storage) ? operand.Clone() : operand;

    /// <summary>This tensor as an operand that is about to be overwritten: a copy where a gradient will read it.</summary>
    private Tensor Source(bool isSaved) => isSaved ? Clone() : this;

    /// <summary>Whether an operand shares this tensor's memory without being it: it would be read after it was written.</summary>
    private bool Overlaps(Tensor other) => SharedMemory.Between(this, other)
        && !(ReferenceEquals(Storage, other.Storage) && ReferenceEquals(Layout, other.Layout));

    private static bool CanCast(DType from, DType to) =>
        from.IsFloatingPoint() ? to.IsFloatingPoint() : from == DType.Bool || to != DType.Bool;

    private void CheckBroadcastsInto(Tensor other, string operation)
    {
        if (other.Layout.SameShape(Layout))
        {
            return;
        }

        if (!Shape.Broadcast(Layout.Lengths, other.Layout.Lengths, operation).AsSpan().SequenceEqual(Layout.Lengths))
        {
            throw new ShapeException(
                $"{operation} in place: an operand {other.Shape} does not broadcast to the tensor {Shape} that receives the result.");
        }
    }
}
