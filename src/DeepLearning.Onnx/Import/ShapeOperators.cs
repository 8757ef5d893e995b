namespace DeepLearning.Onnx.Import;

/// <summary>Shapes: asking for them, and giving others.</summary>
internal static class ShapeOperators
{
    public static void Add(Operators to)
    {
        to.Add("Shape", static c =>
        {
            long[] shape = [.. c[0].Shape.ToArray().Select(static length => (long)length)];
            int start = Bound(c.Int("start", 0), shape.Length), end = Bound(c.Int("end", shape.Length), shape.Length);
            return Tensor.From(shape[start..Math.Max(end, start)]);
        });
        to.Add("Size", static c => Tensor.FromScalar(c[0].Count, DType.Int64));
        to.Add("Reshape", static c => c.Keep(0, c[0].Reshape(Asked(c[0], c.Numbers(1, "shape") ?? [], c.Flag("allowzero")))));
        to.Add("Flatten", static c =>
        {
            Tensor x = c[0];
            long axis = c.Int("axis", 1);
            axis = axis < 0 ? axis + x.Rank : axis;
            if (axis < 0 || axis > x.Rank)
            {
                throw new OnnxException($"there is no axis {axis} of {x.Rank}.");
            }

            long rows = 1, columns = 1;
            for (int i = 0; i < x.Rank; i++)
            {
                (rows, columns) = i < axis ? (rows * x.Size(i), columns) : (rows, columns * x.Size(i));
            }

            return c.Keep(0, x.Reshape((int)rows, (int)columns));
        });
        to.Add("Squeeze", static c =>
        {
            Tensor x = c[0];
            long[]? axes = c.Numbers(1, "axes");
            if (axes is null)
            {
                return c.Keep(0, x.Squeeze());
            }

            int[] gone = Call.Axes(axes, x.Rank);
            foreach (int axis in gone)
            {
                if (x.Size(axis) != 1)
                {
                    throw new OnnxException($"axis {axis} of a tensor {x.Shape} has length {x.Size(axis)}, not 1.");
                }
            }

            return c.Keep(0, x.Reshape([.. Enumerable.Range(0, x.Rank).Where(axis => !gone.Contains(axis)).Select(x.Size)]));
        });
        to.Add("Unsqueeze", static c =>
        {
            Tensor x = c[0];
            long[] axes = c.Numbers(1, "axes") ?? throw new OnnxException("the axes are missing.");
            int rank = x.Rank + axes.Length;
            HashSet<int> added = [.. Call.Axes(axes, rank)];
            int next = 0;
            return c.Keep(0, x.Reshape([.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : x.Size(next++))]));
        });
        to.Add("Expand", static c =>
        {
            Tensor x = c[0];
            int[] asked = Call.Lengths(c.AllNumbers(1)), shape = Broadcast(x.Shape.ToArray(), asked);
            Limits.Check(shape);
            return c.Keep(0, x.Expand(shape));
        });
    }

    /// <summary>The shape that two broadcast to.</summary>
    public static int[] Broadcast(int[] a, int[] b)
    {
        int[] shape = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= shape.Length; i++)
        {
            int x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            shape[^i] = x == 1 ? y : y == 1 || x == y ? x : throw new OnnxException(
                $"shapes [{string.Join(", ", a)}] and [{string.Join(", ", b)}] do not broadcast.");
        }

        return shape;
    }

    private static int Bound(long place, int rank) => (int)Math.Clamp(place < 0 ? place + rank : place, 0, rank);

    /// <summary>A shape in which 0 stands for the input's own length and −1 for what is left.</summary>
    private static int[] Asked(Tensor x, long[] asked, bool allowZero)
    {
        int[] shape = new int[asked.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = asked[axis] == 0 && !allowZero
                ? axis < x.Rank ? x.Size(axis) : throw new OnnxException($"axis {axis} of the input is asked for, which has {x.Rank}.")
                : asked[axis] >= -1
                ? Call.Small(asked[axis], "a length")
                : throw new OnnxException($"a length cannot be {asked[axis]}.");
        }

        int unknown = Array.IndexOf(shape, -1);
        if (unknown >= 0 && x.Count == 0)
        {
            // Of nothing anything can be left; 0 is what fits unless another length is 0.
            shape[unknown] = shape.Contains(0) ? 1 : 0;
            shape[unknown] = shape.Where((length, axis) => axis != unknown).Contains(0) ? 0 : shape[unknown];
        }

        return shape;
    }
}
