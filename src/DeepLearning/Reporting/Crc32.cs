namespace DeepLearning.Reporting;

/// <summary>The cyclic redundancy check of PNG, zip and Ethernet: polynomial 0x04C11DB7, bits in reflected order.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The register after some bytes; it starts as all ones, and its complement is the check.</summary>
    public static uint Update(uint register, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            register = Table[(register ^ value) & 0xFF] ^ (register >> 8);
        }

        return register;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
