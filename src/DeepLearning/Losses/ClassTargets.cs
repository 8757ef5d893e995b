using System.Globalization;

namespace DeepLearning.Losses;

/// <summary>What losses over classes share: the class axis is the second, or the only one.</summary>
internal static class ClassTargets
{
    /// <summary>The scores as a matrix [rows, C], the class axis last.</summary>
    public static Tensor Rows(Tensor scores)
    {
        if (scores.Rank <= 2)
        {
            return scores.Rank == 2 ? scores : scores.Reshape(1, -1);
        }

        int[] order = new int[scores.Rank];
        for (int axis = 1; axis < order.Length - 1; axis++)
        {
            order[axis] = axis + 1;
        }

        order[^1] = 1;
        Tensor moved = scores.Permute(order);
        return moved.Flatten(0, moved.Rank - 2);
    }

    public static void Check(Tensor input, Tensor target, Tensor? weight, bool isClasses, string name)
    {
        if (!input.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{name}: the input is of a floating-point type, not {input.DType.Name()}; convert with "
                + "To(DType.Float32).");
        }

        if (input.Rank == 0)
        {
            throw new ShapeException($"{name}: the input has a class axis: [C], [N, C] or [N, C, d1, ..], not {input.Shape}.");
        }

        Shape wanted = !isClasses ? input.Shape : input.Rank == 1 ? [] : [input.Size(0), .. input.Shape[2..]];
        if (target.Shape != wanted)
        {
            throw new ShapeException(
                $"{name}: a target {target.Shape} of type {target.DType.Name()} does not fit an input {input.Shape}: "
                + (isClasses
                    ? $"classes (integers) have the shape {wanted}, probabilities (floating point) the input's."
                    : "probabilities have the input's shape, classes the shape "
                        + $"{(input.Rank == 1 ? "[]" : new Shape([input.Size(0), .. input.Shape[2..]]))} and an integer type."));
        }

        int classes = input.Size(input.Rank == 1 ? 0 : 1);
        if (weight is not null && (weight.Rank != 1 || weight.Size(0) != classes))
        {
            throw new ShapeException($"{name}: a weight {weight.Shape} does not fit {classes} classes; it is [{classes}].");
        }

