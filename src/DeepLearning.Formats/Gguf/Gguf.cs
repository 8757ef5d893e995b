using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>Writes GGUF files, as llama.cpp reads them; <see cref="GgufFile"/> reads them.</summary>
public static class Gguf
{
    /// <summary>Writes a file (version 3), replacing the one of that name only when all is on the disk.</summary>
    /// <param name="path">The file, by custom with the ending <c>.gguf</c>.</param>
    /// <param name="tensors">The tensors by name, of any layout, with four axes at most; their order is kept.</param>
    /// <param name="metadata">What to say about them: values as <see cref="GgufFile.Metadata"/> has them.</param>
    /// <param name="type">The type in which to write a tensor: F32, F16, BF16, Q8_0 or Q4_0 for floating-point tensors, bit by bit as the
    /// reference writes it; null keeps a tensor's own, and so does no function.</param>
    /// <exception cref="ArgumentException">A tensor or value cannot be written so; the message names it. Quantized tensors have rows of a
    /// multiple of 32 finite numbers.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, object>? metadata = null,
        Func<string, Tensor, GgufType?>? type = null)
    {
        GgufWriter writer = new(tensors, metadata, type);
        AtomicFile.Write(path, writer.WriteTo);
    }

    /// <summary>Writes to a stream, which need not be able to seek.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">What to say about them.</param>
    /// <param name="type">The type in which to write a tensor.</param>
    /// <exception cref="ArgumentException">A tensor or value cannot be written so.</exception>
    public static void Save(
        Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, object>? metadata = null,
        Func<string, Tensor, GgufType?>? type = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        new GgufWriter(tensors, metadata, type).WriteTo(stream);
    }

    /// <summary>Encodes floating-point numbers as blocks of a quantized type, as <c>Save</c> writes them.</summary>
    /// <param name="tensor">The numbers, in rows of a multiple of 32.</param>
    /// <param name="type">Q8_0 or Q4_0.</param>
    /// <returns>uint8, of the tensor's shape but for the last axis, which counts the bytes of a row.</returns>
    /// <exception cref="ArgumentException">The type is not encoded, the rows do not fit, or a number is not finite.</exception>
    public static Tensor Quantize(Tensor tensor, GgufType type)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return GgufEncoders.Encode(tensor, type, nameof(Quantize));
    }

    /// <summary>Decodes blocks, as <see cref="GgufFile.ReadBlocks"/> and <see cref="Quantize"/> give them, to float32.</summary>
    /// <param name="blocks">uint8, with the bytes of a row along the last axis.</param>
    /// <param name="type">A quantized type that <see cref="GgufFile.Read(string)"/> decodes.</param>
    /// <exception cref="ArgumentException">The type is not decoded, or the bytes are not whole blocks.</exception>
    public static Tensor Dequantize(Tensor blocks, GgufType type)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        return GgufEncoders.Decode(blocks, type);
    }
}
