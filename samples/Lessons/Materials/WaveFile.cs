using System.Buffers.Binary;

namespace DeepLearning.Samples.Lessons;

/// <summary>WAV files of one channel of 16 bits: chunks, of which "fmt " says how the samples of "data" are to be read.</summary>
internal static class WaveFile
{
    private const int Header = 12, ChunkHeader = 8, FormatLength = 16;

    /// <summary>Reads the samples, from −1 to 1.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidDataException">It is not such a file, or it is cut off.</exception>
    public static float[] Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length < Header || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException($"{name} is not a WAV file.");
        }

        bool isKnown = false;
        for (ReadOnlySpan<byte> rest = bytes[Header..]; rest.Length >= ChunkHeader;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - ChunkHeader)
            {
                throw new InvalidDataException($"{name}: a chunk of {length} bytes where {rest.Length - ChunkHeader} are left.");
            }

            ReadOnlySpan<byte> chunk = rest.Slice(ChunkHeader, (int)length);
            if (rest[..4].SequenceEqual("fmt "u8))
            {
                isKnown = length >= FormatLength && Number(chunk, 0) == 1 && Number(chunk, 2) == 1 && Number(chunk, 14) == 16;
            }
            else if (rest[..4].SequenceEqual("data"u8) && isKnown)
            {
                float[] samples = new float[length / 2];
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(chunk[(2 * i)..]) / 32768f;
                }

                return samples;
            }

            // A chunk of an odd length is followed by a byte that fills it up.
            rest = rest[Math.Min(rest.Length, ChunkHeader + (int)length + (int)(length & 1))..];
        }

        throw new InvalidDataException($"{name}: no samples of one channel of 16 bits.");

        static int Number(ReadOnlySpan<byte> chunk, int at) => BinaryPrimitives.ReadUInt16LittleEndian(chunk[at..]);
    }
}
