using System.Diagnostics;

namespace DeepLearning.Formats;

/// <summary>What a GGUF file says about one of its tensors.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class GgufEntry
{
    internal GgufEntry(string name, GgufBlocks blocks, Shape shape, long offset)
    {
        Name = name;
        Blocks = blocks;
        Shape = shape;
        Offset = offset;
        Count = shape.Count;
        ByteLength = Count / blocks.Elements * blocks.Bytes;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The type of its elements in the file.</summary>
    public GgufType Type => Blocks.Type;

    /// <summary>The element type that it has when read: float32 for quantized types.</summary>
    public DType DType => Blocks.Plain?.DType ?? DType.Float32;

    /// <summary>Whether its elements stand in blocks with a scale in common.</summary>
    public bool IsQuantized => Blocks.Plain is null;

    /// <summary>Whether <see cref="GgufFile.Read(string)"/> knows the type.</summary>
    public bool IsDecoded => Blocks.Plain is not null || Blocks.Decode is not null;

    /// <summary>The lengths of its axes, outermost first as everywhere in the library (the file has them the other way round).</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>The bytes it takes in the file.</summary>
    public long ByteLength { get; }

    internal GgufBlocks Blocks { get; }

    /// <summary>Where its bytes begin, counted from the start of the data.</summary>
    internal long Offset { get; }

    /// <summary>The name, the type and the shape.</summary>
    public override string ToString() => $"{Name}: {Type} {Shape}";

    /// <summary>The shape of its blocks as bytes: the last axis counts bytes.</summary>
    internal int[] ByteShape()
    {
        int[] lengths = Shape.Rank == 0 ? [1] : Shape.ToArray();
        lengths[^1] = checked(lengths[^1] / Blocks.Elements * Blocks.Bytes);
        return lengths;
    }
}
