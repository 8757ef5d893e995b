using System.Globalization;
using System.Text.Json;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Formats;

/// <summary>The recorded files, and what their own framework reads of them.</summary>
internal static class Fixtures
{
    private static readonly string _folder = RepositoryFiles.PathOf("tests", "DeepLearning.Formats.Tests", "Data");

    /// <summary>The paths of all recorded files.</summary>
    public static IEnumerable<string> All => Directory.EnumerateFiles(_folder, "*.*", SearchOption.AllDirectories);

    public static string PathOf(string name) => All.Single(path => Path.GetFileName(path) == name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>
    /// Compares tensors with a recorded list: names in order, types, shapes, elements bit by bit, and which share memory.
    /// </summary>
    public static void CheckTensors(string expected, OrderedDictionary<string, Tensor> actual)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(PathOf(expected)));
        JsonProperty[] recorded = [.. json.RootElement.EnumerateObject()];
        Assert.Equal(recorded.Select(static entry => entry.Name), actual.Keys);
        Dictionary<int, Storage> storages = [];
        foreach (JsonProperty entry in recorded)
        {
            Tensor tensor = actual[entry.Name];
            Assert.Equal(ReadAs(entry.Value.GetProperty("dtype").GetString()!), tensor.DType.Name());
            Assert.Equal(entry.Value.GetProperty("shape").EnumerateArray().Select(static x => x.GetInt32()), tensor.Shape);
            string[] values = [.. entry.Value.GetProperty("values").EnumerateArray().Select(static x => x.ToString())];
            Assert.Equal(values.Select(text => Number(text, tensor.DType)), Numbers(tensor));
            if (tensor.Count > 0 && entry.Value.TryGetProperty("storage", out JsonElement storage))
            {
                Assert.Same(storages.TryGetValue(storage.GetInt32(), out Storage? known) ? known : tensor.Storage, tensor.Storage);
                storages[storage.GetInt32()] = tensor.Storage;
                Assert.Equal(entry.Value.GetProperty("stride").EnumerateArray().Select(static x => x.GetInt64()), tensor.Strides.ToArray());
            }
        }

        Assert.Equal(storages.Count, storages.Values.Distinct().Count());
    }

    private static string ReadAs(string type) => type switch
    {
        "int8" or "int16" or "uint16" => "int32",
        "uint32" or "uint64" => "int64",
        "float8_e4m3fn" or "float8_e5m2" => "float32",
        _ => type,
    };

    private static long Number(string text, DType type) => type.IsFloatingPoint()
        ? BitConverter.DoubleToInt64Bits(text is "nan" ? double.NaN : text is "inf" ? double.PositiveInfinity
            : text is "-inf" ? double.NegativeInfinity : double.Parse(text, CultureInfo.InvariantCulture))
        : long.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<long> Numbers(Tensor tensor) => tensor.DType.IsFloatingPoint()
        ? tensor.ToArray<double>().Select(static x => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? double.NaN : x))
        : tensor.ToArray<long>();
}
