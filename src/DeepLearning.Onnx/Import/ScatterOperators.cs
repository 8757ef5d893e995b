namespace DeepLearning.Onnx.Import;

/// <summary>Writes at places that other tensors give.</summary>
internal static class ScatterOperators
{
    public static void Add(Operators to)
    {
        to.Add("Scatter", Elements);
        to.Add("ScatterElements", Elements);
        to.Add("ScatterND", static c => c.Keep(0, ScatterND(c)));
        to.Add("TensorScatter", TensorScatter);
    }

    private static Value Elements(Call c)
    {
        Tensor x = c[0];
        int axis = c.Axis("axis", 0, x.Rank);
        return c.Keep(0, Written(x, axis, GatherOperators.Counted(c[1], x.Size(axis)), c[2], c.Text("reduction", "none")));
    }

    private static Tensor Written(Tensor x, int axis, Tensor index, Tensor values, string reduction) => reduction switch
    {
        "none" => x.Scatter(axis, index, values),
        "add" => x.ScatterAdd(axis, index, values),
        "mul" => x.ScatterReduce(axis, index, values, ScatterReduction.Prod),
        "max" => x.ScatterReduce(axis, index, values, ScatterReduction.Amax),
        "min" => x.ScatterReduce(axis, index, values, ScatterReduction.Amin),
        _ => throw new OnnxException($"the reduction {OnnxException.Quote(reduction)} is not known."),
    };

    private static Tensor ScatterND(Call c)
    {
        Tensor x = c[0];
        int[] shape = x.Shape.ToArray();
        (Tensor places, int rest) = GatherOperators.Flat(shape, c[1]);
        int rows = shape[..c[1].Size(-1)].Aggregate(1, static (product, length) => product * length);
        Tensor flat = x.Reshape(rows, rest), values = c[2].Reshape((int)places.Count, rest);
        Tensor index = places.Reshape(-1, 1).Expand((int)places.Count, rest).Contiguous();
        return Written(flat, 0, index, values, c.Text("reduction", "none")).Reshape(shape);
    }

    /// <summary>Writes a stretch of an axis, from a place of its own for each example: how a cache of keys and values grows.</summary>
    private static Value TensorScatter(Call c)
    {
        Tensor x = c[0], update = c[1];
        int axis = c.Axis("axis", -2, x.Rank), length = update.Size(axis), whole = x.Size(axis);
        bool circular = c.Text("mode", "linear") == "circular";
        long[] starts = c.Numbers(2) ?? new long[x.Size(0)];
        int[] shape = [.. Enumerable.Repeat(1, x.Rank)];
        (shape[0], shape[axis]) = (x.Size(0), length);
        long[] places = new long[starts.Length * length];
        for (int i = 0; i < places.Length; i++)
        {
            long place = starts[i / length] + (i % length);
            places[i] = circular ? ((place % whole) + whole) % whole : place;
        }

        return c.Keep(0, x.Scatter(axis, Tensor.From(places, shape).Expand(update.Shape).Contiguous(), update));
    }
}
