namespace DeepLearning.Initializers;

public static partial class Initialize
{
    /// <summary>
    /// Fills a matrix with normal numbers of mean 0, and sets some of each column to 0, as many in each (Martens, "Deep learning via
    /// Hessian-free optimization", 2010).
    /// </summary>
    /// <param name="tensor">The matrix to fill.</param>
    /// <param name="sparsity">The share of each column that becomes 0, 0 to 1, rounded up to whole numbers.</param>
    /// <param name="std">The standard deviation of the rest.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sparsity is not from 0 to 1.</exception>
    public static Tensor Sparse(Tensor tensor, double sparsity, double std = 0.01, Generator? generator = null)
    {
        Check(tensor);
        if (tensor.Rank != 2)
        {
            throw new ShapeException($"Initialize.Sparse: needs a matrix, not a tensor {tensor.Shape}.");
        }

        if (!(sparsity is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(sparsity), sparsity, "Initialize.Sparse: the share of zeros is from 0 to 1.");
        }

        int rows = tensor.Size(0), columns = tensor.Size(1), zeros = (int)Math.Ceiling(sparsity * rows);
        Normal(tensor, 0, std, generator);

        // The first places of a random order: that of random numbers.
        Tensor order = Tensor.Rand([rows, columns], DType.Float64, generator).ArgSort(0);
        using GradMode.Region region = GradMode.NoGrad();
        return tensor.ScatterInPlace(0, order[..zeros].To(tensor.Device), 0);
    }
}
