using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>
/// Models in several safetensors files with an index (<c>model.safetensors.index.json</c>), as model hubs lay large ones out. Loading takes
/// a folder with one such file or many; saving splits by size.
/// </summary>
public static class ShardedSafetensors
{
    /// <summary>The size up to which a file holds several tensors: 5 GB, as on the hubs.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private const string IndexEnding = ".index.json";
    private const string MapKey = "weight_map";
    private const long LongestIndex = 100_000_000;

    /// <summary>Reads all tensors of a folder or index.</summary>
    /// <param name="path">A folder with <c>model.safetensors.index.json</c> or <c>model.safetensors</c>, or an index, or a single
    /// file.</param>
    /// <returns>The tensors by name, in the order of the index.</returns>
    /// <exception cref="ModelFileException">The index is damaged, leads out of its folder, or does not fit the files.</exception>
    /// <exception cref="SafetensorsException">A file is not in the format, or damaged.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static OrderedDictionary<string, Tensor> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = FileOf(path);
        if (!file.EndsWith(IndexEnding, StringComparison.Ordinal))
        {
            return Safetensors.Load(file);
        }

        OrderedDictionary<string, string> map = ReadIndex(file);
        OrderedDictionary<string, Tensor> tensors = [];
        foreach (string name in map.Keys)
        {
            tensors.Add(name, null!);
        }

