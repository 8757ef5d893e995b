namespace DeepLearning.Data;

/// <summary>
/// Samples drawn with probabilities proportional to their weights: against classes of unequal size, or to show hard samples more often.
/// </summary>
/// <remarks>
/// With replacement a draw takes constant time, by the alias method (Vose, "A linear algorithm for generating random numbers with a given
/// distribution", 1991). Without, the first drawn is sample i with probability wᵢ / Σw, the next likewise among those left, and so on
/// (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006).
/// </remarks>
public sealed class WeightedSampler : Sampler
{
    private readonly int _count;
    private readonly double[] _weights;
    private readonly double[] _keep;
    private readonly int[] _alias;

    /// <summary>Decides what to draw.</summary>
    /// <param name="weights">A weight for each sample of the set; they need not add up to 1, and one with weight 0 is never drawn.</param>
    /// <param name="count">How many an epoch has; as many as the set when null.</param>
    /// <param name="replacement">Draw each anew from the whole set, so that one may come more than once.</param>
    /// <exception cref="ArgumentException">
    /// A weight is negative, infinite or not a number; all are 0; or there are fewer samples with a weight than are to be drawn without
    /// replacement.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no weights, or <paramref name="count"/> is less than 1.</exception>
    public WeightedSampler(ReadOnlySpan<double> weights, int? count = null, bool replacement = true) : base(weights.Length)
    {
        _count = count ?? weights.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(_count, 1, nameof(count));
        double largest = 0;
        int positive = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] < 0)
            {
                throw new ArgumentException(
                    FormattableString.Invariant(
                        $"WeightedSampler: the weight of sample {i} is {weights[i]}; weights are finite numbers, 0 or more."),
                    nameof(weights));
            }

            largest = Math.Max(largest, weights[i]);
            positive += weights[i] > 0 ? 1 : 0;
        }

        if (positive == 0)
        {
            throw new ArgumentException("WeightedSampler: all weights are 0, so that nothing can be drawn.", nameof(weights));
        }

        if (!replacement && _count > positive)
        {
            throw new ArgumentException(
                $"WeightedSampler: {_count} samples without replacement are more than the {positive} with a weight above 0.",
                nameof(count));
        }

        Replacement = replacement;
        _weights = new double[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            // Divided by the largest, so that their sum stays finite.
            _weights[i] = weights[i] / largest;
        }

        (_keep, _alias) = replacement ? Alias(_weights) : ([], []);
    }

    /// <summary>Whether a sample may come more than once in an epoch.</summary>
    public bool Replacement { get; }

    /// <inheritdoc/>
    public override int Count => _count;

    /// <summary>Draws each class equally often on average, with replacement: a sample's weight is 1 / the size of its class.</summary>
    /// <typeparam name="TLabel">The type of a label.</typeparam>
    /// <param name="labels">The class of each sample of the set.</param>
    /// <param name="count">How many samples an epoch has; as many as the set when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no labels, or <paramref name="count"/> is less than 1.</exception>
    public static WeightedSampler Balanced<TLabel>(IReadOnlyList<TLabel> labels, int? count = null)
        where TLabel : notnull
    {
        int[] classes = Classes.Of(labels, out int classCount);
        double[] sizes = new double[classCount];
        foreach (int c in classes)
        {
            sizes[c]++;
        }

        return new WeightedSampler(Array.ConvertAll(classes, c => 1 / sizes[c]), count);
    }

    /// <summary>As <see cref="Balanced{TLabel}(IReadOnlyList{TLabel}, int?)"/>, for class indices in a tensor.</summary>
    /// <param name="labels">The class of each sample of the set: a vector of integers.</param>
    /// <param name="count">How many samples an epoch has; as many as the set when null.</param>
    /// <exception cref="ShapeException">The labels are not a vector.</exception>
    /// <exception cref="DTypeException">The labels are not integers.</exception>
    public static WeightedSampler Balanced(Tensor labels, int? count = null) =>
        Balanced(Classes.Labels(labels, nameof(WeightedSampler)), count);

    /// <inheritdoc/>
    public override int[] Order(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return Replacement ? Draw(generator) : DrawOnce(generator);
    }

    private int[] Draw(Generator generator)
    {
        ulong[] bits = RandomOrder.Bits(2 * _count, generator);
        int[] order = new int[_count];
        for (int i = 0; i < order.Length; i++)
        {
            int column = RandomOrder.Below(_keep.Length, bits[2 * i]);
            order[i] = Unit(bits[(2 * i) + 1]) < _keep[column] ? column : _alias[column];
        }

        return order;
    }

    private int[] DrawOnce(Generator generator)
    {
        // The times until events that happen at the rates w, in logarithms since weights may be small: the earliest come first.
        ulong[] bits = RandomOrder.Bits(_weights.Length, generator);
        double[] times = new double[_weights.Length];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = _weights[i] > 0 ? Math.Log(-Math.Log(Unit(bits[i]))) - Math.Log(_weights[i]) : double.PositiveInfinity;
        }

        int[] order = RandomOrder.Identity(times.Length);
        Array.Sort(times, order);
        return order[.._count];
    }

    /// <summary>In (0, 1): the middle of one of 2⁵³ equal parts, but for rounding.</summary>
    private static double Unit(ulong bits) => ((bits >> 12) + 0.5) * (1.0 / (1L << 52));

    /// <summary>
    /// Columns of equal height that together hold the weights, at most two in each: its own up to <c>Keep</c>, that of <c>Alias</c> above.
    /// </summary>
    private static (double[] Keep, int[] Alias) Alias(double[] weights)
    {
        double mean = weights.Sum() / weights.Length;
        double[] keep = Array.ConvertAll(weights, w => w / mean);
        int[] alias = RandomOrder.Identity(weights.Length);
        Stack<int> low = new(), high = new();
        for (int i = 0; i < keep.Length; i++)
        {
            (keep[i] < 1 ? low : high).Push(i);
        }

        while (low.Count > 0 && high.TryPeek(out int full))
        {
            int column = low.Pop();
            alias[column] = full;
            keep[full] -= 1 - keep[column];
            if (keep[full] < 1)
            {
                high.Pop();
                low.Push(full);
            }
        }

        // What is left is full but for rounding; a weight of 0 is not drawn for that.
        while (low.TryPop(out int column))
        {
            if (weights[column] > 0)
            {
                keep[column] = 1;
            }
            else
            {
                alias[column] = Array.FindIndex(weights, static w => w > 0);
            }
        }

        return (keep, alias);
    }
}
