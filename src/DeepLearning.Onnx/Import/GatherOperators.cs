namespace DeepLearning.Onnx.Import;

/// <summary>Reads at places that other tensors give.</summary>
internal static class GatherOperators
{
    public static void Add(Operators to)
    {
        to.Add("Gather", static c =>
        {
            Tensor x = c[0];
            int axis = c.Axis("axis", 0, x.Rank);
            Tensor index = Counted(c[1], x.Size(axis));
            int[] shape = [.. x.Shape.ToArray()[..axis], .. index.Shape.ToArray(), .. x.Shape.ToArray()[(axis + 1)..]];
            return c.Keep(0, x.IndexSelect(axis, index.Reshape(-1)).Reshape(shape));
        });
        to.Add("GatherElements", static c =>
        {
            int axis = c.Axis("axis", 0, c[0].Rank);
            return c.Keep(0, c[0].Gather(axis, Counted(c[1], c[0].Size(axis))));
        });
        to.Add("GatherND", static c => c.Keep(0, GatherND(c[0], c[1], c.Int32("batch_dims", 0))));
        to.Add("Compress", static c =>
        {
            Tensor x = c.Told("axis") ? c[0] : c[0].Reshape(-1);
            int axis = c.Told("axis") ? c.Axis("axis", 0, x.Rank) : 0;
            Tensor chosen = c[1].To(DType.Bool).NonZero().Reshape(-1);
            return c.Keep(0, x.IndexSelect(axis, chosen));
        });
        to.Add("OneHot", static c =>
        {
            int classes = Call.Small(c[1].To(DType.Int64).Reshape([]).Item<long>(), "the depth");
            Tensor index = c[0].To(DType.Int64);
            int axis = Call.Axis(c.Int("axis", -1), index.Rank + 1);
            Limits.Check([.. index.Shape.ToArray(), Math.Max(classes, 0)]);
            // Places outside of the range stand nowhere.
            Tensor place = Tensor.Where(index.Less(0), index.Add(classes), index).Unsqueeze(axis);
            int[] shape = [.. Enumerable.Repeat(1, index.Rank + 1)];
            shape[axis] = classes;
            Tensor hit = place.EqualTo(Tensor.Arange(0, classes).Reshape(shape));
            return c.Keep(2, Tensor.Where(hit, c[2][1], c[2][0]));
        });
    }

    /// <summary>Places, those below 0 counted from the end.</summary>
    public static Tensor Counted(Tensor index, int length)
    {
        Tensor whole = index.Detach().To(DType.Int64);
        return Tensor.Where(whole.Less(0), whole.Add(length), whole).Contiguous();
    }

    /// <summary>The flat places of tuples of indices, and the shape of what one tuple picks.</summary>
    public static (Tensor Places, int Width) Flat(int[] shape, Tensor tuples)
    {
        int depth = tuples.Size(-1);
        if (depth > shape.Length)
        {
            throw new OnnxException($"indices of {depth} numbers do not fit {shape.Length} axes.");
        }

        Tensor places = Tensor.Zeros([.. tuples.Shape.ToArray()[..^1]], DType.Int64);
        for (int i = 0; i < depth; i++)
        {
            Tensor index = Counted(tuples.Select(-1, i), shape[i]);
            if (index.Count > 0 && (index.Less(0).Any().Item<bool>() || index.GreaterOrEqual(shape[i]).Any().Item<bool>()))
            {
                throw new OnnxException($"an index is not within the {shape[i]} elements of axis {i}.");
            }

            places = places.Multiply(shape[i]).Add(index);
        }

        return (places, shape.AsSpan(depth).ToArray().Aggregate(1, static (product, length) => product * length));
    }

    private static Tensor GatherND(Tensor x, Tensor tuples, int batch)
    {
        int[] shape = x.Shape.ToArray(), own = tuples.Shape.ToArray();
        int count = shape[..batch].Aggregate(1, static (product, length) => product * length), depth = own[^1];
        int[] inner = shape[batch..], picked = own[batch..^1];
        (Tensor places, int rest) = Flat(inner, tuples.Reshape([count, .. own[batch..]]));
        int rows = inner[..depth].Aggregate(1, static (product, length) => product * length);
        Tensor flat = x.Reshape(checked(count * rows), rest);
        Tensor offsets = Tensor.Arange(0, count).Multiply(rows).Reshape([count, .. Enumerable.Repeat(1, picked.Length)]);
        Tensor index = places.Add(offsets).Reshape(-1);
        return flat.IndexSelect(0, index).Reshape([.. shape[..batch], .. picked, .. inner[depth..]]);
    }
}
