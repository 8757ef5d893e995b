namespace DeepLearning.Workloads;

/// <summary>Where a step's random numbers come from: drawn anew, or, in a check, those the reference drew.</summary>
internal static class Noise
{
    private static Queue<Tensor>? s_given;

    public static Tensor Draw(params ReadOnlySpan<int> shape)
    {
        if (s_given is null)
        {
            return Tensor.Randn(shape);
        }

        Tensor next = s_given.Count > 0
            ? s_given.Dequeue()
            : throw new InvalidDataException($"The reference recorded no more noise; a tensor {new Shape(shape)} was asked for.");
        return next.Shape == new Shape(shape)
            ? next
            : throw new InvalidDataException($"The reference recorded noise {next.Shape}, but {new Shape(shape)} was asked for.");
    }

    public static void Give(IEnumerable<Tensor>? given) => s_given = given is null ? null : new Queue<Tensor>(given);
}
