namespace DeepLearning.Onnx.Export;

/// <summary>Writes at places that other tensors give.</summary>
internal static class ScatterConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        foreach (string name in (string[])["IndexPut", "IndexAdd", "IndexCopy", "IndexFill", "MaskedScatter"])
        {
            to[name] = static n => n.Set(n.Told("sources") ? PutView(n) : Put(n));
        }

        foreach (string name in (string[])["Scatter", "ScatterAdd", "GatherBackward", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"])
        {
            to[name] = static n => n.Set(Scattered(n, n.X, n.Y, n.Text("mode")));
        }

        to["ScatterReduce"] = static n => n.Set(n.Told("mode") ? Scattered(n, n.X, n.Y, n.Text("mode")) : Reduced(n));
    }

    private static string Put(NodeContext n)
    {
        long[] axes = n.Ints("axes");
        int rank = n.Rank(0), indexRank = n.Rank(2);
        IndexConverters.Indexed indexed = new(rank, axes, indexRank);
        string[] indices = [.. Enumerable.Range(2, axes.Length).Select(n.In)];
        Quantity[] shape = n.Shape(0);
        Quantity[] others = [.. Enumerable.Range(0, rank).Where(axis => !axes.Contains(axis)).Select(axis => shape[axis])];
        string place = n.IsDataDependent(2)
            ? Joined(n, others[..indexed.Outer], n.Op("Shape", [indices[0]]), others[indexed.Outer..])
            : n.Emitter.Ints([.. others[..indexed.Outer], .. n.Shape(2), .. others[indexed.Outer..]]);
        int placeRank = others.Length + indexRank;
        string values = n.Op("Expand", [Trimmed(n, n.Y, n.Shape(1), placeRank), place]);
        string written = n.Op(
            "ScatterND", [indexed.Leading(n, n.X), IndexConverters.Places(n, indices, indexRank), indexed.Values(n, values)],
            ("reduction", n.Flag("accumulate") ? "add" : "none"));
        return indexed.Restored(n, written);
    }

    /// <summary>
    /// A write to slices and positions, which are fixed in the file; tensors among the indices choose among their places.
    /// </summary>
    private static string PutView(NodeContext n)
    {
        long[] whole = n.FixedShape(0), lengths = n.Ints("lengths"), sources = n.Ints("sources"), steps = n.Ints("steps");
        long[] starts = n.Ints("starts"), own = Places.StridesOf(whole);
        long offset = starts.Zip(own, static (start, stride) => start * stride).Sum();
        long[] strides = [.. sources.Select((source, i) => source < 0 ? 0 : own[source] * steps[i])];
        long[] region = Places.Strided(lengths, strides, offset);
        string places = n.Emitter.Initializer(Tensor.From(region, [.. lengths.Select(static length => (int)length)]), "places");
        long[] shape = lengths;
        if (n.Told("axes"))
        {
            long[] axes = n.Ints("axes"), index = n.FixedShape(2);
            IndexConverters.Indexed indexed = new(lengths.Length, axes, index.Length);
            places = IndexConverters.TakenAt(
                n, places, lengths.Length, axes, [.. Enumerable.Range(2, axes.Length).Select(n.In)], index.Length);
            long[] others = [.. Enumerable.Range(0, lengths.Length).Where(axis => !axes.Contains(axis)).Select(axis => lengths[axis])];
            shape = [.. others[..indexed.Outer], .. index, .. others[indexed.Outer..]];
        }

        string values = n.Op("Expand", [Trimmed(n, n.Y, n.Shape(1), shape.Length), n.Emitter.Ints(shape)]);
        long[] reversed = n.Ints("reversed");
        values = reversed.Length == 0 ? values : MovementConverters.Flipped(n, values, reversed);
        string written = n.Op(
            "ScatterND", [n.Reshape(n.X, -1), n.Reshape(places, -1, 1), n.Reshape(values, -1)],
            ("reduction", n.Flag("accumulate") ? "add" : "none"));
        return n.Reshape(written, whole);
    }

    private static string Joined(NodeContext n, Quantity[] before, string middle, Quantity[] after)
    {
        List<string> parts = [];
        if (before.Length > 0)
        {
            parts.Add(n.Emitter.Ints(before));
        }

        parts.Add(middle);
        if (after.Length > 0)
        {
            parts.Add(n.Emitter.Ints(after));
        }

        return parts.Count == 1 ? middle : n.Op("Concat", [.. parts], ("axis", 0));
    }

    /// <summary>Values without the leading axes of length 1 that a place does not have.</summary>
    private static string Trimmed(NodeContext n, string values, Quantity[] shape, int rank) =>
        shape.Length <= rank ? values : n.Reshape(values, shape[(shape.Length - rank)..]);

    private static string Scattered(NodeContext n, string x, string values, string mode)
    {
        string reduction = mode switch { "Set" => "none", "Add" => "add", "Multiply" => "mul", "Max" => "max", _ => "min" };
        if (n.Opset < 18 && reduction is "max" or "min")
        {
            throw n.Refused("ScatterElements has no greatest and least before opset 18");
        }

        return n.Op("ScatterElements", [x, n.In(2), Used(n, values)], ("axis", n.Int("axis")), ("reduction", reduction));
    }

    /// <summary>The values that the index is long enough for.</summary>
    private static string Used(NodeContext n, string values)
    {
        Quantity[] index = n.Shape(2), own = n.Shape(1);
        for (int axis = 0; axis < index.Length; axis++)
        {
            values = index[axis].IsSame(own[axis]) ? values : n.Slice(values, axis, new Quantity(0), index[axis]);
        }

        return values;
    }

    private static string Reduced(NodeContext n)
    {
        string reduction = n.Text("reduction"), x = n.X;
        bool includes = n.Flag("include_self");
        string mode = reduction switch { "Prod" => "Multiply", "Amax" => "Max", "Amin" => "Min", _ => "Add" };
        if (!includes)
        {
            double neutral = reduction switch
            {
                "Prod" => 1,
                "Amax" => n.OutType.IsFloatingPoint() ? double.NegativeInfinity : Extreme(n.OutType, least: true),
                "Amin" => n.OutType.IsFloatingPoint() ? double.PositiveInfinity : Extreme(n.OutType, least: false),
                _ => 0,
            };
            x = n.Op("ScatterElements", [x, n.In(2), n.Expand(n.N(neutral), n.Shape(2))], ("axis", n.Int("axis")));
        }

        string result = Scattered(n, x, n.Y, mode);
        if (reduction != "Mean")
        {
            return result;
        }

        string ones = CreationConverters.Filled(n, n.OutShape, 1), one = n.Expand(n.N(1), n.Shape(2));
        string counts = includes
            ? ones
            : n.Op("ScatterElements", [ones, n.In(2), n.Expand(n.N(0), n.Shape(2))], ("axis", n.Int("axis")));
        counts = n.Op("ScatterElements", [counts, n.In(2), one], ("axis", n.Int("axis")), ("reduction", "add"));
        if (n.OutType.IsFloatingPoint())
        {
            return n.Op("Div", [result, counts]);
        }

        string quotient = n.Op("Div", [n.Cast(result, n.OutType, DType.Float64), n.Cast(counts, n.OutType, DType.Float64)]);
        return n.Cast(n.Op("Floor", [quotient]), DType.Float64, n.OutType);
    }

    private static double Extreme(DType dtype, bool least)
    {
        (long lowest, long highest) = ElementTypes.Range(ElementTypes.Of(dtype)) ?? (0, 1);
        return least ? lowest : highest;
    }
}
