using System.IO.Compression;
using System.Text.Json;
using DeepLearning.Tokenizers;

namespace DeepLearning.Tests.Tokenizers;

/// <summary>The recorded cases, and comparing an encoding with one.</summary>
internal static class Fixture
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static JsonElement Read(string path)
    {
        using var file = File.OpenRead(path);
        using var stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    /// <summary>The numbers of a list, null as −1.</summary>
    public static int[] Ints(this JsonElement list) =>
        [.. list.EnumerateArray().Select(static x => x.ValueKind == JsonValueKind.Null ? -1 : x.GetInt32())];

    public static string[] Strings(this JsonElement list) => [.. list.EnumerateArray().Select(static x => x.GetString()!)];

    /// <summary>Places in code points, as the reference counts them.</summary>
    public static (int Start, int End)[] Pairs(this JsonElement list) =>
        [.. list.EnumerateArray().Select(static x => (x[0].GetInt32(), x[1].GetInt32()))];

    public static int[] Nulls(this IEnumerable<int?> list) => [.. list.Select(static x => x ?? -1)];

    /// <summary>Our places in code points.</summary>
    public static (int Start, int End)[] Places(TokenEncoding encoding, string text, string? pair)
    {
        var sequences = encoding.SequenceIds;
        return [.. encoding.Offsets.Select((offset, i) =>
        {
            var source = sequences[i] == 1 && pair is not null ? pair : text;
            return (Points(source, offset.Start), Points(source, offset.End));
        })];
    }

    public static int Points(string text, int units)
    {
        var count = 0;
        for (var i = 0; i < units; count++)
        {
            i += char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
        }

        return count;
    }

    /// <summary>What differs between an encoding and a recorded case; null where nothing does.</summary>
    public static string? Difference(Tokenizer tokenizer, JsonElement one)
    {
        var text = one.GetProperty("text").GetString()!;
        var pair = one.TryGetProperty("pair", out var second) ? second.GetString() : null;
        var special = one.GetProperty("special").GetBoolean();
        var got = pair is null ? tokenizer.Encode(text, special) : tokenizer.Encode(text, pair, special);
        return Compare("ids", one.GetProperty("ids").Ints(), got.Ids)
            ?? Compare("tokens", one.GetProperty("tokens").Strings(), got.Tokens)
            ?? Compare("offsets", one.GetProperty("offsets").Pairs(), Places(got, text, pair))
            ?? Compare("words", one.GetProperty("words").Ints(), got.WordIds.Nulls())
            ?? Compare("type ids", one.GetProperty("type_ids").Ints(), got.TypeIds)
            ?? Compare("special tokens mask", one.GetProperty("mask").Ints(), got.SpecialTokensMask)
            ?? Compare("attention mask", one.GetProperty("attention").Ints(), got.AttentionMask)
            ?? Compare("text without special tokens", [one.GetProperty("decoded").GetString()!], [tokenizer.Decode(got.Ids)])
            ?? Compare("text", [one.GetProperty("decoded_all").GetString()!], [tokenizer.Decode(got.Ids, skipSpecialTokens: false)]);
    }

    public static string? Compare<T>(string what, IReadOnlyList<T> expected, IReadOnlyList<T> got) => expected.SequenceEqual(got)
        ? null
        : $"{what}: expected {string.Join(' ', expected)}\ngot {string.Join(' ', got)}";
}
