using System.Text;

namespace DeepLearning.Formats;

/// <summary>
/// Files of Keras: weights in its newer format (<c>.weights.h5</c>) and its older one (<c>.h5</c>), whole models of either
/// (<c>.keras</c>, <c>.h5</c>). They are HDF5 files, read without any library of C; nothing but names, shapes and numbers is taken from
/// them, and of a configuration the names and settings of layers.
/// </summary>
/// <remarks>
/// Read is what Keras writes: groups, data sets in one piece, texts as attributes. Compressed and chunked values, links and values in other
/// files are refused by name. What a file claims is checked against its length before anything is allocated.
/// </remarks>
public static class KerasFile
{
    private const string StreamName = "Keras stream";
    private const string WeightsRecord = "model.weights.h5", ConfigRecord = "config.json";
    private const long MostConfig = 1 << 26;
    private const int MostParts = 1 << 12;

    /// <summary>Reads the layers of a file that have weights.</summary>
    /// <param name="path">The file.</param>
    /// <returns>
    /// The layers, with their weights in Keras' layout. In the order of the model where the file knows it: <c>.h5</c> and <c>.keras</c>; in
    /// <c>.weights.h5</c> files, which do not, by name. States of optimizers, seeds and metrics are left out.
    /// </returns>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or holds what is refused.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<KerasLayer> Load(string path)
    {
        using FileStream stream = FileContext.OpenFile(path);
        return Load(stream, new FileContext(path)).Layers;
    }

    /// <summary>Reads the layers of a stream, from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream; one that cannot seek is read into memory first.</param>
    /// <returns>As <see cref="Load(string)"/>.</returns>
    /// <exception cref="ModelFileException">The bytes are not in the format, or hold what is refused.</exception>
    public static IReadOnlyList<KerasLayer> Load(Stream stream) => Load(FileContext.Seekable(stream), new FileContext(StreamName)).Layers;

    /// <summary>
    /// Reads the weights of a file as one dictionary, in Keras' layout, with names as <c>dense_1/kernel</c>: the layer's name and that of
    /// the weight (see <see cref="KerasLayer"/>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file is not in the format, is damaged, or holds what is refused.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static OrderedDictionary<string, Tensor> LoadTensors(string path)
    {
        OrderedDictionary<string, Tensor> tensors = [];
        foreach (KerasLayer layer in Load(path))
        {
            foreach ((string name, Tensor tensor) in layer.Weights)
            {
                if (!tensors.TryAdd($"{layer.Name}/{name}", tensor))
                {
                    throw new ModelFileException(path, $"{layer.Name}/{name}", null, "two weights have this name.");
                }
            }
        }

        return tensors;
    }

    internal static (List<KerasLayer> Layers, bool IsOrdered) Load(Stream stream, FileContext file)
    {
        Span<byte> start = stackalloc byte[4];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (!start[..read].SequenceEqual("PK\u0003\u0004"u8))
        {
            return OtherFormats.Name(start[..read]) is { } other && !other.Contains("HDF5", StringComparison.Ordinal)
                ? throw file.Bad(null, 0, $"this is {other}, no file of Keras.")
                : LoadWeights(new Hdf5File(stream, file), null);
        }

        using ZipRecords records = new(stream, file);
        if (!records.Contains(WeightsRecord))
        {
            throw file.Bad(null, null, $"the ZIP archive has no record {WeightsRecord}; a file .keras has one.");
        }

        string? config = records.Contains(ConfigRecord)
            ? Encoding.UTF8.GetString(records.ReadAll(ConfigRecord, MostConfig))
            : null;
        using MemoryStream weights = new(records.ReadAll(WeightsRecord, Array.MaxLength), writable: false);
        FileContext inner = new($"{file.Name}: {WeightsRecord}");
        return LoadWeights(new Hdf5File(weights, inner), config is null ? null : KerasSettings.Parse(config, file));
    }

    private static (List<KerasLayer> Layers, bool IsOrdered) LoadWeights(Hdf5File file, List<KerasSettings>? settings)
    {
        OrderedDictionary<string, Hdf5Object> objects = file.Walk();
        bool isModel = objects.TryGetValue("model_weights", out Hdf5Object? inside) && Hdf5Group.Is(inside);
        Hdf5Object root = isModel ? inside! : file.Root;
        if (TextsOf(file, root, "layer_names") is not { } names)
        {
            return LoadNew(file, objects, settings);
        }

        if (file.Texts(file.Root, "model_config") is [string config])
        {
            settings = KerasSettings.Parse(config, file.File);
        }

        return (LoadOld(file, objects, isModel ? "model_weights/" : "", names, settings), true);
    }

