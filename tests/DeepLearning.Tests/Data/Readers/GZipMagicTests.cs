using DeepLearning.Data;

namespace DeepLearning.Tests.DataTests.Readers;

/// <summary>The stream that looks at the first two bytes of another.</summary>
public class GZipMagicTests
{
    [Theory]
    [InlineData(new byte[0], false)]
    [InlineData(new byte[] { 0x1F }, false)]
    [InlineData(new byte[] { 0x1F, 0x8B }, true)]
    [InlineData(new byte[] { 0x1F, 0x8A, 1 }, false)]
    [InlineData(new byte[] { 0x1E, 0x8B, 1 }, false)]
    [InlineData(new byte[] { 0x1F, 0x8B, 1, 2, 3 }, true)]
    public void All_bytes_come_again_in_pieces_of_any_size(byte[] bytes, bool isCompressed)
    {
        for (int size = 1; size < 5; size++)
        {
            using GZipMagic stream = new(new MemoryStream(bytes));
            Assert.Equal(isCompressed, stream.IsCompressed);
            List<byte> read = [];
            byte[] piece = new byte[size + 2];
            for (int count = stream.Read(piece, 1, size); count > 0; count = stream.Read(piece, 1, size))
            {
                read.AddRange(piece[1..(count + 1)]);
            }

            Assert.Equal(bytes, read);
        }
    }

    [Fact]
    public void It_is_read_forward_and_nothing_else()
    {
        using GZipMagic stream = new(new MemoryStream([1, 2, 3]));
        Assert.True(stream.CanRead);
        Assert.False(stream.CanSeek || stream.CanWrite);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
        stream.Flush();
    }
}
