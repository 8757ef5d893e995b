namespace DeepLearning.Onnx.Export;

/// <summary>Reads at places that other tensors give.</summary>
internal static class IndexConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["Index"] = static n => n.Set(n.Told("sources") ? View(n) : Taken(n));
        to["Gather"] = static n => n.Set(n.Op("GatherElements", [n.X, n.In(1)], ("axis", n.Int("axis"))));
        to["Embedding"] = static n => n.Set(n.Op("Gather", [n.X, n.In(1)], ("axis", 0)));
        to["NonZero"] = static n => n.Set(n.Op("NonZero", [n.Cast(0, DType.Bool)]));
        to["OneHot"] = static n => n.Set(n.Op("OneHot", [
            n.Cast(0, DType.Int64), n.Emitter.Number(n.Int("classes"), DType.Int64),
            n.Emitter.Shared($"0 1 {n.OutType}", () => Tensor.From([0L, 1L]).To(n.OutType))]));
    }

    /// <summary>Slices, positions and new axes.</summary>
    private static string View(NodeContext n)
    {
        if (n.AnyDataDependent)
        {
            throw n.Refused("where it cuts follows from values of the example, and would be fixed");
        }

        Quantity[] starts = n.Quantities("starts"), lengths = n.Quantities("lengths");
        long[] sources = n.Ints("sources"), steps = n.Ints("steps");
        int rank = n.Rank(0);
        Quantity[] ends = new Quantity[rank];
        long[] every = new long[rank];
        List<long> positions = [];
        for (int axis = 0; axis < rank; axis++)
        {
            int at = Array.IndexOf(sources, axis);
            every[axis] = at < 0 ? 1 : steps[at];
            ends[axis] = starts[axis] + (at < 0 ? new Quantity(1) : (lengths[at] * every[axis]) - new Quantity(every[axis] - 1));
            if (at < 0)
            {
                positions.Add(axis);
            }
        }

        string x = n.X;
        if (rank > 0)
        {
            x = n.Op("Slice", [
                x, n.Emitter.Ints(starts), n.Emitter.Ints(ends), n.Emitter.Ints([.. Enumerable.Range(0, rank).Select(static a => (long)a)]),
                n.Emitter.Ints(every)]);
        }

        x = positions.Count == 0 ? x : n.Squeeze(x, [.. positions]);
        long[] added = [.. Enumerable.Range(0, sources.Length).Where(i => sources[i] < 0).Select(static i => (long)i)];
        return added.Length == 0 ? x : n.Unsqueeze(x, added);
    }

    private static string Taken(NodeContext n)
    {
        long[] axes = n.Ints("axes");
        return axes.Length == 1
            ? n.Op("Gather", [n.X, n.In(1)], ("axis", axes[0]))
            : TakenAt(n, n.X, n.Rank(0), axes, [.. Enumerable.Range(1, axes.Length).Select(n.In)], n.Rank(1));
    }

    /// <summary>The elements at several indices: their axes stand where the indexed ones stood, or first if those are apart.</summary>
    public static string TakenAt(NodeContext n, string x, int rank, long[] axes, string[] indices, int indexRank)
    {
        Indexed indexed = new(rank, axes, indexRank);
        string picked = n.Op("GatherND", [indexed.Leading(n, x), Places(n, indices, indexRank)]);
        return indexed.Back(n, picked);
    }

    /// <summary>Indices side by side along a new last axis.</summary>
    public static string Places(NodeContext n, string[] indices, int indexRank) =>
        n.Op("Concat", [.. indices.Select(index => n.Unsqueeze(index, indexRank))], ("axis", indexRank));

    /// <summary>How axes are put in order so that the indexed ones come first, as ONNX's operators want them, and back.</summary>
    internal sealed class Indexed
    {
        private readonly long[] _first;
        private readonly long[] _back;
        private readonly long[] _values;
        private readonly long[] _restored;

        public Indexed(int rank, long[] axes, int indexRank)
        {
            long[] others = [.. Enumerable.Range(0, rank).Select(static a => (long)a).Except(axes)];
            bool adjacent = axes.Zip(axes.Skip(1), static (a, b) => b == a + 1).All(static next => next);
            Outer = adjacent ? (int)axes[0] : 0;
            _first = [.. axes, .. others];
            _restored = Inverse(_first);
            // Of what was taken: indices, outer axes, inner axes. Of the result: outer axes, indices, inner axes.
            long[] index = [.. Enumerable.Range(0, indexRank).Select(static a => (long)a)];
            long[] outer = [.. Enumerable.Range(indexRank, Outer).Select(static a => (long)a)];
            long[] inner = [.. Enumerable.Range(indexRank + Outer, others.Length - Outer).Select(static a => (long)a)];
            _back = [.. outer, .. index, .. inner];
            _values = Inverse(_back);
        }

        /// <summary>How many axes stand before those of the indices.</summary>
        public int Outer { get; }

        public string Leading(NodeContext n, string x) => Ordered(n, x, _first);

        public string Back(NodeContext n, string picked) => Ordered(n, picked, _back);

        public string Values(NodeContext n, string values) => Ordered(n, values, _values);

        public string Restored(NodeContext n, string x) => Ordered(n, x, _restored);

        private static string Ordered(NodeContext n, string x, long[] order) =>
            order.Select(static (axis, i) => axis == i).All(static same => same) ? x : n.Transpose(x, order);

        private static long[] Inverse(long[] order)
        {
            long[] inverse = new long[order.Length];
            for (int i = 0; i < order.Length; i++)
            {
                inverse[order[i]] = i;
            }

            return inverse;
        }
    }
}