        Broadcasting.CheckDevices(input, target, name);
    }

    /// <summary>Refuses scores that are neither rows of classes nor one row.</summary>
    public static void CheckRows(string name, Tensor input)
    {
        if (input.Rank is not (1 or 2) || input.Size(-1) == 0)
        {
            throw new ShapeException($"{name}: the input has scores of one or more classes, [N, C] or [C], not {input.Shape}.");
        }
    }

    /// <summary>Refuses a class outside 0 to <paramref name="classes"/> − 1.</summary>
    /// <returns>The targets; where the refusal comes later, with 0 for what is not a class.</returns>
    public static Tensor CheckRange(Tensor targets, int classes, string name)
    {
        if (targets.Backend.DefersChecks && classes > 0)
        {
            return Backend.Checked(
                targets.Contiguous(), new IndexBounds(0, classes), (row, wrong) => NoClass(name, wrong, row, classes));
        }

        long[] values = targets.ToArray<long>();
        for (int row = 0; row < values.Length; row++)
        {
            if ((ulong)values[row] >= (ulong)classes)
            {
                throw NoClass(name, values[row].ToString(CultureInfo.InvariantCulture), row, classes);
            }
        }

        return targets;
    }

    /// <summary>
    /// −w[t] · x[t] for each row of log-probabilities x and its class t, and the weights w[t]: vectors. Where a target does not count,
    /// whatever stands there counts as nothing, infinity included, and the weight is 0.
    /// </summary>
    public static (Tensor Losses, Tensor Weights) NegativeLogarithms(
        Tensor rows, Tensor classes, Tensor? weight, long ignoreIndex, string name)
    {
        (Tensor counts, Tensor places) = Counting(classes, ignoreIndex);
        places = CheckRange(places, rows.Size(1), ignoreIndex, name);
        Tensor taken = rows.Gather(1, places.Unsqueeze(1)).Squeeze(1).MaskedFill(counts.LogicalNot(), 0.0);
        Tensor weights = Weights(counts, places, weight, rows.DType);
        return (-taken.Map(weights, default(WeighedOp)), weights);
    }

    /// <summary>The weight of each row's class; 0 where the target does not count.</summary>
    public static Tensor Weights(Tensor classes, Tensor? weight, long ignoreIndex, DType dtype)
    {
        (Tensor counts, Tensor places) = Counting(classes, ignoreIndex);
        return Weights(counts, places, weight, dtype);
    }

    /// <summary>The losses of the rows as the result: their mean divides by the weights of the rows.</summary>
    public static Tensor Reduce(
        Tensor losses, Tensor weights, Tensor classes, long ignoreIndex, LossReduction reduction, Shape shape) => reduction switch
        {
            // The mean of nothing is NaN; its gradient is 0, of any order, which a division by 0 would not give.
            LossReduction.Mean when classes.Backend.DefersChecks => MeanOfCounted(losses, weights, classes, ignoreIndex),
            LossReduction.Mean when !classes.NotEqualTo(ignoreIndex).Any().Item<bool>() => losses.Sum() + double.NaN,
            LossReduction.Mean => losses.Sum() / weights.Sum(),
            LossReduction.Sum => losses.Sum(),
            _ => losses.Reshape(shape),
        };

    /// <summary>
    /// The mean without asking whether something counts: of nothing it is NaN with a gradient of 0, as where it is asked.
    /// </summary>
    private static Tensor MeanOfCounted(Tensor losses, Tensor weights, Tensor classes, long ignoreIndex)
    {
        Tensor any = classes.NotEqualTo(ignoreIndex).Any(), total = weights.Sum();
        Tensor mean = losses.Sum() / Tensor.Where(any, total, Tensor.OnesLike(total));
        Tensor nothing = Tensor.FromScalar(double.NaN, mean.DType, mean.Device);
        return mean + Tensor.Where(any, Tensor.ZerosLike(nothing), nothing);
    }

    /// <summary>Which targets count, and the classes, with class 0 for those that do not.</summary>
    private static (Tensor Counts, Tensor Places) Counting(Tensor classes, long ignoreIndex)
    {
        Tensor counts = classes.NotEqualTo(ignoreIndex);
        return (counts, Tensor.Where(counts, classes, Tensor.Zeros([], DType.Int64, classes.Device)));
    }

    private static Tensor Weights(Tensor counts, Tensor places, Tensor? weight, DType dtype)
    {
        Tensor own = counts.To(dtype);
        return weight is null ? own : own * weight.Detach().To(dtype).IndexSelect(0, places);
    }

    /// <summary>
    /// Classes of rows that a device checks without being waited for; null where it is waited for, and the kernel checks.
    /// </summary>
    public static Tensor? CheckedLater(Tensor targets, int classes, long ignoreIndex, string name) =>
        targets.Backend.DefersChecks && classes > 0
            ? Backend.Checked(
                targets, new IndexBounds(0, classes, ignoreIndex),
                (row, wrong) => Backend.NoClass(name, wrong, row, classes, ignoreIndex))
            : null;

    /// <summary>Refuses a class outside 0 to <paramref name="classes"/> − 1.</summary>
    private static Tensor CheckRange(Tensor targets, int classes, long ignoreIndex, string name)
    {
        if (CheckedLater(targets.Contiguous(), classes, ignoreIndex, name) is { } later)
        {
            return later;
        }

        long[] values = targets.ToArray<long>();
        for (int row = 0; row < values.Length; row++)
        {
            if ((ulong)values[row] >= (ulong)classes)
            {
                throw Backend.NoClass(name, values[row].ToString(CultureInfo.InvariantCulture), row, classes, ignoreIndex);
            }
        }

        return targets;
    }

    private static IndexException NoClass(string name, string target, long row, int classes) => new(
        $"{name}: the target {target} of row {row} is not a class: there are {classes}, so targets are 0 to {classes - 1}.");
}
