namespace DeepLearning;

/// <summary>What reading a tensor's numbers asks of its shape, and who is told.</summary>
internal static class Reading
{
    public static void CheckRank(this Tensor x, int rank, string operation)
    {
        if (x.Rank != rank)
        {
            throw new ShapeException($"{operation}: the tensor {x.Shape} has {x.Rank} axes, not {rank}; reshape it first, or use ToArray.");
        }
    }

    /// <summary>Tells a trace that numbers are read: what a program does with them is not an operation.</summary>
    public static void Note(Tensor tensor)
    {
        if (Trace.IsAnyOn)
        {
            Trace.Read(tensor);
        }
    }

    public static ShapeException NotOne(Tensor tensor, string operation) => new(
        $"{operation}: a tensor {tensor.Shape} has {tensor.Count} elements, not one; index it first, or use ToArray.");
}
