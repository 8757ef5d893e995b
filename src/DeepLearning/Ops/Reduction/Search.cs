namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Where values would be inserted into this sorted tensor so that it stays sorted, int64; NaN stands last, as <see cref="Sort"/> puts
    /// it. A vector serves values of any shape; with more axes the values have the same ones but the last, and each row searches its own.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="right">Behind equal elements instead of before them.</param>
    /// <exception cref="ShapeException">The leading axes differ.</exception>
    public Tensor SearchSorted(Tensor values, bool right = false)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (Rank == 0 || (Rank > 1 && (values.Rank != Rank || !values.Shape.AsSpan()[..^1].SequenceEqual(Shape.AsSpan()[..^1]))))
        {
            throw new ShapeException(
                $"SearchSorted: values {values.Shape} do not fit sorted rows {Shape}; use one sorted vector, or the same leading axes.");
        }

        DType compute = DTypes.Promote(DType, values.DType).Compute();
        Tensor sorted = Detach().To(compute).Contiguous(), wanted = values.Detach().To(compute).Contiguous();
        Tensor y = Allocate(wanted.Layout, DType.Int64, Device);
        RowOperations.Search(sorted, wanted, right, y);
        return Recording.Of(new SearchOperation(right), y, sorted, wanted);
    }

    /// <summary>The number of the interval between boundaries that each element falls into, int64.</summary>
    /// <param name="boundaries">The sorted boundaries, a vector.</param>
    /// <param name="right">An element equal to a boundary belongs to the interval behind it.</param>
    /// <exception cref="ShapeException">The boundaries are not a vector.</exception>
    public Tensor Bucketize(Tensor boundaries, bool right = false)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        return boundaries.Rank == 1
            ? boundaries.SearchSorted(this, right)
            : throw new ShapeException($"Bucketize: boundaries are a vector, not {boundaries.Shape}.");
    }

    /// <summary>How often each of 0, 1, 2 … occurs in a vector of integers (int64), or the sum of the weights there (float64).</summary>
    /// <param name="weights">A weight for each element.</param>
    /// <param name="minLength">The least length of the result.</param>
    /// <exception cref="ShapeException">The tensor is not a vector, or the weights have another shape.</exception>
    /// <exception cref="DTypeException">The tensor is not of an integer type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An element or the least length is negative.</exception>
    public Tensor BinCount(Tensor? weights = null, int minLength = 0)
    {
        OptionChecks.AtLeast(minLength, 0, nameof(BinCount));
        if (Rank != 1 || (weights is not null && weights.Shape != Shape))
        {
            throw new ShapeException("BinCount: counts a vector, with weights of its shape; not "
                + $"{Shape}{(weights is null ? "" : $" with weights {weights.Shape}")}.");
        }

        if (!DType.IsInteger())
        {
            throw new DTypeException($"BinCount: counts integers, not {DType.Name()}; convert with To(DType.Int64).");
        }

        Tensor bins = To(DType.Int64).Contiguous();
        int length = minLength;
        if (Count > 0)
        {
            if (bins.Min().Item<long>() is var least && least < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(minLength), least, "BinCount: the elements are bins and cannot be negative.");
            }

            length = Math.Max(length, Shape.AxisLength((Int128)bins.Max().Item<long>() + 1, "BinCount"));
        }

        bool isSingle = weights is { DType: DType.Float32 };
        Tensor y = Zeros([length], weights is null ? DType.Int64 : DType.Float64, Device);
        weights = weights?.Detach().To(DType.Float64).Contiguous();
        RowOperations.Count(bins, weights, y);
        Recording.Of(new NamedOperation("BinCount", "length", length), y, bins, weights, null);
        return isSingle ? y.To(DType.Float32) : y;
    }

    /// <summary>
    /// How many elements fall into each of equal intervals between two bounds, in this tensor's type; others are left out.
    /// </summary>
    /// <param name="bins">The number of intervals.</param>
    /// <param name="min">The lower bound; with an equal upper one the least and the greatest element are taken.</param>
    /// <param name="max">The upper bound; it belongs to the last interval.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no bins, or the bounds are in the wrong order or not finite.</exception>
    public Tensor HistC(int bins = 100, double min = 0, double max = 0) => Histogram(bins, min == max ? null : (min, max)).Counts;

    /// <summary>How many elements (or what weight of them) fall into each of equal intervals, and the intervals' bounds.</summary>
    /// <param name="bins">The number of intervals.</param>
    /// <param name="range">The lower and the upper bound, which belongs to the last interval; by default the least and the greatest
    /// element.</param>
    /// <param name="weights">A weight for each element.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no bins, or the bounds are in the wrong order or not finite.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public HistogramResult Histogram(int bins, (double Min, double Max)? range = null, Tensor? weights = null)
    {
        OptionChecks.AtLeast(bins, 1, nameof(Histogram));
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"Histogram: defined for floating-point tensors, not {DType.Name()}; convert with To(DType.Float32).");
        }

        Tensor x = Detach().To(DType.Float64).Reshape(-1);
        (double min, double max) = range ?? (Count == 0 ? (0, 0) : (x.Min().Item<double>(), x.Max().Item<double>()));
        (min, max) = min == max ? (min - 0.5, max + 0.5) : (min, max);
        if (!double.IsFinite(min) || !double.IsFinite(max) || min > max)
        {
            throw new ArgumentOutOfRangeException(nameof(range), $"Histogram: the range {min} to {max} must be finite and in order.");
        }

        double[] edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++)
        {
            edges[i] = i == bins ? max : min + (i * (max - min) / bins);
        }

        long[] places = new long[x.Count];
        double[] values = x.ToArray<double>();
        for (int i = 0; i < places.Length; i++)
        {
            double value = values[i];
            places[i] = value >= min && value <= max ? Place(value, min, max, edges) : -1;
        }

        Tensor counts = Zeros([bins], DType.Float64, Device);
        Tensor weight = weights is null ? OnesLike(x) : weights.Detach().To(DType.Float64).Reshape(x.Shape).Contiguous();
        RowOperations.Count(From(places).To(Device), weight, counts);
        Recording.Of(new NamedOperation("Histogram", "bins", bins), counts, x, weight);
        return new HistogramResult(counts.To(DType), From(edges).To(DType).To(Device));
    }

    /// <summary>The interval of a value: by division, then put right against the bounds, which are rounded themselves.</summary>
    private static long Place(double value, double min, double max, double[] edges)
    {
        int bins = edges.Length - 1;
        int place = Math.Clamp((int)((value - min) / (max - min) * bins), 0, bins - 1);
        while (place > 0 && value < edges[place])
        {
            place--;
        }

        while (place < bins - 1 && value >= edges[place + 1])
        {
            place++;
        }

        return place;
    }
}

file readonly struct SearchOperation(bool right) : IOperation
{
    public string Name => "SearchSorted";

    public void Describe(OperationAttributes attributes) => attributes.Add("right", right);

    public Replay CreateReplay()
    {
        bool behind = right;
        return (inputs, outputs) => outputs[0] = inputs[0]!.SearchSorted(inputs[1]!, behind);
    }
}
