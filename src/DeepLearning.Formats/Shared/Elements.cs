using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepLearning.Backends;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>Reads elements of files into the memory of tensors, and counts them.</summary>
internal static class Elements
{
    private const int Chunk = 1 << 26;
    private const int WideningChunk = 1 << 16;

    /// <summary>The most axes of a tensor in a file.</summary>
    public const int MostAxes = 64;

    /// <summary>Reads elements of a type into memory, converting them to the type that the library holds them in.</summary>
    /// <exception cref="ModelFileException">The stream ends before, or an element is not valid.</exception>
    public static void Read(Stream stream, HostStorage memory, long count, StoredType type, bool bigEndian, FileContext file, string key)
    {
        if (count == 0)
        {
            return;
        }

        if (type.IsWidened)
        {
            ReadWidened(stream, memory, count, type, bigEndian, file, key);
        }
        else
        {
            ReadPlain(stream, memory, count * type.Size, type, bigEndian, file, key);
        }

        GC.KeepAlive(memory);
    }

    /// <summary>
    /// The number of elements of a shape; null when it, or that of the same shape with ones for its zeros, is more than can be counted in
    /// bytes.
    /// </summary>
    public static long? Count(ReadOnlySpan<int> lengths, int size)
    {
        long count = 1, reach = size;
        foreach (int length in lengths)
        {
            if (reach > long.MaxValue / Math.Max(length, 1))
            {
                return null;
            }

            count *= length;
            reach *= Math.Max(length, 1);
        }

        return count;
    }

    private static void ReadPlain(
        Stream stream, HostStorage memory, long bytes, StoredType type, bool bigEndian, FileContext file, string key)
    {
        for (long done = 0; done < bytes; done += Chunk)
        {
            Span<byte> part = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref memory.First, (nint)done), (int)Math.Min(Chunk, bytes - done));
            file.ReadExactly(stream, part, key);
            if (bigEndian)
            {
                Reverse(part, type.Size);
            }

            if (type.DType == DType.Bool && part.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and int index)
            {
                byte found = part[index];
                part.Clear();
                throw file.Bad(key, null, $"element {done + index} is {found}; a truth value is 0 or 1.");
            }
        }
    }

    private static void ReadWidened(
        Stream stream, HostStorage memory, long count, StoredType type, bool bigEndian, FileContext file, string key)
    {
        int size = type.Size, wide = type.DType.Size();
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(WideningChunk, count * size));
        try
        {
            for (long done = 0; done < count; done += WideningChunk / size)
            {
                int now = (int)Math.Min(WideningChunk / size, count - done);
                Span<byte> from = buffer.AsSpan(0, now * size);
                file.ReadExactly(stream, from, key);
                if (bigEndian)
                {
                    Reverse(from, size);
                }

                type.Widen(from, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref memory.First, (nint)(done * wide)), now * wide));
            }
        }
        catch (OverflowException e)
        {
            throw file.Bad(key, null, $"a {type.Name} number does not fit into {type.DType.Name()}.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                Span<ushort> twos = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(twos, twos);
                break;
            case 4:
                Span<uint> fours = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(fours, fours);
                break;
            case 8:
                Span<ulong> eights = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(eights, eights);
                break;
        }
    }
}
