namespace DeepLearning.Onnx.Import;

/// <summary>What a file may ask for, so that a small one cannot take the machine's memory or run for ever.</summary>
internal static class Limits
{
    /// <summary>How deep graphs and functions may stand in each other.</summary>
    public const int Depth = 64;

    /// <summary>The most elements of a tensor that a node makes from numbers of the file, such as by <c>ConstantOfShape</c>.</summary>
    public const long Elements = 1L << 28;

    /// <summary>The most nodes that functions may become.</summary>
    public const int Nodes = 1 << 20;

    /// <summary>Refuses a shape that is larger than a node may ask for.</summary>
    public static void Check(ReadOnlySpan<int> shape)
    {
        double count = 1;
        foreach (int length in shape)
        {
            count *= length;
        }

        if (count > Elements)
        {
            throw new OnnxException(
                $"a tensor of shape [{string.Join(", ", shape.ToArray())}] is more than the {Elements} elements that a file may ask for.");
        }
    }
}
