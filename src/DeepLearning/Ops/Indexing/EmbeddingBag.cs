namespace DeepLearning;

/// <summary>How the rows of a bag become one: see <see cref="Tensor.EmbeddingBag"/>.</summary>
public enum BagMode
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The greatest of each column.</summary>
    Max,
}

public partial class Tensor
{
    /// <summary>
    /// Sums, means or maxima of bags of rows of a table: y[b, :] = reduce over i in bag b of weight[indices[i], :]. As PyTorch's
    /// <c>functional.embedding_bag</c>. A bag without rows gives zeros.
    /// </summary>
    /// <param name="weight">The table [rows, width].</param>
    /// <param name="indices">
    /// Row numbers, int64 or int32: [bags, length], or [n] with <paramref name="offsets"/>.
    /// </param>
    /// <param name="offsets">Where each bag begins in one-dimensional <paramref name="indices"/>, from 0 and ascending.</param>
    /// <param name="mode">How the rows of a bag become one.</param>
    /// <param name="perSampleWeights">A factor for each row, of the indices' shape; for <see cref="BagMode.Sum"/> alone.</param>
    /// <param name="includeLastOffset">Whether the last offset is the end of the last bag rather than the start of one more.</param>
    /// <param name="paddingIdx">A row that does not count; negative counts from the end.</param>
    /// <param name="maxNorm">Rows that are used and are longer than this are first shortened to it, in the table itself.</param>
    /// <param name="normType">The p of the p-norm that <paramref name="maxNorm"/> is about.</param>
    /// <param name="scaleGradByFreq">
    /// Divides a row's gradient by how often its number is among the indices; not for <see cref="BagMode.Max"/>.
    /// </param>
    /// <param name="sparse">Keeps the gradient by rows, see <see cref="Embedding"/>; not for <see cref="BagMode.Max"/>.</param>
    /// <returns>A tensor [bags, width].</returns>
    /// <exception cref="ShapeException">The table is not a matrix, or indices, offsets and factors do not fit each other.</exception>
    /// <exception cref="IndexException">
    /// A row number is beyond the table, or the offsets do not ascend from 0 within the indices.
    /// </exception>
    /// <exception cref="DTypeException">Indices or offsets are not of an integer type, or the factors of another type than the
    /// table.</exception>
    /// <exception cref="ArgumentException">An option does not fit the mode.</exception>
    public static Tensor EmbeddingBag(
        Tensor weight, Tensor indices, Tensor? offsets = null, BagMode mode = BagMode.Mean, Tensor? perSampleWeights = null,
        bool includeLastOffset = false, int? paddingIdx = null, double? maxNorm = null, double normType = 2, bool scaleGradByFreq = false,
        bool sparse = false)
    {
        (Tensor rows, int padding) = EmbeddingTables.Check(weight, indices, paddingIdx, maxNorm, normType, "EmbeddingBag");
        Bags.CheckOptions(weight, indices, mode, perSampleWeights, scaleGradByFreq, sparse);
        long[]? starts = Bags.Starts(indices, offsets, includeLastOffset);
        Tensor taken = Embedding(weight, rows, paddingIdx, maxNorm, normType, scaleGradByFreq, sparse);
        Tensor? counts = padding < 0 ? null : rows.NotEqualTo(padding);
        return starts is null
            ? Bags.Reduce(taken, counts, perSampleWeights, mode)
            : mode == BagMode.Max
                ? Bags.Reduce(taken, starts, counts)
                : Bags.Add(taken, starts, counts, perSampleWeights, mode);
    }
}

