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
        return scores.Permute(order).Reshape(-1, scores.Shape[1]);
    }

    public static void Check(Tensor input, Tensor target, Tensor? weight, bool isClasses, string name)
    {
        if (!input.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{name}: the input is of a floating-point type, not {input.DType.Name()}; convert with "
                + $"To(DType.Float32).");
        }

        if (input.Rank == 0)
        {
            throw new ShapeException($"{name}: the input has a class axis: [C], [N, C] or [N, C, d1, ..], not {input.Shape}.");
        }

        Shape wanted = !isClasses ? input.Shape : input.Rank == 1 ? [] : [input.Shape[0], .. input.Shape[2..]];
        if (target.Shape != wanted)
        {
            throw new ShapeException(
                $"{name}: a target {target.Shape} of type {target.DType.Name()} does not fit an input {input.Shape}: "
                + (isClasses
                    ? $"classes (integers) have the shape {wanted}, probabilities (floating point) the input's."
                    : $"probabilities have the input's shape, classes the shape "
                        + $"{(input.Rank == 1 ? "[]" : new Shape([input.Shape[0], .. input.Shape[2..]]))} and an integer type."));
        }

        int classes = input.Shape[input.Rank == 1 ? 0 : 1];
        if (weight is not null && (weight.Rank != 1 || weight.Shape[0] != classes))
        {
            throw new ShapeException($"{name}: a weight {weight.Shape} does not fit {classes} classes; it is [{classes}].");
        }

        Broadcasting.CheckDevices(input, target, name);
    }

    /// <summary>x − log Σ exp x over the last axis.</summary>
    public static Tensor LogSoftmax(Tensor rows) => rows.LogSoftmax(-1);

    /// <summary>Refuses a class outside 0 to <paramref name="classes"/> − 1.</summary>
    public static void CheckRange(Tensor targets, int classes, long ignoreIndex, string name)
    {
        long[] values = targets.ToArray<long>();
        for (int row = 0; row < values.Length; row++)
        {
            if ((ulong)values[row] >= (ulong)classes)
            {
                throw Backends.Backend.NoClass(name, values[row], row, classes, ignoreIndex);
            }
        }
    }
}
