namespace DeepLearning;

/// <summary>
/// Operations along the last axis of contiguous rows, as <see cref="Backend"/> describes them: by the device itself where it
/// offers them, else composed of what every device has.
/// </summary>
internal static class RowOperations
{
    /// <summary>
    /// The linear recurrence yᵢ = aᵢ yᵢ₋₁ + bᵢ with y₋₁ = initial; no b means zeros. In reverse from the end of each row.
    /// </summary>
    public static void LinearScan(Tensor a, Tensor? b, double initial, bool reverse, Tensor y)
    {
        if (y.Backend.TryLinearScanRows(a, b, initial, reverse, y))
        {
            return;
        }

        // Place by place: factors multiplied ahead might overflow where the states do not.
        using Trace.Suspension suspension = Trace.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        int length = a.Size(-1);
        Tensor state = Tensor.FromScalar(initial, a.DType, a.Device);
        for (int i = 0; i < length; i++)
        {
            int at = reverse ? length - 1 - i : i;
            state = a.Narrow(-1, at, 1) * state;
            state = b is null ? state : state + b.Narrow(-1, at, 1);
            y.Narrow(-1, at, 1).CopyFrom(state);
        }
    }

    /// <summary>The greatest or least element of each row and its first position; a NaN is both.</summary>
    public static void Extreme(bool greatest, Tensor x, Tensor y, Tensor positions)
    {
        if (x.Backend.TryExtremeRows(greatest, x, y, positions))
        {
            return;
        }

        using Trace.Suspension suspension = Trace.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        Tensor extreme = greatest ? x.Amax([-1], keepDim: true) : x.Amin([-1], keepDim: true);
        Tensor isExtreme = x.EqualTo(extreme);
        isExtreme = x.DType.IsFloatingPoint() ? isExtreme.LogicalOr(x.IsNaN()) : isExtreme;
        int length = x.Size(-1);
        Tensor places = Tensor.Where(
            isExtreme, Tensor.Arange(0, length, device: x.Device), Tensor.FromScalar((long)length, device: x.Device));
        y.CopyFrom(extreme);
        positions.CopyFrom(places.Amin([-1], keepDim: true));
    }

    /// <summary>The first elements of each sorted row, as many as a row of y holds.</summary>
    public static void Top(Tensor x, bool descending, Tensor y, Tensor positions)
    {
        if (!x.Backend.TryTopRows(x, descending, y, positions))
        {
            TakeSorted(x, descending, 0, y, positions);
        }
    }

    /// <summary>The element at position k (from 0) of each sorted row.</summary>
    public static void Select(Tensor x, int k, Tensor y, Tensor positions)
    {
        if (!x.Backend.TrySelectRows(x, k, y, positions))
        {
            TakeSorted(x, false, k, y, positions);
        }
    }

    /// <summary>
    /// For each value the number of elements in the row of <paramref name="sorted"/> with the same number (or in the only row) that are
    /// below it, or not above it for <paramref name="right"/>. NaN counts as the greatest.
    /// </summary>
    public static void Search(Tensor sorted, Tensor values, bool right, Tensor y)
    {
        if (sorted.Backend.TrySearchRows(sorted, values, right, y))
        {
            return;
        }

        using Trace.Suspension suspension = Trace.Suspend();
        // The answer lies in [low, high], which each look at the middle halves.
        int length = sorted.Size(-1);
        Tensor low = Tensor.Zeros(values.Shape, DType.Int64, values.Device);
        Tensor high = Tensor.Full(values.Shape, (long)length, device: values.Device);
        for (int width = values.Count == 0 ? 0 : length; width > 0; width /= 2)
        {
            Tensor middle = (low + high).FloorDivide(2), place = middle.Minimum(length - 1);
            Tensor element = sorted.Rank == 1 ? sorted.Take(place) : sorted.Gather(-1, place);
            Tensor isPassed = right ? IsBelow(values, element).LogicalNot() : IsBelow(element, values);
            Tensor isOpen = low.Less(high);
            low = Tensor.Where(isOpen.LogicalAnd(isPassed), middle + 1, low);
            high = Tensor.Where(isOpen.LogicalAnd(isPassed.LogicalNot()), middle, high);
        }

        y.CopyFrom(low);
    }

    /// <summary>y[bin] += 1 (or the weight) for the elements of bins; those below 0 are left out. y holds zeros.</summary>
    public static void Count(Tensor bins, Tensor? weights, Tensor y)
    {
        if (bins.Count == 0 || bins.Backend.TryCount(bins, weights, y))
        {
            return;
        }

        using Trace.Suspension suspension = Trace.Suspend();
        Tensor isCounted = bins.GreaterOrEqual(0), zero = Tensor.FromScalar(0, y.DType, y.Device);
        Tensor amounts = Tensor.Where(isCounted, weights ?? Tensor.FromScalar(1, y.DType, y.Device), zero);
        y.ScatterAddInPlace(0, bins.Maximum(0), amounts);
    }

    private static void TakeSorted(Tensor x, bool descending, int first, Tensor y, Tensor positions)
    {
        using Trace.Suspension suspension = Trace.Suspend();
        Tensor values = Tensor.EmptyLike(x), places = Tensor.Allocate(x.Layout, DType.Int64, x.Device);
        x.Backend.SortRows(x, descending, values, places);
        y.CopyFrom(values.Narrow(-1, first, y.Size(-1)));
        positions.CopyFrom(places.Narrow(-1, first, y.Size(-1)));
    }

    private static Tensor IsBelow(Tensor a, Tensor b)
    {
        Tensor isLess = a.Less(b);
        return a.DType.IsFloatingPoint() ? isLess.LogicalOr(b.IsNaN().LogicalAnd(a.IsNaN().LogicalNot())) : isLess;
    }
}

/// <content>
/// Along the last axis of contiguous tensors of a type that is computed in. Positions are int64. NaN counts as the greatest.
/// </content>
internal abstract partial class Backend
{
    /// <summary>
    /// The linear recurrence yᵢ = aᵢ yᵢ₋₁ + bᵢ with y₋₁ = initial; no b means zeros. In reverse from the end of each row.
    /// </summary>
    public virtual bool TryLinearScanRows(Tensor a, Tensor? b, double initial, bool reverse, Tensor y) => false;

    /// <summary>The greatest or least element of each row and its first position; a NaN is both.</summary>
    public virtual bool TryExtremeRows(bool greatest, Tensor x, Tensor y, Tensor positions) => false;

    /// <summary>The first elements of each sorted row, as many as a row of y holds.</summary>
    public virtual bool TryTopRows(Tensor x, bool descending, Tensor y, Tensor positions) => false;

    /// <summary>The element at position k (from 0) of each sorted row.</summary>
    public virtual bool TrySelectRows(Tensor x, int k, Tensor y, Tensor positions) => false;

    /// <summary>
    /// For each value the number of elements in the row of <paramref name="sorted"/> with the same number (or in the only row) that are
    /// below it, or not above it for <paramref name="right"/>.
    /// </summary>
    public virtual bool TrySearchRows(Tensor sorted, Tensor values, bool right, Tensor y) => false;

    /// <summary>y[bin] = the number (or summed weight) of the elements of x equal to bin; those below 0 are left out.</summary>
    public virtual bool TryCount(Tensor bins, Tensor? weights, Tensor y) => false;
}
