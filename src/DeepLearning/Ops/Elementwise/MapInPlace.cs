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

        CheckNoRepeats(OpName<TOp>.Value);
        Backend.Unary(in op, this, this);
        Storage.Version++;
        return this;
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
        if (GradMode.Records(this, other) || Overlaps(other) || DTypes.ResultOf(this, other) != DType
            || (TOp.Domain == Domain.Real && !DType.IsFloatingPoint()))
        {
            // x.MultiplyInPlace(x): both operands are the old value.
            Tensor source = Source(TOp.BackwardNeedsInput && GradMode.Records(this, other));
            return Assign(source.Map(ReferenceEquals(this, other) ? source : other, op), OpName<TOp>.Value);
        }

        CheckBroadcastsInto(other, OpName<TOp>.Value);
        CheckNoRepeats(OpName<TOp>.Value);
        Backend.Binary(in op, this, other, this);
        Storage.Version++;
        return this;
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
        if (GradMode.Records(this, second, third) || Overlaps(second) || Overlaps(third) || DTypes.ResultOf(this, second, third) != DType
            || (TOp.Domain == Domain.Real && !DType.IsFloatingPoint()))
        {
            Tensor source = Source(TOp.BackwardNeedsInput && GradMode.Records(this, second, third));
            return Assign(
                source.Map(ReferenceEquals(this, second) ? source : second, ReferenceEquals(this, third) ? source : third, op),
                    OpName<TOp>.Value);
        }

        CheckBroadcastsInto(second, OpName<TOp>.Value);
        CheckBroadcastsInto(third, OpName<TOp>.Value);
        CheckNoRepeats(OpName<TOp>.Value);
        Backend.Ternary(in op, this, second, third, this);
        Storage.Version++;
        return this;
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

        CheckInPlace(operation);
        Backend.Copy(result, this);
        Storage.Version++;
        TakeHistory(result.DType == DType ? result.Node : result.RequiresGrad ? result.To(DType).Node : null);
        return this;
    }

    /// <summary>Refuses an in-place write where the record could not follow it, or an element would be written several times.</summary>
    internal void CheckInPlace(string operation)
    {
        CheckRecordedWrite(operation);
        CheckNoRepeats(operation);
    }

    /// <summary>Refuses a recorded in-place write where the record could not follow it.</summary>
    internal void CheckRecordedWrite(string operation)
    {
        if (GradMode.Enabled && IsLeaf && RequiresGrad)
        {
            throw new AutogradException(
                $"{operation} in place: a leaf that requires its gradient cannot be changed in place while recording; "
                + "do it under GradMode.NoGrad(), or use the out-of-place operation.");
        }
    }

    /// <summary>Refuses to write different values into elements that an expanded view repeats: which one stays would be chance.</summary>
    private void CheckNoRepeats(string operation)
    {
        if (Layout.HasRepeats)
        {
            throw new InvalidOperationException(
                $"{operation} in place: the tensor {Shape} is an expanded view, whose elements share memory; write into a Clone(), or into "
                + "the tensor before Expand.");
        }
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

    /// <summary>
    /// The record of a value written into this tensor becomes this tensor's own; older views of the memory can no longer be used in
    /// one.
    /// </summary>
    internal void TakeHistory(Node? node)
    {
        if (node is null)
        {
            return;
        }

        Storage.RecordedWrites++;
        SetNode(node);
    }

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
