namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>
    /// The product of several matrices in the order of multiplication that takes the fewest operations (dynamic programming over all
    /// ways to set brackets). The first may be a vector, a row, and the last a column.
    /// </summary>
    /// <param name="matrices">At least two matrices, [n₀, n₁], [n₁, n₂], …</param>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    /// <exception cref="ShapeException">An operand has not two axes, or neighbors do not fit.</exception>
    public static Tensor MultiDot(params ReadOnlySpan<Tensor> matrices)
    {
        using Autocast.Operation cast = Autocast.Enter("MultiDot");
        matrices = cast.Of(matrices);
        if (matrices.Length < 2)
        {
            throw new ArgumentException($"MultiDot: at least two matrices are needed, not {matrices.Length}.", nameof(matrices));
        }

        Tensor[] factors = matrices.ToArray();
        long[] lengths = new long[factors.Length + 1];
        for (int i = 0; i < factors.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(factors[i], nameof(matrices));
            bool isVector = factors[i].Rank == 1 && (i == 0 || i == factors.Length - 1);
            factors[i] = isVector ? factors[i].Unsqueeze(i == 0 ? 0 : 1) : factors[i];
            if (factors[i].Rank != 2 || (i > 0 && factors[i].Size(0) != lengths[i]))
            {
                throw new ShapeException(
                    $"MultiDot: operand {i} of shape {matrices[i].Shape} does not fit: it must be a matrix"
                    + (i > 0 ? $" [{lengths[i]}, n]." : " [m, n], or a vector."));
            }

            (lengths[i], lengths[i + 1]) = (factors[i].Size(0), factors[i].Size(1));
        }

        DType result = factors.Select(static f => f.DType).Aggregate(DTypes.Promote), compute = result.Compute();
        if (compute != result)
        {
            factors = Array.ConvertAll(factors, f => f.To(compute));
        }

        Tensor product = Multiply(factors, Splits(lengths), 0, factors.Length - 1).To(result);
        product = matrices[^1].Rank == 1 ? product.Squeeze(1) : product;
        return matrices[0].Rank == 1 ? product.Squeeze(0) : product;
    }

    private static Tensor Multiply(Tensor[] factors, int[,] splits, int first, int last) => first == last
        ? factors[first]
        : Multiply(factors, splits, first, splits[first, last]).MatMul(Multiply(factors, splits, splits[first, last] + 1, last));

    /// <summary>For each run of factors, the last one of its left half. Cormen et al., "Introduction to Algorithms", 15.2.</summary>
    private static int[,] Splits(long[] lengths)
    {
        int count = lengths.Length - 1;
        double[,] cost = new double[count, count];
        int[,] splits = new int[count, count];
        for (int width = 1; width < count; width++)
        {
            for (int first = 0; first + width < count; first++)
            {
                int last = first + width;
                cost[first, last] = double.PositiveInfinity;
                for (int split = first; split < last; split++)
                {
                    double total = cost[first, split] + cost[split + 1, last]
                        + ((double)lengths[first] * lengths[split + 1] * lengths[last + 1]);
                    if (total < cost[first, last])
                    {
                        (cost[first, last], splits[first, last]) = (total, split);
                    }
                }
            }
        }

        return splits;
    }
}
