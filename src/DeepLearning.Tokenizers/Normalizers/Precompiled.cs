using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Normalizers;

/// <summary>SentencePiece's compiled character map: <c>Precompiled</c>. Grapheme by grapheme, then character by character.</summary>
public sealed class Precompiled : Normalizer
{
    private readonly byte[] _charsMap;
    private readonly bool[] _plain = new bool[128];

    /// <summary>The normalizer of a compiled map.</summary>
    /// <param name="charsMap">The map: the size of a double array, the array, the replacements (each ended by a zero byte).</param>
    /// <exception cref="TokenizerException">The bytes are no such map.</exception>
    public Precompiled(ReadOnlySpan<byte> charsMap)
    {
        _charsMap = charsMap.ToArray();
        Map = new CharsMap(_charsMap);
        for (var c = 1; c < 128; c++)
        {
            _plain[c] = c != '\r' && Map.Find([(char)c]) is null;
        }
    }

    /// <summary>The map's bytes.</summary>
    public ReadOnlySpan<byte> CompiledMap => _charsMap;

    internal CharsMap Map { get; }

    private protected override bool Leaves(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c >= 128 || !_plain[c])
            {
                return false;
            }
        }

        return true;
    }

    private protected override void Rewrite(Rewriter rewriter)
    {
        var text = rewriter.Rest;
        var changes = rewriter.Changes;
        changes.Clear();
        while (!text.IsEmpty)
        {
            if (text[0] < 128 && _plain[text[0]] && (text.Length == 1 || text[1] < 128))
            {
                changes.Add((text[0], 0));
                text = text[1..];
                continue;
            }

            var grapheme = text[..StringInfo.GetNextTextElementLength(text)];
            text = text[grapheme.Length..];
            if (Utf8Length(grapheme) < 6 && Map.Find(grapheme) is { } whole)
            {
                Add(changes, CodePoints.Count(grapheme), whole);
                continue;
            }

            for (var i = 0; i < grapheme.Length;)
            {
                var c = CodePoints.At(grapheme, i, out var length);
                if (Map.Find(grapheme.Slice(i, length)) is { } part)
                {
                    Add(changes, 1, part);
                }
                else
                {
                    changes.Add((c, 0));
                }

                i += length;
            }
        }

        rewriter.Apply(changes);
    }

    private static int Utf8Length(ReadOnlySpan<char> text) => Encoding.UTF8.GetByteCount(text);

    private static void Add(List<(int CodePoint, int Change)> changes, int oldCount, string text)
    {
        var newCount = 0;
        for (var i = 0; i < text.Length; newCount++)
        {
            changes.Add((CodePoints.At(text, i, out var length), newCount < oldCount ? 0 : 1));
            i += length;
        }

        if (newCount < oldCount && changes.Count > 0)
        {
            var (last, change) = changes[^1];
            changes[^1] = (last, change + newCount - oldCount);
        }
    }
}

/// <summary>A compiled character map: a double array over UTF-8 whose values are places among the replacements.</summary>
internal sealed class CharsMap
{
    private readonly uint[] _array;
    private readonly byte[] _texts;

    public CharsMap(byte[] bytes)
    {
        if (bytes.Length < 4)
        {
            throw new TokenizerException($"Precompiled map: {bytes.Length} bytes, where the size of its array was expected.");
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size > bytes.Length - 4 || size % 4 != 0)
        {
            throw new TokenizerException($"Precompiled map: an array of {size} bytes among {bytes.Length - 4}.");
        }

        _array = new uint[size / 4];
        for (var i = 0; i < _array.Length; i++)
        {
            _array[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + (i * 4)));
        }

        _texts = bytes[(4 + (int)size)..];
    }

    /// <summary>The replacement of the shortest prefix that has one, as the reference looks a text up; null where none has.</summary>
    public string? Find(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[64];
        var count = 0;
        for (var i = 0; i < text.Length && count + 4 <= utf8.Length;)
        {
            count += CodePoints.WriteUtf8(CodePoints.At(text, i, out var length), utf8[count..]);
            i += length;
        }

        var found = -1;
        Walk(utf8[..count], (value, _) =>
        {
            found = value;
            return false;
        });
        return found < 0 ? null : Text(found);
    }

    /// <summary>
    /// The longest prefix of bytes that has a replacement: its length, and the replacement's place; (0, −1) where none
    /// has.
    /// </summary>
    public (int Length, int Place) Longest(ReadOnlySpan<byte> bytes)
    {
        var (length, place) = (0, -1);
        Walk(bytes, (value, at) =>
        {
            (length, place) = (at, value);
            return true;
        });
        return (length, place);
    }

    /// <summary>The replacement at a place.</summary>
    public string Text(int place)
    {
        if (place >= _texts.Length)
        {
            throw new TokenizerException($"Precompiled map: a replacement at {place} of {_texts.Length} bytes.");
        }

        var rest = _texts.AsSpan(place);
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private void Walk(ReadOnlySpan<byte> bytes, Func<int, int, bool> visit)
    {
        var node = 0u;
        if (_array.Length == 0)
        {
            return;
        }

        var unit = _array[0];
        node ^= Offset(unit);
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b == 0)
            {
                return;
            }

            node ^= b;
            if (node >= _array.Length)
            {
                return;
            }

            unit = _array[node];
            if ((unit & 0x800000FF) != b)
            {
                return;
            }

            node ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
            {
                if (node >= _array.Length || !visit((int)(_array[node] & 0x7FFFFFFF), i + 1))
                {
                    return;
                }
            }
        }
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1u << 9)) >> 6);
}
