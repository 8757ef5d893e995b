using System.Text;

namespace DeepLearning.Tests.TensorBoard;

/// <summary>
/// Reads event files from the definitions of their formats alone: framing with table-driven CRC-32C, and protocol buffer messages with a
/// decoder of its own. Shares nothing with the library.
/// </summary>
internal static class TfRecords
{
    private static readonly uint[] Table = MakeTable();

    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint register = 0xFFFFFFFF;
        foreach (byte value in data)
        {
            register = Table[(byte)(register ^ value)] ^ (register >> 8);
        }

        return register ^ 0xFFFFFFFF;
    }

    public static uint Masked(ReadOnlySpan<byte> data)
    {
        uint check = Crc32C(data);
        return ((check >> 15) | (check << 17)) + 0xA282EAD8;
    }

    public static List<byte[]> Read(byte[] file)
    {
        List<byte[]> records = [];
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BitConverter.ToUInt64(file, at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BitConverter.ToUInt32(file, at + 8));
            byte[] content = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(content), BitConverter.ToUInt32(file, at + 12 + length));
            records.Add(content);
            at += 16 + length;
        }

        return records;
    }

    private static uint[] MakeTable()
    {
        // The polynomial 0x1EDC6F41 with its bits reversed.
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ (0x82F63B78 & (uint)-(int)(value & 1));
            }

            table[i] = value;
        }

        return table;
    }
}

/// <summary>The fields of a protocol buffer message, by number.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, int Kind, ulong Number, byte[] Bytes)> _fields = [];

    public ProtoMessage(byte[] data)
    {
        int at = 0;
        while (at < data.Length)
        {
            ulong tag = Varint(data, ref at);
            (int field, int kind) = ((int)(tag >> 3), (int)(tag & 7));
            switch (kind)
            {
                case 0:
                    _fields.Add((field, kind, Varint(data, ref at), []));
                    break;
                case 1:
                    _fields.Add((field, kind, BitConverter.ToUInt64(data, at), data[at..(at + 8)]));
                    at += 8;
                    break;
                case 2:
                    int length = checked((int)Varint(data, ref at));
                    _fields.Add((field, kind, 0, data[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    _fields.Add((field, kind, BitConverter.ToUInt32(data, at), data[at..(at + 4)]));
                    at += 4;
                    break;
                default:
                    Assert.Fail($"wire type {kind}");
                    break;
            }
        }
    }

    public IEnumerable<int> Numbers => _fields.Select(static f => f.Field);

    public IEnumerable<ProtoMessage> All(int field) => Of(field, 2).Select(static f => new ProtoMessage(f.Bytes));

    public ProtoMessage Inner(int field) => Assert.Single(All(field));

    public IEnumerable<string> Texts(int field) => Of(field, 2).Select(static f => Encoding.UTF8.GetString(f.Bytes));

    public string Text(int field) => Assert.Single(Texts(field));

    public byte[] Bytes(int field) => Assert.Single(Of(field, 2)).Bytes;

    public long Integer(int field) => Of(field, 0).Select(static f => (long)f.Number).SingleOrDefault();

    public double Double(int field) => Of(field, 1).Select(static f => BitConverter.ToDouble(f.Bytes)).SingleOrDefault();

    public float Float(int field) => BitConverter.ToSingle(Assert.Single(Of(field, 5)).Bytes);

    public double[] Doubles(int field) => [.. Bytes(field).Chunk(8).Select(static c => BitConverter.ToDouble(c))];

    private static ulong Varint(byte[] data, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = data[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private IEnumerable<(int Field, int Kind, ulong Number, byte[] Bytes)> Of(int field, int kind)
    {
        Assert.All(_fields.Where(f => f.Field == field), f => Assert.Equal(kind, f.Kind));
        return _fields.Where(f => f.Field == field);
    }
}
