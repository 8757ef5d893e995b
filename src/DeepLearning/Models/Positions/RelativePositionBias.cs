using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A learned number of each head and bucket of distances: near distances have a bucket each, farther ones share buckets that widen with
/// the logarithm, and all from <c>maxDistance</c> on share the last (Raffel et al. 2020, "Exploring the limits of transfer learning with a
/// unified text-to-text transformer": T5).
/// </summary>
/// <remarks>
/// The key of the state dictionary is <c>relative_attention_bias.weight</c>, [buckets, heads], as T5's in Hugging Face's transformers. T5
/// does not scale the products: its attention has scale 1.
/// </remarks>
public sealed class RelativePositionBias : PositionBias
{
    /// <summary>Makes the bias.</summary>
    /// <param name="numHeads">The number of heads.</param>
    /// <param name="numBuckets">The number of buckets.</param>
    /// <param name="maxDistance">The distance from which on all share a bucket.</param>
    /// <param name="isBidirectional">
    /// Whether later keys have buckets of their own, half of them, as in an encoder; where not, they share that of distance 0.
    /// </param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The buckets are too few, or more than the greatest distance.</exception>
    public RelativePositionBias(
        int numHeads, int numBuckets = 32, int maxDistance = 128, bool isBidirectional = true, DType dtype = DType.Float32,
        Generator? generator = null)
        : base(numHeads)
    {
        int directions = isBidirectional ? 2 : 1;
        if (numBuckets < 2 * directions || numBuckets % (2 * directions) != 0)
        {
            throw new ArgumentException(
                $"RelativePositionBias: {numBuckets} buckets do not fit; take a multiple of {2 * directions}.", nameof(numBuckets));
        }

        if (maxDistance <= numBuckets / directions / 2)
        {
            throw new ArgumentException(
                $"RelativePositionBias: a greatest distance of {maxDistance} does not fit {numBuckets} buckets; it must be greater than "
                + $"the {numBuckets / directions / 2} distances that have one each.", nameof(maxDistance));
        }

        (NumBuckets, MaxDistance, IsBidirectional) = (numBuckets, maxDistance, isBidirectional);
        RelativeAttentionBias = new Embedding(numBuckets, numHeads, dtype: dtype, generator: generator);
    }

    /// <summary>The number of buckets.</summary>
    public int NumBuckets { get; }

    /// <summary>The distance from which on all share a bucket.</summary>
    public int MaxDistance { get; }

    /// <summary>Whether later keys have buckets of their own.</summary>
    public bool IsBidirectional { get; }

    /// <summary>The numbers, [buckets, heads].</summary>
    public Embedding RelativeAttentionBias { get; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{NumHeads} heads, {NumBuckets} buckets to {MaxDistance}{(IsBidirectional ? "" : ", one direction")}";

    /// <summary>The bucket of a key that stands so many positions behind the query (before it where negative).</summary>
    /// <param name="distance">The position of the key less that of the query.</param>
    /// <returns>The number of the bucket.</returns>
    public int BucketOf(int distance)
    {
        int buckets = IsBidirectional ? NumBuckets / 2 : NumBuckets;
        int first = IsBidirectional && distance > 0 ? buckets : 0;
        int away = IsBidirectional ? Math.Abs(distance) : Math.Max(-distance, 0);
        int exact = buckets / 2;
        if (away < exact)
        {
            return first + away;
        }

        // In float32, as models are trained with: a boundary falls where it rounds to.
        float part = MathF.Log(away / (float)exact) / (float)Math.Log(MaxDistance / (double)exact) * (buckets - exact);
        return first + Math.Min(exact + (int)part, buckets - 1);
    }

    /// <inheritdoc/>
    protected override Tensor Numbers(int queries, int keys)
    {
        long[] buckets = new long[checked(queries * keys)];
        int at = 0;
        for (int i = keys - queries; i < keys; i++)
        {
            for (int j = 0; j < keys; j++)
            {
                buckets[at++] = BucketOf(j - i);
            }
        }

        Device device = RelativeAttentionBias.Weight.Device;
        return RelativeAttentionBias.Forward(Tensor.From(buckets, queries, keys).To(device)).Permute(2, 0, 1);
    }
}
