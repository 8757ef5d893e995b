namespace DeepLearning.Onnx.Import;

/// <summary>Orders: the greatest of each row, different elements, places that hold something.</summary>
internal static class OrderOperators
{
    public static void Add(Operators to)
    {
        to.AddMany("TopK", static c => Top(c, (int)c.Int("k")));
        to.AddMany("TopK", 10, static c => Top(c, Call.Small(c.Number(1), "k")));
        to.Add("NonZero", static c => Places(c[0]));
        to.AddMany("Unique", Unique);
    }

    private static Value?[] Top(Call c, int count)
    {
        ValuesAndIndices top = c[0].TopK(count, c.Axis("axis", -1, c[0].Rank), c.Flag("largest", true));
        return [c.Keep(0, top.Values), top.Indices];
    }

    /// <summary>The indices of what is not 0, [rank, count].</summary>
    private static Tensor Places(Tensor x) =>
        x.Rank == 0 ? Tensor.Zeros([0, x.To(DType.Float64).Item<double>() != 0 ? 1 : 0], DType.Int64) : x.NonZero().T.Contiguous();

    /// <summary>The different elements, or slices of an axis: in order or as they come, with places.</summary>
    private static Value?[] Unique(Call c)
    {
        Tensor x = c[0];
        int axis = c.Told("axis") ? c.Axis("axis", 0, x.Rank) : -1;
        Tensor rows = axis < 0 ? x.Reshape((int)x.Count, 1) : x.MoveAxis(axis, 0).Reshape(x.Size(axis), -1);
        long[,] numbers = Ordered(rows);
        int width = numbers.GetLength(1);
        List<int> firsts = [];
        int[] inverse = new int[numbers.GetLength(0)];
        List<long> counts = [];
        Dictionary<string, int> known = [];
        for (int row = 0; row < inverse.Length; row++)
        {
            string key = string.Join(
                ",", Enumerable.Range(0, width).Select(i => numbers[row, i]));
            if (!known.TryGetValue(key, out int at))
            {
                known[key] = at = firsts.Count;
                firsts.Add(row);
                counts.Add(0);
            }

            inverse[row] = at;
            counts[at]++;
        }

        if (c.Flag("sorted", true))
        {
            int[] order = [.. Enumerable.Range(0, firsts.Count)];
            Array.Sort(order, (a, b) => Compared(numbers, firsts[a], firsts[b], width));
            int[] ranks = new int[order.Length];
            for (int i = 0; i < order.Length; i++)
            {
                ranks[order[i]] = i;
            }

            inverse = Array.ConvertAll(inverse, at => ranks[at]);
            firsts = [.. order.Select(at => firsts[at])];
            counts = [.. order.Select(at => counts[at])];
        }

        Tensor places = Tensor.From(firsts.Select(static row => (long)row).ToArray());
        Tensor values = axis < 0 ? x.Reshape(-1).IndexSelect(0, places) : x.IndexSelect(axis, places);
        return [
            c.Keep(0, values), places, Tensor.From(Array.ConvertAll(inverse, static at => (long)at)), Tensor.From(counts.ToArray())];
    }

    /// <summary>Whole numbers in the order of the elements, equal where those are.</summary>
    private static long[,] Ordered(Tensor rows)
    {
        if (!rows.DType.IsFloatingPoint())
        {
            return rows.To(DType.Int64).ToArray2D<long>();
        }

        double[,] numbers = rows.To(DType.Float64).ToArray2D<double>();
        long[,] ordered = new long[numbers.GetLength(0), numbers.GetLength(1)];
        for (int i = 0; i < ordered.GetLength(0); i++)
        {
            for (int k = 0; k < ordered.GetLength(1); k++)
            {
                // The bits of a double follow its order above 0, and go against it below; −0 is 0.
                long bits = BitConverter.DoubleToInt64Bits(numbers[i, k] + 0.0);
                ordered[i, k] = bits >= 0 ? bits : long.MinValue - bits;
            }
        }

        return ordered;
    }

    private static int Compared(long[,] numbers, int a, int b, int width)
    {
        for (int i = 0; i < width; i++)
        {
            int order = numbers[a, i].CompareTo(numbers[b, i]);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
