using System.Globalization;
using DeepLearning.Formats;
using DeepLearning.Onnx;
using DeepLearning.Serialization;

namespace DeepLearning.Samples.Inspect;

/// <summary>What is in a file, of whatever format: texts about it, and its tensors.</summary>
public sealed class Listing : IDisposable
{
    private readonly IDisposable? _file;

    private Listing(IReadOnlyList<KeyValuePair<string, string>> metadata, IReadOnlyList<Item> items, IDisposable? file = null)
    {
        Metadata = metadata;
        Items = items;
        _file = file;
    }

    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; }

    public IReadOnlyList<Item> Items { get; }

    /// <summary>Opens a file by what it begins with; an archive is NumPy's by its ending.</summary>
    public static Listing Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, not a file.");
        }

        Span<byte> start = stackalloc byte[4];
        using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }

        if (Path.GetExtension(path) == ".onnx")
        {
            return OfOnnx(OnnxModel.Load(path));
        }

        if (Path.GetExtension(path) == ".keras" || start is [0x89, (byte)'H', ..])
        {
            return OfKeras(path);
        }

        bool isArchive = start.StartsWith("PK"u8);
        return start switch
        {
            _ when start.SequenceEqual("GGUF"u8) => OfGguf(GgufFile.Open(path)),
            _ when start.Length == 4 && start[0] == 0x93 && start[1] == (byte)'N' => OfTensors(
                [], new OrderedDictionary<string, Tensor> { [Path.GetFileNameWithoutExtension(path)] = NpyFile.Load(path) }),
            _ when isArchive && Path.GetExtension(path) == ".npz" => OfTensors([], NpzFile.Load(path)),
            _ when isArchive || (start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5) => OfPyTorch(path),
            _ => OfSafetensors(Safetensors.Open(path)),
        };
    }

    public void Dispose() => _file?.Dispose();

    private static Listing OfSafetensors(SafetensorsFile file) =>
        new([.. file.Metadata], [.. file.Entries.Select(entry => new StoredItem(file, entry))], file);

    private static Listing OfGguf(GgufFile file) => new(
        [.. file.Metadata.Select(entry => KeyValuePair.Create(entry.Key, Text(entry.Value)))],
        [.. file.Entries.Select(entry => new GgufItem(file, entry))],
        file);

    /// <summary>What goes in and out, what the file says of itself, and its tensors.</summary>
    private static Listing OfOnnx(OnnxModel model) => OfTensors(
        [
            KeyValuePair.Create("producer", model.Producer),
            KeyValuePair.Create("opset", model.Opset.ToString(CultureInfo.InvariantCulture)),
            .. model.Inputs.Select(static input => KeyValuePair.Create("input", input.ToString())),
            .. model.Outputs.Select(static output => KeyValuePair.Create("output", output.ToString())),
            .. model.Metadata,
        ],
        model.Tensors());

    /// <summary>All tensors of the file, and the numbers and texts beside them at the top.</summary>
    private static Listing OfPyTorch(string path)
    {
        object? root = PyTorchFile.Load(path);
        KeyValuePair<string, string>[] metadata = root is PyTorchDictionary dictionary
            ? [.. from entry in dictionary where entry.Value is string or long or double or bool
                  select KeyValuePair.Create(entry.Key.ToString()!, Text(entry.Value))]
            : [];
        return OfTensors(metadata, root is Tensor tensor
            ? new OrderedDictionary<string, Tensor> { [Path.GetFileNameWithoutExtension(path)] = tensor }
            : PyTorchFile.LoadTensors(path, key: ""));
    }

    /// <summary>The weights by layer and name, with the classes of layers where the file has them.</summary>
    private static Listing OfKeras(string path)
    {
        IReadOnlyList<KerasLayer> layers = KerasFile.Load(path);
        return OfTensors(
            [.. from layer in layers where layer.ClassName is not null select KeyValuePair.Create(layer.Name, layer.ClassName!)],
            new(from layer in layers from weight in layer.Weights select KeyValuePair.Create($"{layer.Name}/{weight.Key}", weight.Value)));
    }

    private static Listing OfTensors(KeyValuePair<string, string>[] metadata, OrderedDictionary<string, Tensor> tensors) =>
        new(metadata, [.. tensors.Select(static entry => new LoadedItem(entry.Key, entry.Value))]);

    private static string Text(object value) => value switch
    {
        Array array => $"{array.Length} values",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private sealed record StoredItem(SafetensorsFile File, SafetensorsEntry Entry)
        : Item(Entry.Name, Entry.StoredType, Entry.Shape, Entry.ByteLength)
    {
        private const int Piece = 1 << 20;

        public override Tensor First(int count) => File.ReadElements(Name, 0, count);

        public override IEnumerable<double[]> Pieces()
        {
            for (long start = 0; start < Entry.Count; start += Piece)
            {
                yield return Read(start, (int)Math.Min(Piece, Entry.Count - start));
            }
        }

        private double[] Read(long start, int count)
        {
            using TensorScope scope = new();
            return File.ReadElements(Name, start, count).ToArray<double>();
        }
    }

    private sealed record GgufItem(GgufFile File, GgufEntry Entry) : Item(Entry.Name, $"{Entry.Type}", Entry.Shape, Entry.ByteLength)
    {
        public override Tensor? First(int count) => Entry.IsDecoded ? File.Read(Name).Flatten()[..count] : null;

        public override IEnumerable<double[]> Pieces()
        {
            using TensorScope scope = new();
            return Entry.IsDecoded ? [File.Read(Name).ToArray<double>()] : [];
        }
    }

    private sealed record LoadedItem(string Name, Tensor Tensor)
        : Item(Name, Tensor.DType.Name(), Tensor.Shape, Tensor.Count * Tensor.DType.Size())
    {
        public override Tensor First(int count) => Tensor.Flatten()[..count];

        public override IEnumerable<double[]> Pieces() => [Tensor.ToArray<double>()];
    }
}
