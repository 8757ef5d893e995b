namespace DeepLearning;

/// <summary>The derivative of scattered products.</summary>
internal static class ScatterProducts
{
    /// <summary>
    /// For the product of what is scattered to each place: of each own element, the product of the values that reached its place; of each
    /// value, the product of the others there. Made of products only, without a division, so that zeros need no care and derivatives of
    /// every order follow.
    /// </summary>
    public static (Tensor Own, Tensor Others) ProductsOfOthers(int axis, Tensor index, Tensor self, Tensor values, bool includeSelf)
    {
        Tensor one = Tensor.FromScalar(1.0, self.DType, self.Device), zero = Tensor.FromScalar(0.0, self.DType, self.Device);
        if (self.Rank == 0)
        {
            return (values, includeSelf ? self : one);
        }

        // The values of one place next to one another, in their order.
        int last = self.Rank - 1;
        ValuesAndIndices sorted = index.MoveAxis(axis, last).Sort(last);
        Tensor places = sorted.Values, order = sorted.Indices;
        Tensor ordered = values.MoveAxis(axis, last).GatherChecked(last, order);
        Tensor begins = places.NotEqualTo(Moved(places, 1, -1)), ends = places.NotEqualTo(Moved(places, -1, -1));
        Tensor start = includeSelf ? self.GatherChecked(axis, index).MoveAxis(axis, last).GatherChecked(last, order) : one;
        Tensor before = RunningProducts(places, Tensor.Where(begins, start, Moved(ordered, 1, 1)), 1);
        Tensor behind = RunningProducts(places, Tensor.Where(ends, one, Moved(ordered, -1, 1)), -1);
        Tensor others = (before * behind).GatherChecked(last, order.ArgSort(last)).MoveAxis(last, axis);

        Tensor all = Tensor.Where(begins, ordered * behind, zero);
        Tensor own = Tensor.Ones(self.Shape, self.DType, self.Device).MoveAxis(axis, last).ScatterNumber(last, places, 0.0)
            .ScatterChecked(last, places, all, ScatterMode.Add, "ScatterReduce", false).MoveAxis(last, axis);
        return (own, others);
    }

    /// <summary>
    /// Products along the last axis from the first element of the same place to each one (from the last one backwards for a step of −1), by
    /// doubling: after k rounds an element has 2ᵏ factors.
    /// </summary>
    private static Tensor RunningProducts(Tensor places, Tensor factors, int step)
    {
        Tensor one = Tensor.FromScalar(1.0, factors.DType, factors.Device);
        for (int distance = step; Math.Abs(distance) < places.Size(-1); distance *= 2)
        {
            Tensor isSame = places.EqualTo(Moved(places, distance, -1));
            if (!isSame.Any().Item<bool>())
            {
                break;
            }

            // Selected before it is multiplied: what stands at another place must not come in, not even as 0 · ∞.
            factors = factors * Tensor.Where(isSame, Moved(factors, distance, 1), one);
        }

        return factors;
    }

    /// <summary>The elements moved along the last axis, towards its end for a positive distance; a number comes in.</summary>
    private static Tensor Moved(Tensor x, int distance, double filler)
    {
        int length = x.Size(-1), kept = Math.Max(length - Math.Abs(distance), 0);
        int[] lengths = x.Shape.ToArray();
        lengths[^1] = length - kept;
        Tensor edge = Tensor.Full(lengths, filler, x.DType, x.Device);
        return distance < 0 ? Tensor.Cat([x.Narrow(-1, length - kept, kept), edge], -1) : Tensor.Cat([edge, x.Narrow(-1, 0, kept)], -1);
    }
}