/// <summary>The bags of <see cref="Tensor.EmbeddingBag"/>.</summary>
file static class Bags
{
    public static void CheckOptions(
        Tensor weight, Tensor indices, BagMode mode, Tensor? perSampleWeights, bool scaleGradByFreq, bool sparse)
    {
        if (indices.Rank is not (1 or 2))
        {
            throw new ShapeException($"EmbeddingBag: the indices are [bags, length], or [n] with offsets, not a tensor {indices.Shape}.");
        }

        EmbeddingTables.CheckBagMode(mode, scaleGradByFreq, sparse);
        if (perSampleWeights is null)
        {
            return;
        }

        if (mode != BagMode.Sum)
        {
            throw new ArgumentException($"EmbeddingBag: {nameof(perSampleWeights)} are for {nameof(BagMode.Sum)}, not for {mode}.");
        }

        if (perSampleWeights.Shape != indices.Shape)
        {
            throw new ShapeException(
                $"EmbeddingBag: {nameof(perSampleWeights)} {perSampleWeights.Shape} have the shape of the indices, {indices.Shape}.");
        }

        if (perSampleWeights.DType != weight.DType)
        {
            throw new DTypeException(
                $"EmbeddingBag: {nameof(perSampleWeights)} of {perSampleWeights.DType.Name()} are to be of the table's type, "
                + $"{weight.DType.Name()}.");
        }
    }

    /// <summary>Where the bags of one-dimensional indices begin, and at last where they end; null for bags of one length.</summary>
    public static long[]? Starts(Tensor indices, Tensor? offsets, bool includeLast)
    {
        if (indices.Rank == 2)
        {
            return offsets is null && !includeLast
                ? null
                : throw new ArgumentException("EmbeddingBag: indices [bags, length] say where bags begin; offsets are for indices [n].");
        }

        if (offsets is null)
        {
            throw new ArgumentException("EmbeddingBag: indices [n] need offsets, the positions at which bags begin.", nameof(offsets));
        }

        if (offsets.Rank != 1 || (includeLast && offsets.Count == 0))
        {
            throw new ShapeException(
                $"EmbeddingBag: the offsets are [bags]{(includeLast ? " and one more, the end" : "")}, not a tensor {offsets.Shape}.");
        }

        IndexTensors.CheckType(offsets, "EmbeddingBag (offsets)");
        List<long> starts = [.. offsets.To(DType.Int64).ToArray<long>()];
        if (!includeLast)
        {
            starts.Add(indices.Count);
        }

        for (int i = 0; i < starts.Count; i++)
        {
            long least = i == 0 ? 0 : starts[i - 1];
            if (starts[i] < least || starts[i] > indices.Count || (i == 0 && starts[i] != 0))
            {
                throw new IndexException(
                    $"EmbeddingBag: offsets ascend from 0 to at most {indices.Count}, the number of indices; the one at {i} is {starts[i]}"
                    + (i == 0 ? "." : $" after {least}."));
            }
        }

        return [.. starts];
    }

    /// <summary>Bags of one length: rows [bags, length, width] to [bags, width].</summary>
    public static Tensor Reduce(Tensor rows, Tensor? counts, Tensor? factors, BagMode mode)
    {
        DType dtype = rows.DType;
        rows = rows.To(dtype.Compute());
        if (factors is not null)
        {
            rows *= factors.To(rows.DType).Unsqueeze(-1);
        }

        Tensor result;
        if (mode == BagMode.Max)
        {
            result = Greatest(rows, counts);
        }
        else
        {
            int length = rows.Size(1);
            Tensor sum = (counts is null ? rows : rows.MaskedFill(counts.LogicalNot().Unsqueeze(-1), 0.0)).Sum(1);
            result = mode == BagMode.Sum ? sum
                : counts is null ? sum / Math.Max(length, 1)
                : sum / counts.To(rows.DType).Sum(1, keepDim: true).Clamp(1.0, null);
        }

        return result.To(dtype);
    }

    /// <summary>Sums or means of bags of any length: rows [n, width] are added up in their order.</summary>
    public static Tensor Add(Tensor rows, long[] starts, Tensor? counts, Tensor? factors, BagMode mode)
    {
        DType dtype = rows.DType;
        int bags = starts.Length - 1, used = (int)starts[^1];
        rows = rows.Narrow(0, 0, used).To(dtype.Compute());
        long[] bagOf = new long[used];
        for (int bag = 0; bag < bags; bag++)
        {
            bagOf.AsSpan((int)starts[bag]..(int)starts[bag + 1]).Fill(bag);
        }

        Tensor places = Tensor.From(bagOf).To(rows.Device);
        if (factors is not null)
        {
            rows *= factors.Narrow(0, 0, used).To(rows.DType).Unsqueeze(-1);
        }

        Tensor? kept = counts?.Narrow(0, 0, used).To(rows.DType).Unsqueeze(-1);
        Tensor sum = Zeros(rows, bags, rows.Size(1)).IndexAdd(0, places, kept is null ? rows : rows * kept);
        if (mode == BagMode.Mean)
        {
            Tensor number = Zeros(rows, bags, 1)
                .IndexAdd(0, places, kept ?? Tensor.Ones([used, 1], rows.DType, rows.Device));
            sum /= number.Clamp(1.0, null);
        }

        return sum.To(dtype);
    }

    /// <summary>The greatest of each column in bags of any length: rows [n, width], laid out as bags of the longest.</summary>
    public static Tensor Reduce(Tensor rows, long[] starts, Tensor? counts)
    {
        int bags = starts.Length - 1;
        int longest = (int)Enumerable.Range(0, bags).Select(bag => starts[bag + 1] - starts[bag]).DefaultIfEmpty(0).Max();
        if (longest == 0)
        {
            return Zeros(rows, bags, rows.Size(1));
        }

        long[] places = new long[bags * longest];
        bool[] there = new bool[bags * longest];
        for (int bag = 0; bag < bags; bag++)
        {
            for (long i = starts[bag]; i < starts[bag + 1]; i++)
            {
                long place = (bag * (long)longest) + i - starts[bag];
                (places[place], there[place]) = (i, true);
            }
        }

        Tensor at = Tensor.From(places, bags, longest).To(rows.Device), mask = Tensor.From(there, bags, longest).To(rows.Device);
        mask = counts is null ? mask : mask.LogicalAnd(counts.Take(at));
        return Greatest(rows.IndexSelect(0, at.Reshape(-1)).Reshape(bags, longest, -1), mask);
    }

    /// <summary>The greatest among those that count; 0 where none does. The gradient goes to the first of equal ones.</summary>
    private static Tensor Greatest(Tensor rows, Tensor? counts)
    {
        if (rows.Size(1) == 0)
        {
            return rows.Sum(1);
        }

        if (counts is null)
        {
            return rows.Max(1).Values;
        }

        Tensor greatest = rows.MaskedFill(counts.LogicalNot().Unsqueeze(-1), double.NegativeInfinity).Max(1).Values;
        return greatest.MaskedFill(counts.Any(1).LogicalNot().Unsqueeze(-1), 0.0);
    }

    private static Tensor Zeros(Tensor like, int bags, int width) => Tensor.Zeros([bags, width], like.DType, like.Device);
}