    /// <summary>The older format: the names of layers and weights, in order, are attributes of their groups.</summary>
    private static List<KerasLayer> LoadOld(
        Hdf5File file, OrderedDictionary<string, Hdf5Object> objects, string root, List<string> names, List<KerasSettings>? settings)
    {
        OrderedDictionary<string, KerasLayer> layers = [];
        Dictionary<Hdf5Object, Tensor> read = [];
        foreach (string name in names)
        {
            if (!objects.TryGetValue(root + name, out Hdf5Object? group) || !Hdf5Group.Is(group))
            {
                throw file.File.Bad(name, null, "layer_names has a layer that the file has no group for.");
            }

            foreach (string weight in TextsOf(file, group, "weight_names") ?? [])
            {
                string path = $"{root}{name}/{weight}";
                if (!objects.TryGetValue(path, out Hdf5Object? values) || !Hdf5Dataset.Is(values))
                {
                    throw file.File.Bad(path, null, "weight_names has a weight that the file does not have.");
                }

                (string layer, string role) = KerasPaths.SplitOld(name, weight);
                AddWeight(file, layers, layer, role, Read(file, read, values, path));
            }
        }

        foreach (KerasSettings known in settings ?? [])
        {
            if (layers.TryGetValue(known.Name, out KerasLayer? layer))
            {
                (layer.Settings, layer.ClassName) = (known, known.ClassName);
            }
        }

        return [.. layers.Values];
    }

    /// <summary>The newer format: weights are numbered in groups called vars; layers are named by their classes.</summary>
    private static (List<KerasLayer> Layers, bool IsOrdered) LoadNew(
        Hdf5File file, OrderedDictionary<string, Hdf5Object> objects, List<KerasSettings>? settings)
    {
        OrderedDictionary<string, KerasLayer> layers = [];
        Dictionary<Hdf5Object, Tensor> read = [];
        foreach ((string path, Hdf5Object values) in objects)
        {
            if (Hdf5Dataset.Is(values) && KerasPaths.Split(path) is (var layer, var weight))
            {
                AddWeight(file, layers, layer, weight, Read(file, read, values, path));
            }
        }

        if (layers.Count == 0)
        {
            throw file.File.Bad(null, null, "this HDF5 file has neither layer_names nor groups vars: it is not a file of Keras, or one "
                + "without weights.");
        }

        List<KerasLayer> ordered = [.. layers.Values.Select(Sorted)];
        foreach (KerasLayer layer in ordered)
        {
            layer.ClassName = KerasPaths.ClassOf(layer.Name)?.Class;
        }

        Dictionary<string, int> places = [];
        for (int i = 0; i < (settings?.Count ?? 0); i++)
        {
            places[settings![i].SavedName] = i;
        }

        foreach (KerasLayer layer in ordered)
        {
            if (places.TryGetValue(layer.Name, out int place))
            {
                (layer.Settings, layer.ClassName) = (settings![place], settings[place].ClassName);
            }
        }

        bool isOrdered = ordered.TrueForAll(layer => places.ContainsKey(layer.Name));
        return (isOrdered ? [.. ordered.OrderBy(layer => places[layer.Name])] : ordered, isOrdered);
    }

    /// <summary>Weights by their numbers, which as names come after 10 before 2; forward before backward.</summary>
    private static KerasLayer Sorted(KerasLayer layer) => new(layer.Name, new(layer.Weights
        .OrderBy(static weight => weight.Key.StartsWith("backward", StringComparison.Ordinal) ? 1 : 0)
        .ThenBy(static weight => weight.Key[..(weight.Key.LastIndexOf('/') + 1)], StringComparer.Ordinal)
        .ThenBy(static weight => int.TryParse(weight.Key[(weight.Key.LastIndexOf('/') + 1)..], out int number) ? number : int.MaxValue)
        .ThenBy(static weight => weight.Key, StringComparer.Ordinal)));

    private static Tensor Read(Hdf5File file, Dictionary<Hdf5Object, Tensor> read, Hdf5Object values, string path)
    {
        if (!read.TryGetValue(values, out Tensor? tensor))
        {
            tensor = file.Read(values, path);
            read.Add(values, tensor);
        }

        return tensor;
    }

    private static void AddWeight(Hdf5File file, OrderedDictionary<string, KerasLayer> layers, string name, string weight, Tensor tensor)
    {
        if (!layers.TryGetValue(name, out KerasLayer? layer))
        {
            layer = new KerasLayer(name, []);
            layers.Add(name, layer);
        }

        if (!layer.Weights.TryAdd(weight, tensor))
        {
            throw file.File.Bad($"{name}/{weight}", null, "two weights have this name.");
        }
    }

    /// <summary>A list of texts, which Keras spreads over numbered attributes where it is too long for one.</summary>
    private static List<string>? TextsOf(Hdf5File file, Hdf5Object group, string name)
    {
        if (file.Texts(group, name) is { } whole)
        {
            return [.. whole];
        }

        List<string> texts = [];
        for (int part = 0; part < MostParts && file.Texts(group, $"{name}{part}") is { } more; part++)
        {
            texts.AddRange(more);
        }

        return texts.Count > 0 ? texts : null;
    }
}
