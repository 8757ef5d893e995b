using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Vectors of the distances between positions (Shaw, Uszkoreit and Vaswani 2018, "Self-attention with relative position representations"),
/// shared by all heads: the products become q · (k + aᴷ), the results Σ α (v + aⱽ), with the vectors aᴷ and aⱽ of the distance j − i of key
/// and query, cut off at ±k. <see cref="GroupedQueryAttention"/> takes them.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: <c>keys</c> and <c>values</c>, [2k + 1, width of a head], from the distance −k on. No vector of each pair
/// is made: a query is multiplied with all 2k + 1 vectors, and weights of one distance are added up before they are.
/// </remarks>
public sealed class RelativePositionVectors : Module
{
    /// <summary>Makes the vectors.</summary>
    /// <param name="width">The width of a head.</param>
    /// <param name="maxDistance">k, from which on all distances share a vector.</param>
    /// <param name="forValues">Whether values have vectors, too, and not only keys.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">
    /// The source of the starting values, Xavier-uniform; <see cref="Generator.Default"/> when null.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public RelativePositionVectors(
        int width, int maxDistance = 16, bool forValues = true, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxDistance);
        (Width, MaxDistance) = (width, maxDistance);
        int rows = checked((2 * maxDistance) + 1);
        Keys = Made();
        Values = forValues ? Made() : null;

        Parameter Made() => Initialize.NewUniform([rows, width], Math.Sqrt(6.0 / (rows + width)), dtype, generator);
    }

    /// <summary>The width of a head.</summary>
    public int Width { get; }

    /// <summary>The distance from which on all share a vector.</summary>
    public int MaxDistance { get; }

    /// <summary>The vectors aᴷ, [2k + 1, width].</summary>
    public Parameter Keys { get; set; }

    /// <summary>The vectors aⱽ, [2k + 1, width], or null.</summary>
    public Parameter? Values { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{Width}, distances to {MaxDistance}{(Values is null ? ", keys alone" : "")}";

    /// <summary>The products q · aᴷ. Where there are more keys than queries, the queries are the last of the positions.</summary>
    /// <param name="query">The queries, [batch, heads, queries, width].</param>
    /// <param name="keys">The number of keys.</param>
    /// <returns>[batch, heads, queries, keys], not scaled.</returns>
    /// <exception cref="ShapeException">The queries have another width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer keys than queries.</exception>
    public Tensor Products(Tensor query, int keys)
    {
        BlockChecks.Shape(this, query, nameof(query), ("batch", -1), ("heads", -1), ("queries", -1), ("width", Width));
        Tensor all = query.MatMul(Keys.Transpose(0, 1));
        return all.Gather(3, Distances(query.Size(0), query.Size(1), query.Size(2), keys, query.Device));
    }

    /// <summary>The sums Σ α aⱽ over the keys; nothing where values have no vectors.</summary>
    /// <param name="weights">The weights α, [batch, heads, queries, keys].</param>
    /// <returns>[batch, heads, queries, width], or null.</returns>
    /// <exception cref="ShapeException">The weights do not have four axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer keys than queries.</exception>
    public Tensor? Sums(Tensor weights)
    {
        BlockChecks.Shape(this, weights, nameof(weights), ("batch", -1), ("heads", -1), ("queries", -1), ("keys", -1));
        if (Values is null)
        {
            return null;
        }

        (int batch, int heads, int queries, int keys) = (weights.Size(0), weights.Size(1), weights.Size(2), weights.Size(3));
        Tensor distances = Distances(batch, heads, queries, keys, weights.Device);
        Tensor shares = Tensor.Zeros([batch, heads, queries, (2 * MaxDistance) + 1], weights.DType, weights.Device);
        return shares.ScatterAdd(3, distances, weights).MatMul(Values);
    }

    /// <summary>The row of each pair's vector, the same for all examples and heads.</summary>
    private Tensor Distances(int batch, int heads, int queries, int keys, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, queries);
        long[] rows = new long[checked(queries * keys)];
        int at = 0;
        for (int i = keys - queries; i < keys; i++)
        {
            for (int j = 0; j < keys; j++)
            {
                rows[at++] = Math.Clamp(j - i, -MaxDistance, MaxDistance) + MaxDistance;
            }
        }

        return Tensor.From(rows, queries, keys).To(device).Expand(batch, heads, queries, keys);
    }
}
