using System.Text;

namespace DeepLearning.Tokenizers.Unicode;

/// <summary>
/// The properties of Unicode that .NET does not tell (combining classes, mappings one by one, scripts), or tells by the machine's own
/// tables: a tokenizer must split a text the same way everywhere. <c>generate-tables.py</c> writes the file.
/// </summary>
internal sealed class UnicodeTables
{
    private readonly byte[] _bytes;
    private int _position;

    private UnicodeTables()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("UnicodeTables.bin")!;
        _bytes = new byte[stream.Length];
        stream.ReadExactly(_bytes);
        CombiningClasses = ReadClasses();
        Canonical = ReadMappings();
        Compatible = ReadMappings();
        Composites = ReadComposites();
        Scripts = ReadScripts();
    }

    public static UnicodeTables Instance { get; } = new();

    /// <summary>Canonical combining class of each code point below 0x20000; none above has one.</summary>
    public byte[] CombiningClasses { get; }

    /// <summary>Full canonical decompositions, Hangul syllables left out.</summary>
    public Dictionary<int, int[]> Canonical { get; }

    /// <summary>Full compatibility decompositions where they differ from the canonical one.</summary>
    public Dictionary<int, int[]> Compatible { get; }

    /// <summary>Primary composites by their pair.</summary>
    public Dictionary<(int First, int Second), int> Composites { get; }

    /// <summary>The ranges of each script.</summary>
    public Dictionary<string, (int First, int Last)[]> Scripts { get; }

    private int Number()
    {
        var (value, shift) = (0, 0);
        while (true)
        {
            var b = _bytes[_position++];
            value |= (b & 127) << shift;
            if (b < 128)
            {
                return value;
            }

            shift += 7;
        }
    }

    private byte[] ReadClasses()
    {
        var classes = new byte[0x20000];
        var count = Number();
        for (var (i, at) = (0, 0); i < count; i++)
        {
            at += Number();
            var last = at + Number();
            var value = (byte)Number();
            classes.AsSpan(at, last - at + 1).Fill(value);
            at = last;
        }

        return classes;
    }

    private Dictionary<int, int[]> ReadMappings()
    {
        var count = Number();
        var mappings = new Dictionary<int, int[]>(count);
        for (var (i, at) = (0, 0); i < count; i++)
        {
            at += Number();
            var to = new int[Number()];
            for (var j = 0; j < to.Length; j++)
            {
                to[j] = Number();
            }

            mappings.Add(at, to);
        }

        return mappings;
    }

    private Dictionary<(int First, int Second), int> ReadComposites()
    {
        var count = Number();
        var composites = new Dictionary<(int First, int Second), int>(count);
        for (var i = 0; i < count; i++)
        {
            var pair = (Number(), Number());
            composites.Add(pair, Number());
        }

        return composites;
    }

    private Dictionary<string, (int First, int Last)[]> ReadScripts()
    {
        var count = Number();
        var scripts = new Dictionary<string, (int First, int Last)[]>(count, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < count; i++)
        {
            var length = Number();
            var name = Encoding.ASCII.GetString(_bytes, _position, length);
            _position += length;
            var ranges = new (int First, int Last)[Number()];
            for (var (j, at) = (0, 0); j < ranges.Length; j++)
            {
                at += Number();
                ranges[j] = (at, at + Number());
                at = ranges[j].Last;
            }

            scripts.Add(name, ranges);
        }

        return scripts;
    }
}
