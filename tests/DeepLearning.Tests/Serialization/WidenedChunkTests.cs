using System.Buffers.Binary;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

/// <summary>Types that the library widens are read in pieces: the second piece goes on where the first one ended.</summary>
public class WidenedChunkTests
{
    private const int Piece = 1 << 16;

    public static TheoryData<string, int> Types => new()
    {
        { "I8", 1 }, { "I16", 2 }, { "U16", 2 }, { "U32", 4 }, { "U64", 8 }, { "F8_E4M3", 1 }, { "F8_E5M2", 1 },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_element_of_every_piece_is_read_from_its_place(string type, int size)
    {
        int piece = Piece / size;
        foreach (int count in (int[])[1, piece - 1, piece, piece + 1, (2 * piece) - 1, 2 * piece, (3 * piece) + 5])
        {
            using SafetensorsFile file = Open(type, size, count, 3);
            Tensor x = file.Read("x"), before = file.Read("before"), after = file.Read("after");
            Assert.Equal([1L, 2, 3], before.ToArray<long>());
            Assert.Equal([4L, 5, 6], after.ToArray<long>());
            double[] values = x.ToArray<double>();
            for (int i = 0; i < count; i += i % piece is < 20 || i % piece > piece - 20 || i > count - 20 ? 1 : 17)
            {
                double expected = Expected(type, i);
                Assert.True(expected.Equals(values[i]), $"{type}[{count}], element {i}: {values[i]}, not {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Parts_of_a_tensor_are_read_from_anywhere_in_any_length(string type, int size)
    {
        int piece = Piece / size, count = 3 * piece;
        using SafetensorsFile file = Open(type, size, count, 0);
        foreach (int start in (int[])[0, 1, 5, piece - 1, piece, piece + 1, (2 * piece) - 1, count - 1])
        {
            foreach (int length in ((int[])[0, 1, 19, piece - 1, piece, piece + 1, (2 * piece) + 3]).Where(n => start + n <= count))
            {
                double[] part = file.ReadElements("x", start, length).ToArray<double>();
                double[] rows = file.Read("x", start..(start + length)).ToArray<double>();
                Assert.Equal(length, part.Length);
                Assert.Equal(part, rows);
                int[] places = [0, 1, piece - 1, piece, piece + 1, (2 * piece) - 1, 2 * piece, length - 1];
                foreach (int i in places.Where(i => i >= 0 && i < length))
                {
                    double expected = Expected(type, start + i);
                    Assert.True(expected.Equals(part[i]), $"{type}, {length} from {start}, element {i}: {part[i]}, not {expected}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData((Piece / 8) - 1)]
    [InlineData(Piece / 8)]
    [InlineData((Piece / 4) + 7)]
    public void A_number_that_does_not_fit_is_found_in_every_piece(int place)
    {
        byte[] data = new byte[8 * ((Piece / 4) + 8)];
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(8 * place), 1UL << 63);
        using SafetensorsFile file = Safetensors.Open(
            new MemoryStream(PlainSafetensors.Write([new PlainTensor("x", "U64", [data.Length / 8], data)])));
        Assert.Contains("does not fit", Assert.Throws<SafetensorsException>(() => file.Read("x")).Message, StringComparison.Ordinal);
    }

    private static SafetensorsFile Open(string type, int size, int count, int around)
    {
        byte[] data = new byte[count * size];
        for (int i = 0; i < count; i++)
        {
            ulong bits = Bits(i);
            for (int b = 0; b < size; b++)
            {
                data[(i * size) + b] = (byte)(bits >> (8 * b));
            }
        }

        if (type == "U64")
        {
            // The highest bit has no place in int64.
            for (int i = 0; i < count; i++)
            {
                data[(i * 8) + 7] &= 0x7F;
            }
        }

        byte[] Numbers(long first) => [.. Enumerable.Range(0, around).SelectMany(i => BitConverter.GetBytes(first + i))];
        return Safetensors.Open(new MemoryStream(PlainSafetensors.Write(
        [
            new PlainTensor("before", "I64", [around], Numbers(1)), new PlainTensor("x", type, [count], data),
            new PlainTensor("after", "I64", [around], Numbers(4)),
        ])));
    }

    // Neighbours, and elements a piece apart, differ in every byte.
    private static ulong Bits(int i) => unchecked((ulong)(i + 1) * 0x9E3779B97F4A7C15UL) >> 3;

    private static double Expected(string type, int i)
    {
        ulong bits = Bits(i);
        return type switch
        {
            "I8" => (sbyte)bits,
            "I16" => (short)bits,
            "U16" => (ushort)bits,
            "U32" => (uint)bits,
            "U64" => (long)(bits & long.MaxValue),
            "F8_E5M2" => (double)BitConverter.UInt16BitsToHalf((ushort)((byte)bits << 8)),
            _ => E4M3((byte)bits),
        };
    }

    // Sign, four bits of exponent with bias 7, three of fraction; no infinities, one NaN of either sign.
    private static double E4M3(byte bits)
    {
        int exponent = (bits >> 3) & 15, fraction = bits & 7;
        double value = (exponent, fraction) == (15, 7) ? double.NaN
            : exponent == 0 ? fraction / 8.0 * Math.Pow(2, -6)
            : (1 + (fraction / 8.0)) * Math.Pow(2, exponent - 7);
        return bits >= 128 ? -value : value;
    }
}