        foreach (IGrouping<string, KeyValuePair<string, string>> shard in map.GroupBy(static entry => entry.Value))
        {
            string shardPath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, shard.Key);
            using SafetensorsFile opened = Safetensors.Open(shardPath);
            CheckShard(file, shard, opened);
            foreach ((string name, _) in shard)
            {
                tensors[name] = opened.Read(name);
            }
        }

        return tensors;
    }

    /// <summary>Copies the tensors of a folder or index into a module; see <see cref="Load"/>.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The folder, the index, or a single file.</param>
    /// <param name="strict">False accepts names that are missing or unknown; shapes must fit all the same.</param>
    /// <param name="prefix">What stands before the module's names in the files, such as <c>model.</c>; other names are passed over.</param>
    /// <returns>The names that were missing and those that were not expected; empty lists when strict.</returns>
    /// <exception cref="StateDictException">Names or shapes do not fit; all of them are listed, and nothing was changed.</exception>
    /// <exception cref="ModelFileException">As <see cref="Load"/>; nothing was changed.</exception>
    /// <exception cref="SafetensorsException">A file is not in the format, or damaged; nothing was changed.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static StateDictMismatch LoadSharded(this Module module, string path, bool strict = true, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(prefix);
        using TensorScope scope = new();
        return StateLoading.Load(module, Load(path), path, strict, prefix);
    }

    /// <summary>
    /// Writes tensors to a folder: <c>model.safetensors</c> where all fit into one file, else files <c>model-00001-of-00003.safetensors</c>
    /// and their index, which is written last.
    /// </summary>
    /// <param name="folder">The folder, which is made if it is not there.</param>
    /// <param name="tensors">The tensors by name, of any layout; their order is kept.</param>
    /// <param name="shardBytes">How large a file may become; a tensor larger than that gets a file of its own.</param>
    /// <param name="metadata">Texts to keep in every file; <c>format = pt</c> is what Hugging Face's readers ask for.</param>
    /// <returns>The paths of the files with tensors.</returns>
    /// <exception cref="ArgumentException">A name cannot be written.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static IReadOnlyList<string> Save(
        string folder, IReadOnlyDictionary<string, Tensor> tensors, long shardBytes = DefaultShardBytes,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shardBytes);
        List<OrderedDictionary<string, Tensor>> shards = Split(tensors, shardBytes);
        Directory.CreateDirectory(folder);
        string index = Path.Combine(folder, IndexName);
        if (shards.Count == 1)
        {
            string single = Path.Combine(folder, SingleName);
            Safetensors.Save(single, shards[0], metadata);

            // Readers take an index first: one of an earlier, larger model would hide what was written.
            File.Delete(index);
            return [single];
        }

        List<string> paths = [];
        OrderedDictionary<string, string> map = [];
        for (int i = 0; i < shards.Count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");
            paths.Add(Path.Combine(folder, name));
            Safetensors.Save(paths[^1], shards[i], metadata);
            foreach (string tensor in shards[i].Keys)
            {
                map.Add(tensor, name);
            }
        }

        AtomicFile.Write(index, stream => WriteIndex(stream, map, tensors.Values.Sum(BytesOf)));
        return paths;
    }

    private static long BytesOf(Tensor tensor) => tensor.Count * tensor.DType.Size();

    private static List<OrderedDictionary<string, Tensor>> Split(IReadOnlyDictionary<string, Tensor> tensors, long shardBytes)
    {
        List<OrderedDictionary<string, Tensor>> shards = [[]];
        long bytes = 0;
        foreach ((string name, Tensor tensor) in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, name);
            if (bytes > 0 && BytesOf(tensor) > shardBytes - bytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add(name, tensor);
            bytes += BytesOf(tensor);
        }

        return shards;
    }

    private static void WriteIndex(Stream stream, OrderedDictionary<string, string> map, long bytes)
    {
        JsonWriterOptions options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using Utf8JsonWriter json = new(stream, options);
        json.WriteStartObject();
        json.WriteStartObject("metadata"u8);
        json.WriteNumber("total_size"u8, bytes);
        json.WriteEndObject();
        json.WriteStartObject(MapKey);
        foreach ((string name, string file) in map)
        {
            json.WriteString(name, file);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string FileOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        string index = Path.Combine(path, IndexName), single = Path.Combine(path, SingleName);
        return File.Exists(index) ? index : File.Exists(single) ? single : throw new FileNotFoundException(
            $"{path}: the folder has neither {IndexName} nor {SingleName}.", index);
    }

    /// <summary>The file of each tensor by an index, checked; each is a name in the folder of the index.</summary>
    internal static OrderedDictionary<string, string> ReadIndex(string path)
    {
        FileContext file = new(path);
        using FileStream stream = FileContext.OpenFile(path);
        if (stream.Length > LongestIndex)
        {
            throw file.Bad(null, null, $"an index of {stream.Length} bytes is no index; {LongestIndex} are the most.");
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent((int)stream.Length);
        try
        {
            Memory<byte> text = bytes.AsMemory(0, (int)stream.Length);
            file.ReadExactly(stream, text.Span, null);
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty(MapKey, out JsonElement map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw file.Bad(null, null, $"the index has no object {MapKey}.");
            }

            OrderedDictionary<string, string> result = [];
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                string? shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
                if (shard is null || !IsInFolder(shard))
                {
                    throw file.Bad(entry.Name, null, shard is null
                        ? "the index names no file for it."
                        : $"the index names the file {FileContext.Quote(shard)}, which is none in its folder.");
                }

                if (!result.TryAdd(entry.Name, shard))
                {
                    throw file.Bad(entry.Name, null, "the index names the tensor twice.");
                }
            }

            return result;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw file.Bad(null, null, $"the index is not valid JSON: {e.Message}", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>A name, no path: neither a folder nor a drive stands before it.</summary>
    private static bool IsInFolder(string name) => name.Length > 0 && name is not ("." or "..")
        && name.AsSpan().IndexOfAny("/\\:\0") < 0;

    /// <summary>Compares a file with what an index says of it.</summary>
    internal static void CheckShard(string index, IGrouping<string, KeyValuePair<string, string>> shard, SafetensorsFile opened)
    {
        FileContext file = new(index);
        HashSet<string> named = [.. shard.Select(static entry => entry.Key)];
        foreach (string name in named)
        {
            if (!opened.TryGetEntry(name, out _))
            {
                throw file.Bad(name, null, $"the index says that it is in {shard.Key}, which has no such tensor.");
            }
        }

        foreach (SafetensorsEntry entry in opened.Entries)
        {
            if (!named.Contains(entry.Name))
            {
                throw file.Bad(entry.Name, null, $"it is in {shard.Key}, and the index does not say so.");
            }
        }
    }
}
