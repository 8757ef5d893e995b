using System.Diagnostics;

namespace DeepLearning.Serialization;

/// <summary>What a safetensors file says about one of its tensors.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(string name, StoredType type, Shape shape, long offset, long byteLength)
    {
        Name = name;
        Type = type;
        Shape = shape;
        Offset = offset;
        ByteLength = byteLength;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The element type that it has when read.</summary>
    public DType DType => Type.DType;

    /// <summary>The format's name of the element type in the file, such as <c>F32</c>.</summary>
    public string StoredType => Type.Name;

    /// <summary>The lengths of its axes.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public long Count => ByteLength / Type.Size;

    /// <summary>The bytes it takes in the file.</summary>
    public long ByteLength { get; }

    internal StoredType Type { get; }

    /// <summary>Where its bytes begin, counted from the end of the header.</summary>
    internal long Offset { get; }

    /// <summary>The name, the stored type and the shape.</summary>
    public override string ToString() => $"{Name}: {StoredType} {Shape}";
}
