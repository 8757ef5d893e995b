namespace DeepLearning.Samples.Inspect;

/// <summary>A tensor of a file: what the file says about it, and its numbers.</summary>
public abstract record Item(string Name, string Type, Shape Shape, long ByteLength)
{
    /// <summary>The first numbers; null where they cannot be decoded.</summary>
    public abstract Tensor? First(int count);

    /// <summary>All numbers, in pieces, so that a tensor larger than the memory can be looked at.</summary>
    public abstract IEnumerable<double[]> Pieces();
}
