using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>The header of a .npy file: a Python dictionary of the type, the order and the shape, as a text.</summary>
/// <param name="Type">The element type.</param>
/// <param name="IsBigEndian">Whether each element stands with its highest byte first.</param>
/// <param name="IsFortran">Whether the first axis runs fastest.</param>
/// <param name="Lengths">The lengths of the axes.</param>
internal sealed record NpyHeader(StoredType Type, bool IsBigEndian, bool IsFortran, int[] Lengths)
{
    private const int Alignment = 64;
    private const int Longest = 1 << 16;

    public long Count => Shape.CountOf(Lengths);

    /// <summary>Reads the header; the stream then stands before the elements.</summary>
    /// <exception cref="ModelFileException">It is no such header, or the type has no counterpart.</exception>
    public static NpyHeader Read(Stream stream, long length, FileContext file, string? key)
    {
        Span<byte> start = stackalloc byte[8];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
        {
            throw file.Bad(key, 0, OtherFormats.Name(start[..Math.Min(read, 4)]) is { } other && other != "a file of NumPy"
                ? $"this is {other}, no .npy file."
                : "this is no .npy file: it does not begin with \\x93NUMPY and a version.");
        }

        int major = start[6], prefix = major == 1 ? sizeof(ushort) : sizeof(uint);
        if (major is < 1 or > 3)
        {
            throw file.Bad(key, 6, $"this is version {major}.{start[7]} of .npy; 1 to 3 are read.");
        }

        file.ReadExactly(stream, start[..prefix], key);
        uint size = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start) : BinaryPrimitives.ReadUInt32LittleEndian(start);
        if (size > Longest || size > length)
        {
            throw file.Bad(key, 8, $"a header of {size} bytes is announced; {Math.Min(Longest, length)} are the most.");
        }

