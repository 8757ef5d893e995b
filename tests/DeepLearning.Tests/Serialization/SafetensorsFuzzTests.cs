using System.Buffers.Binary;
using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

/// <summary>Thousands of damaged files: each loads or gives the named exception, soon, for memory in proportion to the file.</summary>
public sealed class SafetensorsFuzzTests
{
    private const int Files = 6000;

    /// <summary>What the runtime itself takes when a kind of exception is thrown for the first time.</summary>
    private const int FirstException = 100_000;

    private static readonly byte[][] Sources =
    [
        Safetensors.ToBytes(
            new Dictionary<string, Tensor>
            {
                ["conv.weight"] = Tensor.Arange(24).To(DType.Float32).Reshape(2, 3, 2, 2),
                ["step"] = Tensor.FromScalar(7),
                ["mask"] = Tensor.From([true, false, true]),
                ["none"] = Tensor.Zeros([0, 4], DType.Float16),
                ["ü\n"] = Tensor.From<byte>([1, 2]),
            },
            new Dictionary<string, string> { ["format"] = "pt", ["ключ"] = "1" }),
        PlainSafetensors.Write(
        [
            new("a", "U64", [2], [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]),
            new("b", "F8_E4M3", [2, 2], [1, 2, 3, 4]),
            new("c", "I16", [1], [1, 2]),
        ]),
    ];

    private static readonly string[] Tokens =
    [
        "-1", "0", "9223372036854775807", "18446744073709551616", "2147483648", "1e9", "null", "true", "\"F64\"", "\"BOOL\"", "[]", "[[",
            "]",
        "{", "}", ",", ":", "\"", "\\ud800", "\\", " ", "\"__metadata__\":{\"a\":", "\0",
    ];

    private delegate byte[] Mutation(byte[] file, Random random);

    public static TheoryData<string> Kinds => new("bits", "cut", "longer", "numbers", "length", "tokens", "pieces");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_file_never_gives_anything_but_the_named_exception(string kind)
    {
        Mutation mutate = kind switch
        {
            "bits" => FlipBits,
            "cut" => static (file, random) => file[..random.Next(file.Length)],
            "longer" => static (file, random) => [.. file, .. new byte[random.Next(1, 100)]],
            "numbers" => EditNumber,
            "length" => EditLength,
            "tokens" => EditHeader,
            _ => MovePiece,
        };
        Random random = new(12345);
        Load(Sources[0]);
        int refused = 0;
        for (int i = 0; i < Files; i++)
        {
            byte[] file = Sources[i % Sources.Length];
            for (int times = random.Next(1, 4); times > 0; times--)
            {
                file = mutate(file, random);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            if (!Load(file))
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, FirstException + (20 * file.Length));
        }

        Assert.InRange(refused, Files / 4, Files);
    }

    /// <summary>Loads a file; false when it was refused as it should be. Every other exception fails the test.</summary>
    private static bool Load(byte[] file)
    {
        try
        {
            long bytes = Safetensors.Load(file).Values.Sum(tensor => tensor.Count * tensor.DType.Size());
            Assert.InRange(bytes, 0, 4 * file.Length);
            return true;
        }
        catch (SafetensorsException error)
        {
            Assert.False(string.IsNullOrEmpty(error.FileName));
            Assert.DoesNotContain('\n', error.Message);
            return false;
        }
    }

    private static byte[] FlipBits(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        for (int flips = random.Next(1, 6); flips > 0; flips--)
        {
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        }

        return copy;
    }

    private static byte[] EditNumber(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        int[] digits = [.. Enumerable.Range(8, HeaderLength(file)).Where(i => char.IsAsciiDigit((char)file[i]))];
        copy[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));
        return copy;
    }

    private static byte[] EditLength(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        ulong length = random.Next(3) switch
        {
            0 => (ulong)random.Next(file.Length + 10),
            1 => (ulong)random.NextInt64(),
            _ => 1UL << random.Next(64),
        };
        BinaryPrimitives.WriteUInt64LittleEndian(copy, length);
        return copy;
    }

    /// <summary>Puts a token in the place of some of the header's bytes and keeps the length field right.</summary>
    private static byte[] EditHeader(byte[] file, Random random)
    {
        int length = HeaderLength(file);
        int from = 8 + random.Next(length), to = Math.Min(8 + length, from + random.Next(12));
        byte[] header = [.. file[8..from], .. Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]), .. file[to..(8 + length)]];
        return PlainSafetensors.File(header, file[(8 + length)..]);
    }

    /// <summary>Copies a piece of the header to another place in it.</summary>
    private static byte[] MovePiece(byte[] file, Random random)
    {
        int length = HeaderLength(file);
        int from = 8 + random.Next(length), to = Math.Min(8 + length, from + random.Next(80)), place = 8 + random.Next(length);
        byte[] header = [.. file[8..place], .. file[from..to], .. file[place..(8 + length)]];
        return PlainSafetensors.File(header, file[(8 + length)..]);
    }

    private static int HeaderLength(byte[] file) => (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
}
