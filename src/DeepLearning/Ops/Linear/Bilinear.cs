namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A bilinear map of the last axes: y[.., o] = Σᵢⱼ this[.., i] · weight[o, i, j] · other[.., j] + bias[o]. As PyTorch's
    /// <c>functional.bilinear</c>.
    /// </summary>
    /// <param name="other">The second operand, [.., in2], with the same axes before the last.</param>
    /// <param name="weight">The map, [out, in1, in2].</param>
    /// <param name="bias">Added to the result, [out]; none when null.</param>
    /// <returns>The result, [.., out].</returns>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    public Tensor Bilinear(Tensor other, Tensor weight, Tensor? bias = null)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Bilinear", this, other, weight);
            return cast.Of(this).Bilinear(cast.Of(other), cast.Of(weight), cast.OrNull(bias));
        }

        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(weight);
        BilinearMap.Check(this, other, weight, bias);
        int outer = weight.Size(0), first = weight.Size(1), second = weight.Size(2);
        int[] shape = [.. Layout.Lengths.AsSpan(0, Rank - 1), outer];
        int rows = checked((int)Shape.CountOf(shape.AsSpan(0, Rank - 1)));
        DType compute = DType.Compute();

        // One product for the first operand, [rows, out · in2], then one of each row for the second.
        Tensor map = weight.To(compute).Permute(1, 0, 2).Reshape(first, outer * second);
        Tensor mapped = Reshape(rows, first).To(compute).MatMul(map).Reshape(rows, outer, second);
        Tensor y = mapped.MatMul(other.Reshape(rows, second, 1).To(compute)).Reshape(shape);
        return (bias is null ? y : y + bias.To(compute)).To(DType);
    }
}

file static class BilinearMap
{
    public static void Check(Tensor x, Tensor other, Tensor weight, Tensor? bias)
    {
        if (weight.Rank != 3)
        {
            throw new ShapeException($"Bilinear: the weight is [out, in1, in2], not a tensor {weight.Shape}.");
        }

        int[] lengths = weight.Layout.Lengths;
        if (x.Rank == 0 || other.Rank == 0 || x.Size(-1) != lengths[1] || other.Size(-1) != lengths[2]
            || !x.Layout.Lengths.AsSpan(0, x.Rank - 1).SequenceEqual(other.Layout.Lengths.AsSpan(0, other.Rank - 1)))
        {
            throw new ShapeException(
                $"Bilinear: inputs {x.Shape} and {other.Shape} do not fit a weight {weight.Shape}; they are [.., {lengths[1]}] and "
                + $"[.., {lengths[2]}] with the same axes before the last.");
        }

        if (bias is not null && (bias.Rank != 1 || bias.Size(0) != lengths[0]))
        {
            throw new ShapeException($"Bilinear: a bias {bias.Shape} does not fit a weight {weight.Shape}; it is [{lengths[0]}].");
        }

        if (!x.DType.IsFloatingPoint() || other.DType != x.DType || weight.DType != x.DType || (bias is not null && bias.DType != x.DType))
        {
            throw new DTypeException(
                $"Bilinear: inputs of {x.DType.Name()} and {other.DType.Name()}, a weight of {weight.DType.Name()}"
                + (bias is null ? "" : $" and a bias of {bias.DType.Name()}") + " do not fit; all must be of one floating-point type.");
        }
    }
}