        byte[] text = new byte[size];
        file.ReadExactly(stream, text, key);
        NpyHeader header = new Parser(Encoding.Latin1.GetString(text), file, key, 8 + prefix).Parse();
        long start0 = 8 + prefix + size;
        return Elements.Count(header.Lengths, Math.Max(header.Type.Size, header.Type.DType.Size())) is { } count
            && count * header.Type.Size <= length - start0
            ? header
            : throw file.Bad(key, 8, $"{header.Type.Name} {Shape.Format(header.Lengths)} takes more than the {length - start0} bytes "
                + "behind the header.");
    }

    /// <summary>The element type of a code without its order of bytes, such as <c>f8</c>; null where the library has none.</summary>
    public static StoredType? TypeOf(string code) => code switch
    {
        "f8" => StoredType.Find("F64"),
        "f4" => StoredType.Find("F32"),
        "f2" => StoredType.Find("F16"),
        "i8" => StoredType.Find("I64"),
        "i4" => StoredType.Find("I32"),
        "i2" => StoredType.Find("I16"),
        "i1" => StoredType.Find("I8"),
        "u8" => StoredType.Find("U64"),
        "u4" => StoredType.Find("U32"),
        "u2" => StoredType.Find("U16"),
        "u1" => StoredType.Find("U8"),
        "b1" => StoredType.Find("BOOL"),
        _ => null,
    };

    /// <summary>What a code without a type here stands for, for messages.</summary>
    public static string Describe(string code) => code[0] switch
    {
        'O' => " (Python objects, which are a pickle: nothing of it is run)",
        'c' => " (complex numbers)",
        'U' or 'S' => " (texts)",
        'M' or 'm' => " (times)",
        'V' => " (bytes or structures)",
        _ => "",
    };

    /// <summary>The header of a tensor, with all that stands before the elements.</summary>
    public static byte[] Write(Tensor tensor)
    {
        string code = tensor.DType switch
        {
            DType.Float32 => "<f4",
            DType.Float64 => "<f8",
            DType.Float16 => "<f2",
            DType.Int64 => "<i8",
            DType.Int32 => "<i4",
            DType.UInt8 => "|u1",
            DType.Bool => "|b1",
            _ => throw new ArgumentException($"NumPy has no type for {tensor.DType.Name()}; convert the tensor with To(DType.Float32)."),
        };
        string lengths = string.Join(", ", tensor.Shape.Select(static length => length.ToString(CultureInfo.InvariantCulture)));
        string text = $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({lengths}{(tensor.Rank == 1 ? "," : "")}), }}";
        int size = text.Length + 1, all = 10 + size;
        int padding = (Alignment - (all % Alignment)) % Alignment;
        byte[] bytes = new byte[all + padding];
        bytes[0] = 0x93;
        "NUMPY\u0001\0"u8.CopyTo(bytes.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(size + padding));
        bytes.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, 10);
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    /// <summary>Reads the dictionary: texts, a truth value, a tuple of numbers.</summary>
    private sealed class Parser(string text, FileContext file, string? key, long start)
    {
        private int _at;

        public NpyHeader Parse()
        {
            Expect('{');
            string? type = null;
            bool? isFortran = null;
            int[]? lengths = null;
            while (Peek() != '}')
            {
                string name = ReadText();
                Expect(':');
                bool isNew;
                switch (name)
                {
                    case "descr":
                        isNew = type is null;
                        type = Peek() is '\'' or '"'
                            ? ReadText()
                            : throw Bad("the type is a structure of fields, for which there is no tensor.");
                        break;
                    case "fortran_order":
                        isNew = isFortran is null;
                        isFortran = ReadTruth();
                        break;
                    case "shape":
                        isNew = lengths is null;
                        lengths = ReadShape();
                        break;
                    default:
                        throw Bad($"the header has the key {FileContext.Quote(name)}; descr, fortran_order and shape are all.");
                }

                if (!isNew)
                {
                    throw Bad($"the key {name} occurs twice.");
                }

                if (Peek() == ',')
                {
                    _at++;
                }
                else if (Peek() != '}')
                {
                    throw Bad("a comma or the end of the dictionary would fit here.");
                }
            }

            _at++;
            if (text.AsSpan(_at).Trim().Length > 0)
            {
                throw Bad("there is something behind the dictionary.");
            }

            if (type is null || isFortran is null || lengths is null)
            {
                throw Bad($"the header has no {(type is null ? "descr" : lengths is null ? "shape" : "fortran_order")}.");
            }

            (StoredType stored, bool isBigEndian) = TypeOf(type);
            return new NpyHeader(stored, isBigEndian, isFortran.Value, lengths);
        }

        private (StoredType Type, bool IsBigEndian) TypeOf(string code)
        {
            StoredType? type = code.Length < 2 ? null : NpyHeader.TypeOf(code[1..]);
            if (type is null || !"<>|=".Contains(code[0], StringComparison.Ordinal))
            {
                string what = code.Length < 2 ? "" : Describe(code[1..]);
                throw Bad($"the type {FileContext.Quote(code)}{what} is no element type of the library.");
            }

            return (type, code[0] == '>');
        }

        private int[] ReadShape()
        {
            Expect('(');
            List<int> lengths = [];
            while (Peek() != ')')
            {
                int digits = _at;
                while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                {
                    _at++;
                }

                lengths.Add(int.TryParse(text.AsSpan(digits, _at - digits), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                    ? length
                    : throw Bad("the shape is no tuple of whole numbers from 0 to 2^31 - 1."));
                if (lengths.Count > Elements.MostAxes)
                {
                    throw Bad($"the shape has more than {Elements.MostAxes} axes.");
                }

                // Python 2 wrote long numbers with an L behind.
                if (_at < text.Length && text[_at] == 'L')
                {
                    _at++;
                }

                if (Peek() == ',')
                {
                    _at++;
                }
                else if (Peek() != ')')
                {
                    throw Bad("a comma or the end of the shape would fit here.");
                }
            }

            _at++;
            return [.. lengths];
        }

        private bool ReadTruth()
        {
            Peek();
            foreach (string truth in (string[])["True", "False"])
            {
                if (text.AsSpan(_at).StartsWith(truth, StringComparison.Ordinal))
                {
                    _at += truth.Length;
                    return truth == "True";
                }
            }

            throw Bad("fortran_order is neither True nor False.");
        }

        private string ReadText()
        {
            char quote = Peek();
            int end = quote is '\'' or '"' ? text.IndexOf(quote, _at + 1) : -1;
            if (end < 0)
            {
                throw Bad("a text in quotes would fit here.");
            }

            string result = text[(_at + 1)..end];
            _at = end + 1;
            return result;
        }

        private void Expect(char letter)
        {
            if (Peek() != letter)
            {
                throw Bad($"'{letter}' would fit here.");
            }

            _at++;
        }

        /// <summary>The next letter that is not a space.</summary>
        private char Peek()
        {
            while (_at < text.Length && (text[_at] is ' ' or '\n' or '\t' or '\r'))
            {
                _at++;
            }

            return _at < text.Length ? text[_at] : throw Bad("the header ends too early.");
        }

        private ModelFileException Bad(string problem) => file.Bad(key, start + _at, problem);
    }
}
