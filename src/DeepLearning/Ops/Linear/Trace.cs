namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The sum of the diagonal of a matrix, [m, n] → []; integers add up in int64.</summary>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    public Tensor Trace() => Rank == 2
        ? Diagonal().Sum()
        : throw new ShapeException($"Trace: a matrix is needed, not a tensor {Shape}; Diagonal(0, -2, -1).Sum(-1) takes batches.");
}
