using System.Globalization;
using DeepLearning.Onnx.Schema;

namespace DeepLearning.Onnx;

/// <summary>
/// Data of tensors in files beside the model's. A file may only name others in its own folder and below: not by <c>..</c>, not by a whole
/// path, and not by a link that leads out.
/// </summary>
internal sealed class ExternalData(string folder)
{
    private const int LeastOutside = 1024;
    private const int Alignment = 4096;

    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>Reads a tensor's data.</summary>
    /// <param name="proto">The tensor.</param>
    /// <param name="wanted">The number of bytes that its shape and type ask for.</param>
    public ReadOnlyMemory<byte> Read(TensorProto proto, long wanted)
    {
        string name = OnnxException.Quote(proto.Name), location = Entry(proto, "location") ?? "";
        long offset = Number(proto, "offset") ?? 0, length = Number(proto, "length") ?? wanted;
        if (length != wanted)
        {
            throw new OnnxException($"Tensor {name}: {length} bytes are named for it, but its shape and type need {wanted}.");
        }

        string path = Inside(location, name);
        using FileStream file = Open(path, location, name);
        if (offset < 0 || offset > file.Length - wanted)
        {
            throw new OnnxException(
                $"Tensor {name}: {wanted} bytes at {offset} are not within the {file.Length} bytes of {OnnxException.Quote(location)}.");
        }

        byte[] bytes = new byte[wanted];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Moves the data of tensors of a kilobyte or more out of a graph.</summary>
    /// <param name="graph">The graph, whose tensors name the file from then on.</param>
    /// <param name="location">The file's name, seen from the model's folder.</param>
    /// <param name="stream">The file.</param>
    public static void Write(GraphProto graph, string location, Stream stream)
    {
        long at = 0;
        foreach (TensorProto tensor in graph.Initializer.Where(static tensor => tensor.RawData.Length >= LeastOutside))
        {
            stream.Write(new byte[(Alignment - (at % Alignment)) % Alignment]);
            at += (Alignment - (at % Alignment)) % Alignment;
            tensor.RawData.WriteTo(stream);
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            foreach ((string key, string value) in ((string, string)[])[
                ("location", location), ("offset", at.ToString(CultureInfo.InvariantCulture)),
                ("length", tensor.RawData.Length.ToString(CultureInfo.InvariantCulture))])
            {
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            }

            at += tensor.RawData.Length;
            tensor.ClearRawData();
        }
    }

    private string Inside(string location, string name)
    {
        if (location.Length == 0 || location.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(location)
            || location.Split('/', '\\').Contains("..") || location.Contains(':', StringComparison.Ordinal))
        {
            throw new OnnxException(
                $"Tensor {name}: data in {OnnxException.Quote(location)} is refused: it must lie in the model's folder.");
        }

        // A link on the way could lead anywhere.
        string path = _folder;
        foreach (string part in location.Split('/', '\\', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, part);
            FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (entry.LinkTarget is not null)
            {
                throw new OnnxException($"Tensor {name}: data in {OnnxException.Quote(location)} is refused: {part} is a link.");
            }
        }

        return path;
    }

    private static FileStream Open(string path, string location, string name)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxException($"Tensor {name}: its data in {OnnxException.Quote(location)} cannot be read: {e.Message}", e);
        }
    }

    private static string? Entry(TensorProto proto, string key) =>
        proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static long? Number(TensorProto proto, string key)
    {
        string? text = Entry(proto, key);
        return text is null
            ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new OnnxException(
                $"Tensor {OnnxException.Quote(proto.Name)}: the {key} {OnnxException.Quote(text)} of its data is not a number.");
    }
}
