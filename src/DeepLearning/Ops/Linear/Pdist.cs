namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The distances of all pairs of rows, each pair once: ‖xᵢ − xⱼ‖ₚ for i &lt; j, ordered by i, then j; as PyTorch's
    /// <c>functional.pdist</c>. <see cref="Cdist"/> gives the matrix of the rows of two tensors.
    /// </summary>
    /// <param name="p">The order of the norm, not negative; 0 counts the numbers that differ.</param>
    /// <returns>The distances, [n (n − 1) / 2], of rows [n, d].</returns>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    /// <exception cref="DTypeException">It is not of a floating-point type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is negative.</exception>
    public Tensor Pdist(double p = 2)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Pdist");
            return cast.Of(this).Pdist(p);
        }

        if (Rank != 2)
        {
            throw new ShapeException($"Pdist: the rows are those of a matrix [n, d], not of a tensor {Shape}.");
        }

        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"Pdist: distances are of floating-point numbers, not {DType.Name()}; convert with To(DType.Float32).");
        }

        if (p is < 0 or double.NaN)
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "Pdist: the order of a norm is not negative.");
        }

        int rows = Size(0), pairs = checked((int)((long)rows * (rows - 1) / 2));
        long[] first = new long[pairs], second = new long[pairs];
        for (int i = 0, at = 0; i < rows; i++)
        {
            for (int j = i + 1; j < rows; j++, at++)
            {
                (first[at], second[at]) = (i, j);
            }
        }

        Tensor x = To(DType.Compute());
        return (x.IndexSelect(0, From(first).To(Device)) - x.IndexSelect(0, From(second).To(Device))).Norm(p, [1]).To(DType);
    }
}
