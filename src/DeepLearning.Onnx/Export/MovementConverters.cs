namespace DeepLearning.Onnx.Export;

/// <summary>Operations that move elements and compute none.</summary>
internal static class MovementConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["Reshape"] = Reshape;
        to["Expand"] = static n => n.Set(n.Expand(n.X, Lengths(n)));
        to["Permute"] = static n => n.Set(n.Transpose(n.X, n.Ints("axes")));
        to["Cat"] = Cat;
        to["Stack"] = static n => n.Set(n.Op(
            "Concat", [.. Enumerable.Range(0, n.Count).Select(i => n.Unsqueeze(n.Cast(i, n.OutType), n.Int("axis")))], ("axis",
                n.Int("axis"))));
        to["Flip"] = Flip;
        to["Roll"] = Roll;
        to["Pad"] = Pad;
        to["Narrow"] = static n =>
        {
            Quantity start = n.Quantity("start"), step = n.Quantity("step"), length = n.Quantity("length");
            CheckWhole(n);
            // The end of the last element, whatever lies between two.
            Quantity end = start + (length * step.Value) - new Quantity(step.Value - 1);
            n.Set(n.Slice(n.X, n.Int("axis"), start, end, step.Long));
        };
        to["Box"] = static n =>
        {
            CheckWhole(n);
            Quantity[] starts = n.Quantities("starts"), lengths = n.Quantities("lengths");
            n.Set(n.Op("Slice", [
                n.X, n.Emitter.Ints(starts), n.Emitter.Ints([.. starts.Zip(lengths, static (start, length) => start + length)])]));
        };
        to["Select"] = static n => n.Set(n.Op("Gather", [n.X, Scalar(n, n.Quantity("index"))], ("axis", n.Int("axis"))));
        to["Tril"] = static n => n.Set(Triangle(n, 0));
        to["Triu"] = static n => n.Set(Triangle(n, 1));
        to["Unfold"] = Unfold;
        to["Diagonal"] = static n => n.Set(PlaceConverters.Take(n, n.X, Places.Diagonal(
            n.FixedShape(0), n.Int("offset"), (int)n.Int("first"), (int)n.Int("second")), n.FixedOutShape()));
        to["DiagonalBackward"] = static n => n.Set(PlaceConverters.Put(n, n.FixedOutShape(), n.X, Places.Diagonal(
            n.FixedOutShape(), n.Int("offset"), (int)n.Int("first"), (int)n.Int("second"))));
        to["Strided"] = static n => n.Set(PlaceConverters.Take(
            n, n.X, Places.Strided(n.Ints("lengths"), n.Ints("strides"), n.Int("offset")), n.FixedOutShape()));
        to["AsStrided"] = static n => n.Set(AsStrided(n));
    }

    /// <summary>A number that may depend on open lengths, without an axis.</summary>
    private static string Scalar(NodeContext n, Quantity number) => number.IsFixed
        ? n.Emitter.Number(number.Value, DType.Int64)
        : n.Squeeze(n.Emitter.Ints([number]), 0);

    private static void CheckWhole(NodeContext n)
    {
        if (n.AnyDataDependent)
        {
            throw n.Refused("where it cuts follows from values of the example, and would be fixed");
        }
    }

    private static Quantity[] Lengths(NodeContext n)
    {
        CheckWhole(n);
        return n.OutShape;
    }

    private static void Reshape(NodeContext n)
    {
        if (!n.IsDataDependent(0))
        {
            n.Set(n.Reshape(n.X, n.OutShape));
            return;
        }

        // One length follows from values: that of a vector, or the only one that is not as before.
        long[] shape = n.FixedOutShape(), before = n.FixedShape(0);
        long unknown = before.Aggregate(1L, static (product, length) => product * length);
        int at = shape.Length == 1 ? 0 : Array.FindIndex(shape, length => length == unknown && before.Length == 1);
        if (at < 0)
        {
            int[] common = [.. Enumerable.Range(0, shape.Length).Where(axis => before.Contains(shape[axis]) && shape[axis] != 1)];
            at = common.Length == 1 ? common[0] : throw n.Refused("which of its lengths follow from values is not known");
        }

        shape[at] = -1;
        n.Set(n.Reshape(n.X, shape));
    }

    private static void Cat(NodeContext n)
    {
        // A vector without elements joins any tensors, as in PyTorch; it adds nothing.
        string[] parts = [.. Enumerable.Range(0, n.Count).Where(i => n.Rank(i) == n.OutRank).Select(i => n.Cast(i, n.OutType))];
        n.Set(n.Op("Concat", parts, ("axis", n.Int("axis"))));
    }

    private static void Flip(NodeContext n)
    {
        long[] axes = n.Ints("axes");
        n.Set(axes.Length == 0 ? n.X : Flipped(n, n.X, axes));
    }

    /// <summary>A value with axes reversed.</summary>
    public static string Flipped(NodeContext n, string x, long[] axes) => n.Op("Slice", [
        x, n.Emitter.Ints(Array.ConvertAll(axes, static _ => -1L)), n.Emitter.Ints(Array.ConvertAll(axes, static _ => long.MinValue)),
        n.Emitter.Ints(axes), n.Emitter.Ints(Array.ConvertAll(axes, static _ => -1L))]);

    private static void Roll(NodeContext n)
    {
        long axis = n.Int("axis");
        Quantity shift = n.Quantity("shift"), length = n.Shape(0)[axis], rest = length - shift;
        string x = n.X;
        n.Set(shift is { IsFixed: true, Long: 0 }
            ? x
            : n.Op("Concat", [n.Slice(x, axis, rest, length), n.Slice(x, axis, new Quantity(0), rest)], ("axis", axis)));
    }

    private static void Pad(NodeContext n)
    {
        CheckWhole(n);
        Quantity[] before = n.Quantities("before"), after = n.Quantities("after");
        n.Set(n.Op("Pad", [n.X, n.Emitter.Ints([.. before, .. after]), n.Flag("value") ? n.N(1) : n.N(n.Double("value"))],
            ("mode", "constant")));
    }

    private static string Triangle(NodeContext n, long upper)
    {
        string numbers = n.OutType == DType.Bool ? n.Cast(0, DType.Int32) : n.X;
        string part = n.Op("Trilu", [numbers, n.Emitter.Number(n.Int("diagonal"), DType.Int64)], ("upper", upper));
        return n.OutType == DType.Bool ? n.Cast(part, DType.Int32, DType.Bool) : part;
    }

    private static void Unfold(NodeContext n)
    {
        long axis = n.Int("axis"), size = n.Int("size"), step = n.Int("step"), windows = n.FixedOutShape()[axis];
        int rank = n.Rank(0);
        long[] places = new long[windows * size];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (i / size * step) + (i % size);
        }

        string index = n.Emitter.Initializer(Tensor.From(places, (int)windows, (int)size), "windows");
        string picked = n.Op("Gather", [n.X, index], ("axis", axis));
        long[] order = [.. Enumerable.Range(0, rank + 1).Select(static a => (long)a).Where(a => a != axis + 1), axis + 1];
        n.Set(n.Transpose(picked, order));
    }

    /// <summary>A tensor that lies in the memory of another, which was written to since; what it has outside keeps its value.</summary>
    private static string AsStrided(NodeContext n)
    {
        long[] shape = n.FixedShape(0), own = n.FixedOutShape();
        long[] written = Places.Strided(shape, n.Ints("of_strides"), 0), wanted = Places.Strided(own, n.Ints("strides"), n.Int("offset"));
        Dictionary<long, long> places = [];
        for (int i = 0; i < written.Length; i++)
        {
            places[written[i]] = i;
        }

        bool[] isWritten = Array.ConvertAll(wanted, places.ContainsKey);
        string taken = PlaceConverters.Take(n, n.X, Array.ConvertAll(wanted, place => places.GetValueOrDefault(place)), own);
        if (Array.TrueForAll(isWritten, static isIn => isIn))
        {
            return taken;
        }

        if (!n.Has(1))
        {
            throw n.Refused("it lies partly outside of what was written");
        }

        string mask = n.Emitter.Initializer(Tensor.From(isWritten, [.. own.Select(static length => (int)length)]), "written");
        return n.Op("Where", [mask, taken, n.Cast(1, n.OutType)]);
    }
}

