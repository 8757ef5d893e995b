using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DeepLearning.Tests.Serialization;

/// <summary>One tensor of a file, as the format's definition describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The format's name of its element type.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Begin">Where its bytes begin, counted from the end of the header.</param>
internal sealed record PlainTensor(string Name, string Type, long[] Shape, byte[] Data, long Begin = 0);

/// <summary>A reader and a writer of the format made from its definition alone; they share nothing with the library's.</summary>
internal static class PlainSafetensors
{
    public static (List<PlainTensor> Tensors, Dictionary<string, string> Metadata) Read(byte[] file)
    {
        int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        ReadOnlyMemory<byte> data = file.AsMemory(8 + length);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        List<PlainTensor> tensors = [];
        Dictionary<string, string> metadata = [];
        foreach (JsonProperty property in header.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                metadata = property.Value.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!);
                continue;
            }

            int[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(x => x.GetInt32())];
            tensors.Add(new PlainTensor(
                property.Name,
                property.Value.GetProperty("dtype").GetString()!,
                [.. property.Value.GetProperty("shape").EnumerateArray().Select(x => x.GetInt64())],
                data[offsets[0]..offsets[1]].ToArray(),
                offsets[0]));
        }

        return (tensors, metadata);
    }

    /// <summary>Tensors one after the other in the order given, without padding.</summary>
    public static byte[] Write(IReadOnlyList<PlainTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        List<string> parts = [];
        if (metadata is not null)
        {
            parts.Add($"\"__metadata__\":{JsonSerializer.Serialize(metadata)}");
        }

        int begin = 0;
        foreach (PlainTensor tensor in tensors)
        {
            int end = begin + tensor.Data.Length;
            parts.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{JsonSerializer.Serialize(tensor.Name)}:{{\"dtype\":\"{tensor.Type}\",\"shape\":[{string.Join(',', tensor.Shape)}],"
                + $"\"data_offsets\":[{begin},{end}]}}"));
            begin = end;
        }

        return File("{" + string.Join(',', parts) + "}", [.. tensors.SelectMany(tensor => tensor.Data)]);
    }

    /// <summary>A file of any header and any data.</summary>
    public static byte[] File(string header, params byte[] data) => File(Encoding.UTF8.GetBytes(header), data);

    public static byte[] File(byte[] header, params byte[] data)
    {
        byte[] file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
    }
}
