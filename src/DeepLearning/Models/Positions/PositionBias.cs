using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Numbers that are added to the products of queries and keys and depend on their positions: scores + bias, [.., heads, queries, keys] in
/// and out. Where there are more keys than queries, the queries are the last of the positions.
/// </summary>
public abstract class PositionBias : Layer
{
    /// <summary>Makes the bias.</summary>
    /// <param name="numHeads">The number of heads.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    protected PositionBias(int numHeads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numHeads);
        NumHeads = numHeads;
    }

    /// <summary>The number of heads.</summary>
    public int NumHeads { get; }

    /// <summary>The numbers, as a mask that <see cref="Tensor.ScaledDotProductAttention"/> adds.</summary>
    /// <param name="queries">The number of queries.</param>
    /// <param name="keys">The number of keys; at least that of queries.</param>
    /// <param name="dtype">The type.</param>
    /// <param name="device">Where they are; on the host, or where the parameters are, when null.</param>
    /// <returns>The numbers, [heads, queries, keys].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer keys than queries.</exception>
    public Tensor Of(int queries, int keys, DType dtype = DType.Float32, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, queries);
        Tensor numbers = Numbers(queries, keys).To(dtype);
        return device is null || device == numbers.Device ? numbers : numbers.To(device);
    }

    /// <summary>The numbers, in any floating-point type.</summary>
    /// <param name="queries">The number of queries.</param>
    /// <param name="keys">The number of keys.</param>
    /// <returns>The numbers, [heads, queries, keys].</returns>
    protected abstract Tensor Numbers(int queries, int keys);

    /// <inheritdoc/>
    protected sealed override Tensor Compute(Tensor input)
    {
        if (input.Rank < 3 || input.Size(-3) != NumHeads || input.Size(-1) < input.Size(-2))
        {
            throw new ShapeException(
                $"{Kind}: scores {input.Shape} do not fit; they must be [.., {NumHeads}, queries, keys], no fewer keys than "
                + "queries.");
        }

        return input + Of(input.Size(-2), input.Size(-1), input.DType, input.Device);
    }
}
