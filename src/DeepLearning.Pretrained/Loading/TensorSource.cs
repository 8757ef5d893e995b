using System.Diagnostics.CodeAnalysis;
using DeepLearning.Formats;
using DeepLearning.Serialization;

namespace DeepLearning.Pretrained;

/// <summary>Tensors by name, whose shapes are known before they are read.</summary>
internal abstract class TensorSource : IDisposable
{
    /// <summary>What stands in messages for the source.</summary>
    public abstract string Name { get; }

    /// <summary>All names.</summary>
    public abstract IEnumerable<string> Names { get; }

    public abstract bool TryShape(string name, out Shape shape);

    public abstract Tensor Read(string name);

    /// <summary>The blocks of a quantized tensor as they stand in the file, where it is one.</summary>
    public virtual bool TryBlocks(string name, [NotNullWhen(true)] out QuantizedMatrix? matrix)
    {
        matrix = null;
        return false;
    }

    public virtual void Dispose()
    {
    }

    /// <summary>
    /// Opens the weights of a folder: safetensors before PyTorch's pickles, in parts before whole, as the hubs' readers do.
    /// </summary>
    /// <exception cref="FileNotFoundException">There are no weights.</exception>
    public static TensorSource Open(string folder)
    {
        foreach (string name in (string[])["model.safetensors.index.json", "model.safetensors"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return new SafetensorsSource(path);
            }
        }

        foreach (string name in (string[])["pytorch_model.bin.index.json", "pytorch_model.bin"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return new DictionarySource(path, PyTorchWeights(path));
            }
        }

        throw new FileNotFoundException(
            $"{folder}: there are no weights; looked for model.safetensors, pytorch_model.bin and the index of either.",
            Path.Combine(folder, "model.safetensors"));
    }

    private static OrderedDictionary<string, Tensor> PyTorchWeights(string path)
    {
        if (!path.EndsWith(".json", StringComparison.Ordinal))
        {
            return PyTorchFile.LoadTensors(path);
        }

        OrderedDictionary<string, Tensor> all = [];
        foreach (IGrouping<string, KeyValuePair<string, string>> part in ShardedSafetensors.ReadIndex(path).GroupBy(static e => e.Value))
        {
            string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, part.Key);
            OrderedDictionary<string, Tensor> tensors = PyTorchFile.LoadTensors(file);
            foreach ((string name, _) in part)
            {
                all.Add(name, tensors.TryGetValue(name, out Tensor? tensor)
                    ? tensor
                    : throw new ModelFileException(path, name, null,
                        $"the index says that it is in {part.Key}, which has no such tensor."));
            }
        }

        return all;
    }
}

/// <summary>Tensors in memory.</summary>
internal sealed class DictionarySource(string name, IReadOnlyDictionary<string, Tensor> tensors) : TensorSource
{
    public override string Name => name;

    public override IEnumerable<string> Names => tensors.Keys;

    public override bool TryShape(string name, out Shape shape)
    {
        bool has = tensors.TryGetValue(name, out Tensor? tensor);
        shape = has ? tensor!.Shape : default;
        return has;
    }

    public override Tensor Read(string name) => tensors[name];
}

/// <summary>A safetensors file, or several by their index; tensors are read when asked for.</summary>
internal sealed class SafetensorsSource : TensorSource
{
    private readonly List<SafetensorsFile> _files = [];
    private readonly OrderedDictionary<string, SafetensorsFile> _places = [];

    public SafetensorsSource(string path)
    {
        Name = path;
        try
        {
            if (path.EndsWith(".json", StringComparison.Ordinal))
            {
                OpenParts(path);
            }
            else
            {
                Add(Safetensors.Open(path));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override string Name { get; }

    public override IEnumerable<string> Names => _places.Keys;

    public override bool TryShape(string name, out Shape shape)
    {
        shape = default;
        if (!_places.TryGetValue(name, out SafetensorsFile? file) || !file.TryGetEntry(name, out SafetensorsEntry? entry))
        {
            return false;
        }

        shape = entry.Shape;
        return true;
    }

    public override Tensor Read(string name) => _places[name].Read(name);

    public override void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }

        base.Dispose();
    }

    private void OpenParts(string index)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        foreach (IGrouping<string, KeyValuePair<string, string>> part in ShardedSafetensors.ReadIndex(index).GroupBy(static e => e.Value))
        {
            SafetensorsFile file = Safetensors.Open(Path.Combine(folder, part.Key));
            Add(file);
            ShardedSafetensors.CheckShard(index, part, file);
        }
    }

    private void Add(SafetensorsFile file)
    {
        _files.Add(file);
        foreach (SafetensorsEntry entry in file.Entries)
        {
            if (!_places.TryAdd(entry.Name, file))
            {
                throw new ModelFileException(file.FileName, entry.Name, null, "another file of the model has it, too.");
            }
        }
    }
}