/// <summary>Fixed places of elements, counted in the order of the axes.</summary>
internal static class Places
{
    /// <summary>The places that strides lead to.</summary>
    public static long[] Strided(long[] lengths, long[] strides, long offset)
    {
        long count = lengths.Aggregate(1L, static (product, length) => product * length);
        long[] places = new long[count];
        for (long i = 0; i < count; i++)
        {
            long rest = i, place = offset;
            for (int axis = lengths.Length - 1; axis >= 0; axis--)
            {
                place += rest % lengths[axis] * strides[axis];
                rest /= lengths[axis];
            }

            places[i] = place;
        }

        return places;
    }

    /// <summary>The strides of a tensor whose elements follow each other.</summary>
    public static long[] StridesOf(long[] lengths)
    {
        long[] strides = new long[lengths.Length];
        long stride = 1;
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= lengths[axis];
        }

        return strides;
    }

    /// <summary>The places of the diagonals of matrices.</summary>
    public static long[] Diagonal(long[] shape, long offset, int first, int second)
    {
        long[] strides = StridesOf(shape);
        long rows = shape[first] + Math.Min(offset, 0), columns = shape[second] - Math.Max(offset, 0);
        long count = Math.Max(Math.Min(rows, columns), 0), start = offset >= 0 ? offset * strides[second] : -offset * strides[first];
        long[] others = [.. Enumerable.Range(0, shape.Length).Where(axis => axis != first
            && axis != second).Select(static axis => (long)axis)];
        return Strided(
            [.. others.Select(axis => shape[axis]), count], [.. others.Select(axis => strides[axis]), strides[first] + strides[second]],
            count == 0 ? 0 : start);
    }
}

/// <summary>Reads and writes at places that are fixed in the file.</summary>
internal static class PlaceConverters
{
    /// <summary>The elements at places, in a given shape.</summary>
    public static string Take(NodeContext n, string x, long[] places, long[] shape)
    {
        string index = n.Emitter.Initializer(Tensor.From(places), "places");
        return n.Op("Reshape", [n.Op("Gather", [n.Reshape(x, -1), index], ("axis", 0)), n.Emitter.Ints(shape)], ("allowzero", 1));
    }

    /// <summary>Zeros with elements put at places.</summary>
    public static string Put(NodeContext n, long[] shape, string values, long[] places)
    {
        long count = shape.Aggregate(1L, static (product, length) => product * length);
        string zeros = CreationConverters.Filled(n, [new Quantity(count)], 0);
        string index = n.Emitter.Initializer(Tensor.From(places, places.Length, 1), "places");
        return n.Reshape(n.Op("ScatterND", [zeros, index, n.Reshape(values, -1)]), shape);
    }
}
