namespace DeepLearning;

/// <summary>Where a mask is true.</summary>
internal static class TruePlaces
{
    /// <summary>The coordinates of the true elements of a contiguous bool tensor in row-major order: int64 [rank, count].</summary>
    public static Tensor Coordinates(Tensor mask) => mask.Backend.TryNonZero(mask) ?? Compose(mask);

    /// <summary>Each true element's number is written at its rank among them, that of the others behind the last.</summary>
    private static Tensor Compose(Tensor mask)
    {
        using Trace.Suspension suspension = Trace.Suspend();
        Device device = mask.Device;
        Tensor flat = mask.Reshape(-1), one = Tensor.FromScalar(1, device: device), zero = Tensor.FromScalar(0, device: device);
        Tensor ranks = Tensor.Where(flat, one, zero).CumSum(0);
        int count = flat.Count == 0 ? 0 : checked((int)ranks[^1].Item<long>());
        Tensor result = Tensor.Empty([mask.Rank, count], DType.Int64, device);
        Tensor places = Tensor.Zeros([count + 1], DType.Int64, device)
            .ScatterInPlace(0, Tensor.Where(flat, ranks.Subtract(1), Tensor.FromScalar(count, device: device)),
                Tensor.Arange(0, flat.Count, device: device))
            .Narrow(0, 0, count);
        for (int axis = mask.Rank - 1; axis >= 0; axis--)
        {
            int length = mask.Size(axis);
            result[axis].CopyFrom(count == 0 ? places : places.Remainder(length));
            places = count == 0 ? places : places.FloorDivide(length);
        }

        return result;
    }
}

internal abstract partial class Backend
{
    /// <summary>
    /// The coordinates of the true elements of a contiguous bool tensor in row-major order: int64 [rank, count]; null where the device does
    /// not find them by itself.
    /// </summary>
    public virtual Tensor? TryNonZero(Tensor mask) => null;
}
