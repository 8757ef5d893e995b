namespace DeepLearning;

/// <summary>What operations that write into a tensor share: what they refuse, and what they must not overwrite before it is read.</summary>
internal static class InPlace
{
    /// <summary>Makes a computed result this tensor's new value, and its history this tensor's history.</summary>
    public static Tensor Assign(this Tensor target, Tensor result, string operation)
    {
        if (!result.Layout.SameShape(target.Layout))
        {
            throw new ShapeException($"{operation} in place: the result {result.Shape} does not fit into the tensor {target.Shape}.");
        }

        if (!CanCast(result.DType, target.DType))
        {
            throw new DTypeException(
                $"{operation} in place: a {result.DType.Name()} result does not fit into a {target.DType.Name()} tensor; "
                + "use the out-of-place operation.");
        }

        Broadcasting.CheckDevices(target, result, operation);
        target.CheckInPlace(operation, GradMode.Records(result));
        target.Backend.Copy(result, target);
        return Recording.Assigned(target, result);
    }

    /// <summary>Refuses operands that could not enter the record, before anything is written.</summary>
    public static void CheckRecordable(bool records, Tensor first, Tensor? second = null)
    {
        if (records)
        {
            _ = new Node.Edge(first);
            _ = new Node.Edge(second);
        }
    }

    /// <summary>Another operand of an operation into this tensor: its old value, where it shares memory and is recorded.</summary>
    public static Tensor ApartFrom(this Tensor target, Tensor operand, Tensor source) => ReferenceEquals(target, operand) ? source
        : GradMode.Enabled && ReferenceEquals(target.Storage, operand.Storage) ? operand.Clone() : operand;

    /// <summary>This tensor as an operand that is about to be overwritten: a copy where a gradient will read it.</summary>
    public static Tensor Source(this Tensor target, bool isSaved) => isSaved ? target.Clone() : target;

    /// <summary>Whether an operand shares this tensor's memory without being it: it would be read after it was written.</summary>
    public static bool Overlaps(this Tensor target, Tensor other) => SharedMemory.Between(target, other)
        && !(ReferenceEquals(target.Storage, other.Storage) && ReferenceEquals(target.Layout, other.Layout));

    public static bool CanCast(DType from, DType to) =>
        from.IsFloatingPoint() ? to.IsFloatingPoint() : from == DType.Bool || to != DType.Bool;

    public static void CheckBroadcastsInto(this Tensor target, Tensor other, string operation)
    {
        if (other.Layout.SameShape(target.Layout))
        {
            return;
        }

        if (!Shape.Broadcast(target.Layout.Lengths, other.Layout.Lengths, operation).AsSpan().SequenceEqual(target.Layout.Lengths))
        {
            throw new ShapeException(
                $"{operation} in place: an operand {other.Shape} does not broadcast to the tensor {target.Shape} that receives "
                + "the result.");
        }
    }
}
