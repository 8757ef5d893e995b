namespace DeepLearning;

/// <summary>What reading a tensor's numbers asks of its shape.</summary>
internal static class Reading
{
    public static void CheckRank(this Tensor x, int rank, string operation)
    {
        if (x.Rank != rank)
        {
            throw new ShapeException($"{operation}: the tensor {x.Shape} has {x.Rank} axes, not {rank}; reshape it first, or use ToArray.");
        }
    }

    public static ShapeException NotOne(Tensor tensor, string operation) => new(
        $"{operation}: a tensor {tensor.Shape} has {tensor.Count} elements, not one; index it first, or use ToArray.");
}
