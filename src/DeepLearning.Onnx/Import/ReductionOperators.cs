namespace DeepLearning.Onnx.Import;

/// <summary>Reductions over axes, and running sums.</summary>
internal static class ReductionOperators
{
    public static void Add(Operators to)
    {
        Add(to, "ReduceSum", static (x, axes, keep) => x.Sum(axes, keep));
        Add(to, "ReduceMean", static (x, axes, keep) => x.DType.IsFloatingPoint()
            ? x.Mean(axes, keep)
            : x.Sum(axes, keep).TruncDivide(Math.Max(Count(x, axes), 1)));
        Add(to, "ReduceMax", static (x, axes, keep) => Extreme(x, axes, keep, greatest: true));
        Add(to, "ReduceMin", static (x, axes, keep) => Extreme(x, axes, keep, greatest: false));
        Add(to, "ReduceProd", static (x, axes, keep) => x.Prod(axes, keep));
        Add(to, "ReduceL1", static (x, axes, keep) => x.Abs().Sum(axes, keep));
        Add(to, "ReduceL2", static (x, axes, keep) => Root(x.Square().Sum(axes, keep)));
        Add(to, "ReduceSumSquare", static (x, axes, keep) => x.Square().Sum(axes, keep));
        Add(to, "ReduceLogSum", static (x, axes, keep) => x.Sum(axes, keep).Log());
        Add(to, "ReduceLogSumExp", static (x, axes, keep) => x.DType.IsFloatingPoint()
            ? x.LogSumExp(axes, keep)
            : x.To(DType.Float64).LogSumExp(axes, keep));
        to.Add("ArgMax", static c => Place(c, greatest: true));
        to.Add("ArgMin", static c => Place(c, greatest: false));
        to.Add("CumSum", static c => c.Keep(0, Cumulative(c, static (x, axis) => x.CumSum(axis), 0)));
        to.Add("CumProd", static c => c.Keep(0, Cumulative(c, static (x, axis) => x.CumProd(axis), 1)));
    }

    private static void Add(Operators to, string name, Func<Tensor, int[], bool, Tensor> reduce) => to.Add(name, c =>
    {
        Tensor x = c[0];
        long[]? axes = c.Numbers(1, "axes");
        bool keep = c.Flag("keepdims", true);
        if (axes is null or [] && c.Flag("noop_with_empty_axes"))
        {
            // Nothing is reduced; what is done to each element still is.
            return c.Keep(0, x.Rank == 0 ? reduce(x.Reshape(1), [0], true).Reshape([]) : Alone(x, reduce));
        }

        if (x.Rank == 0)
        {
            return c.Keep(0, reduce(x.Reshape(1), [0], false));
        }

        int[] over = axes is null or [] ? [.. Enumerable.Range(0, x.Rank)] : Call.Axes(axes, x.Rank);
        return c.Keep(0, reduce(x, over, keep));
    });

    private static Tensor Alone(Tensor x, Func<Tensor, int[], bool, Tensor> reduce) => reduce(x.Unsqueeze(-1), [x.Rank], false);

    private static Tensor Root(Tensor x) => x.DType.IsFloatingPoint() ? x.Sqrt() : x.To(DType.Float64).Sqrt();

    private static long Count(Tensor x, int[] axes) => axes.Aggregate(1L, (product, axis) => product * x.Size(axis));

    /// <summary>The greatest or least; of none, what every other number would replace.</summary>
    private static Tensor Extreme(Tensor x, int[] axes, bool keep, bool greatest)
    {
        if (Count(x, axes) == 0)
        {
            Tensor shape = x.Sum(axes, keep);
            bool isFloat = x.DType.IsFloatingPoint();
            Scalar value = (isFloat, greatest) switch
            {
                (true, true) => double.NegativeInfinity,
                (true, false) => double.PositiveInfinity,
                (false, true) => ElementTypes.Range(ElementTypes.Of(x.DType))?.Least ?? 0,
                (false, false) => ElementTypes.Range(ElementTypes.Of(x.DType))?.Most ?? 1,
            };
            return x.DType == DType.Bool ? Tensor.Full(shape.Shape, !greatest, DType.Bool) : Tensor.Full(shape.Shape, value, x.DType);
        }

        if (x.DType == DType.Bool)
        {
            return greatest ? x.Any(axes, keep) : x.All(axes, keep);
        }

        return greatest ? x.Amax(axes, keep) : x.Amin(axes, keep);
    }

    private static Tensor Place(Call c, bool greatest)
    {
        Tensor x = c[0];
        int axis = c.Axis("axis", 0, x.Rank);
        bool keep = c.Flag("keepdims", true), last = c.Flag("select_last_index");
        Tensor seen = last ? x.Flip(axis) : x;
        Tensor found = greatest ? seen.ArgMax(axis, keep) : seen.ArgMin(axis, keep);
        return last ? Tensor.FromScalar(x.Size(axis) - 1, DType.Int64).Subtract(found) : found;
    }

    private static Tensor Cumulative(Call c, Func<Tensor, int, Tensor> sum, int start)
    {
        Tensor x = c[0];
        int axis = Call.Axis(c.Number(1), x.Rank);
        bool reverse = c.Flag("reverse");
        x = reverse ? x.Flip(axis) : x;
        Tensor y = sum(x, axis).To(x.DType);
        if (c.Flag("exclusive") && x.Size(axis) > 0)
        {
            int[] lengths = x.Shape.ToArray();
            lengths[axis] = 1;
            y = Tensor.Cat([Tensor.Full(lengths, start, x.DType), y.Narrow(axis, 0, x.Size(axis) - 1)], axis);
        }

        return reverse ? y.Flip(axis) : y;
    }
}
