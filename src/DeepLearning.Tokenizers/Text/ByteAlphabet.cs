using System.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.Text;

/// <summary>GPT-2's alphabet: a printable character for each of the 256 bytes.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = Make();
    private static readonly short[] Bytes = Invert();

    /// <summary>The character of a byte.</summary>
    public static char Char(byte b) => Chars[b];

    /// <summary>The byte of a character, or −1.</summary>
    public static int Byte(char c) => c < Bytes.Length ? Bytes[c] : -1;

    /// <summary>The characters of bytes.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        var chars = new char[bytes.Length];
        for (var i = 0; i < chars.Length; i++)
        {
            chars[i] = Chars[bytes[i]];
        }

        return new string(chars);
    }

    /// <summary>Rewrites a piece in the alphabet.</summary>
    public static void Write(Rewriter rewriter)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var rest = rewriter.Rest; !rest.IsEmpty;)
        {
            var c = CodePoints.At(rest, 0, out var length);
            if (c < 128)
            {
                rewriter.PutUnit(Chars[c]);
            }
            else
            {
                var count = CodePoints.WriteUtf8(c, bytes);
                for (var i = 0; i < count; i++)
                {
                    rewriter.PutUnit(Chars[bytes[i]]);
                }
            }

            rewriter.Drop(length);
            rest = rest[length..];
        }
    }

    /// <summary>The bytes that tokens stand for; a token with a character outside the alphabet stands for its own UTF-8.</summary>
    public static string Decode(IEnumerable<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            var start = bytes.Count;
            foreach (var c in token)
            {
                var b = Byte(c);
                if (b < 0)
                {
                    bytes.RemoveRange(start, bytes.Count - start);
                    bytes.AddRange(Encoding.UTF8.GetBytes(token));
                    break;
                }

                bytes.Add((byte)b);
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static char[] Make()
    {
        var chars = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            chars[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)b : (char)next++;
        }

        return chars;
    }

    private static short[] Invert()
    {
        var bytes = new short[256 + 68];
        Array.Fill(bytes, (short)-1);
        for (var b = 0; b < 256; b++)
        {
            bytes[Chars[b]] = (short)b;
        }

        return bytes;
    }
}
