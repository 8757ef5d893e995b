using System.Text;
using DeepLearning.TensorBoard;

namespace DeepLearning.Tests.TensorBoard;

public sealed class RecordsTests
{
    /// <summary>From RFC 3720, B.4, and the check value of the CRC-32C.</summary>
    [Fact]
    public void Crc32C_has_its_published_values()
    {
        Assert.Equal(0xE3069283u, Records.Crc32C("123456789"u8));
        Assert.Equal(0x8A9136AAu, Records.Crc32C(new byte[32]));
        Assert.Equal(0x62A8AB43u, Records.Crc32C(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Records.Crc32C([.. Enumerable.Range(0, 32).Select(static i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, Records.Crc32C([.. Enumerable.Range(0, 32).Select(static i => (byte)(31 - i))]));
        Assert.Equal(0u, Records.Crc32C([]));
    }

    [Fact]
    public void Checks_are_those_of_the_definition_for_any_length()
    {
        byte[] data = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Any length, äöü. ", 9)));
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(TfRecords.Masked(data.AsSpan(0, length)), Records.Check(data.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_record_is_length_check_content_check()
    {
        using MemoryStream stream = new();
        Records.Write(stream, "hello"u8);
        Records.Write(stream, []);
        Assert.Equal(["hello"u8.ToArray(), []], TfRecords.Read(stream.ToArray()));
        Assert.Equal(5 + 16 + 16, stream.Length);
    }
}
