using System.Buffers.Binary;
using System.Numerics;

namespace DeepLearning.TensorBoard;

/// <summary>
/// The framing of event files (TFRecord): the length as 8 bytes, its check, the bytes, their check, all little-endian. A check is the
/// CRC-32C of what it stands for, masked as the format asks.
/// </summary>
internal static class Records
{
    /// <summary>The bytes before and after the content.</summary>
    public const int HeaderSize = 12, FooterSize = 4;

    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The masked check of some bytes: the CRC-32C turned right by 15 bits, plus a constant.</summary>
    public static uint Check(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Crc32C(data), 15) + MaskDelta;

    /// <summary>The cyclic redundancy check with Castagnoli's polynomial.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint register = uint.MaxValue;
        while (data.Length >= sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            register = BitOperations.Crc32C(register, value);
        }

        return ~register;
    }

    /// <summary>Appends a record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], Check(header[..sizeof(ulong)]));
        Span<byte> footer = stackalloc byte[FooterSize];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Check(content));
        stream.Write(header);
        stream.Write(content);
        stream.Write(footer);
    }
}
