using DeepLearning.Onnx.Schema;
using DeepLearning.Serialization;
using Google.Protobuf;

namespace DeepLearning.Onnx;

/// <summary>An ONNX file: what it says of itself, its inputs and outputs, and what writes it or makes a module of it.</summary>
public sealed class OnnxModel
{
    internal OnnxModel(ModelProto proto, string? folder)
    {
        Proto = proto;
        Folder = folder;
    }

    internal ModelProto Proto { get; }

    /// <summary>The folder that data outside of the file is looked for in; null where there is none.</summary>
    internal string? Folder { get; }

    /// <summary>Writes the file. Until it is whole, a file of that name stays as it is.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => Proto.WriteTo(stream));
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToArray() => Proto.ToByteArray();
}
