using System.Text;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Serialization;

/// <summary>The ends of the ranges of what is written, read and listed.</summary>
public sealed class SafetensorsEdgeTests
{
    [Fact]
    public void A_stream_that_only_takes_bytes_gets_those_of_a_file_and_stays_open()
    {
        Dictionary<string, Tensor> state = new() { ["x"] = Tensor.Arange(0, 6).Reshape(2, 3).T, ["y"] = Tensor.Ones(3) };
        Dictionary<string, string> metadata = new() { ["format"] = "pt" };
        using Sink sink = new();
        sink.Write([1, 2, 3]);
        Safetensors.Save(sink, state, metadata);
        Assert.False(sink.IsClosed);
        Assert.Equal([1, 2, 3, .. Safetensors.ToBytes(state, metadata)], sink.Bytes);
    }

    [Fact]
    public void A_tensor_longer_than_the_pieces_it_is_written_in_is_written_whole()
    {
        const int piece = 1 << 26, period = 251;
        Tensor x = Tensor.From(Array.ConvertAll(new byte[period], static _ => (byte)0));
        x.CopyFrom(Tensor.Arange(0, period));
        int repeats = (piece / period) + 2;
        using Sink sink = new(period);
        Safetensors.Save(sink, new Dictionary<string, Tensor> { ["x"] = x.Expand(repeats, period) });
        Assert.Equal((long)repeats * period, sink.Data);
        Assert.True(sink.IsPeriodic);
    }

    [Fact]
    public void More_bytes_than_an_array_holds_are_refused_before_anything_is_made()
    {
        Tensor large = Tensor.From(new byte[] { 1 }).Expand(3, 1 << 30);
        Assert.Contains("3221225", Assert.Throws<ArgumentException>(
            () => Safetensors.ToBytes(new Dictionary<string, Tensor> { ["x"] = large })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x02, (byte)'}', 0, 0, 0, 0, 1 }, "a pickle, as torch.save made it once")]
    [InlineData(new byte[] { 0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10 }, "an HDF5 file")]
    public void Files_of_older_formats_are_named(byte[] start, string message) =>
        Assert.Contains(message, Assert.Throws<SafetensorsException>(() => Safetensors.Load(start)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void A_missing_name_is_answered_by_those_there_are_ten_of_them_at_most(int count)
    {
        using SafetensorsFile file = Open(Enumerable.Range(0, count).ToDictionary(static i => $"t{i:00}", static _ => Tensor.Ones(1)));
        string message = Assert.Throws<KeyNotFoundException>(() => file.Read("x")).Message;
        string names = string.Join(", ", Enumerable.Range(0, Math.Min(count, 10)).Select(static i => $"'t{i:00}'"));
        Assert.EndsWith($"no tensor 'x'; the file has {count}: {names}{(count > 10 ? ", …" : "")}", message, StringComparison.Ordinal);
        Assert.False(file.TryGetEntry("x", out SafetensorsEntry? none));
        Assert.Null(none);
        Assert.Equal($"safetensors stream: {count} tensors", file.ToString());
    }

    [Fact]
    public void Parts_end_where_the_tensor_ends()
    {
        using SafetensorsFile file = Open(new Dictionary<string, Tensor>
        {
            ["x"] = Tensor.Arange(0, 6).Reshape(3, 2),
            ["one"] = Tensor.FromScalar(5L),
            ["none"] = Tensor.Zeros(0, 4),
        });
        Assert.Equal([4L, 5], file.Read("x", 2..3).ToArray<long>());
        Assert.Equal([4L, 5], file.Read("x", ^1..).ToArray<long>());
        Assert.Equal(new Shape(0, 2), file.Read("x", 3..3).Shape);
        Assert.Equal(new Shape(0, 4), file.Read("none", ..).Shape);
        foreach (Range rows in (Range[])[2..4, 4..4, 2..1, ^4..])
        {
            Assert.Contains("x [3, 2]", Assert.Throws<ShapeException>(() => file.Read("x", rows)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("has no axes", Assert.Throws<ShapeException>(() => file.Read("one", ..)).Message, StringComparison.Ordinal);
        Assert.Equal([1L, 2, 3], file.ReadElements("x", 1, 3).ToArray<long>());
        Assert.Equal([5L], file.ReadElements("x", 5, 1).ToArray<long>());
        Assert.Equal(0, file.ReadElements("x", 6, 0).Count);
        Assert.Equal([5L], file.ReadElements("one", 0, 1).ToArray<long>());
        foreach ((long start, int count) in ((long, int)[])[(-1, 1), (0, -1), (6, 1), (5, 2), (7, 0), (0, 7)])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadElements("x", start, count));
        }
    }

    [Fact]
    public void A_file_within_a_stream_ends_where_the_stream_ends()
    {
        byte[] whole = Safetensors.ToBytes(new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(3) });
        for (int cut = 0; cut < whole.Length - 12; cut++)
        {
            using MemoryStream stream = new([1, 2, 3, 4, 5, .. whole[..^cut]]) { Position = 5 };
            Assert.Equal(cut == 0, Record.Exception(() => Safetensors.Load(stream)) is not SafetensorsException);
        }

        using MemoryStream claims = new([9, 9, 9, 3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']) { Position = 3 };
        Assert.Contains("claims a header of 3 bytes, but ends 2 bytes after",
            Assert.Throws<SafetensorsException>(() => Safetensors.Load(claims)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_file_lets_go_of_what_it_reads()
    {
        using Folder folder = new();
        Safetensors.Save(folder["x"], new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(3) });
        Safetensors.Open(folder["x"]).Dispose();
        using (new FileStream(folder["x"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
        }

        using MemoryStream kept = new(File.ReadAllBytes(folder["x"]), writable: false), given = new(kept.ToArray(), writable: false);
        Safetensors.Open(kept, leaveOpen: true).Dispose();
        Safetensors.Open(given).Dispose();
        Assert.Equal((true, false), (kept.CanRead, given.CanRead));
    }

    [Fact]
    public void A_header_has_its_texts_as_they_are_and_nothing_for_no_metadata()
    {
        Dictionary<string, Tensor> state = new() { ["größe <'&+>"] = Tensor.Ones(1) };
        byte[] plain = Safetensors.ToBytes(state);
        Assert.Contains("größe <'&+>", Encoding.UTF8.GetString(plain), StringComparison.Ordinal);
        Assert.Equal(plain, Safetensors.ToBytes(state, new Dictionary<string, string>()));
        Assert.DoesNotContain("__metadata__", Encoding.UTF8.GetString(plain), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_header_may_have_a_hundred_million_bytes_and_not_one_more()
    {
        int beside = Header(0).Length - 8;
        Assert.Equal(100_000_008, Header(100_000_000 - beside).Length);
        Assert.Contains("take 100000008 bytes; the format allows 100000000",
            Assert.Throws<ArgumentException>(() => Header(100_000_000 - beside + 8)).Message, StringComparison.Ordinal);

        static byte[] Header(int length) => Safetensors.ToBytes(
            new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["x"] = new string('a', length) });
    }

    [Fact]
    public void Two_readers_can_have_one_file_open()
    {
        using Folder folder = new();
        Safetensors.Save(folder["x"], new Dictionary<string, Tensor> { ["x"] = Tensor.Ones(3) });
        using SafetensorsFile first = Safetensors.Open(folder["x"]), second = Safetensors.Open(folder["x"]);
        Assert.Equal(first.Read("x").ToArray<float>(), second.Read("x").ToArray<float>());
    }

    [Theory]
    [InlineData(119, false)]
    [InlineData(120, false)]
    [InlineData(121, true)]
    public void A_long_name_is_cut_in_a_message(int length, bool cut)
    {
        string name = new('x', length);
        Assert.Equal(cut ? $"'{name[..120]}…'" : $"'{name}'", SafetensorsException.Quote(name));
        Assert.Equal("'a\uFFFDb\uFFFD\uFFFD'", SafetensorsException.Quote("a\nb😀"));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_found_wherever_it_stands()
    {
        foreach (string text in (string[])["\ud83d", "a\ud83d", "\ude00\ud83d", "\ud83d\ude00\ud83d", "\ude00b", "\ud83da"])
        {
            Dictionary<string, Tensor> named = new() { [text] = Tensor.Ones(1) };
            Assert.Contains("The name of a tensor is no valid text",
                Assert.Throws<ArgumentException>(() => Safetensors.ToBytes(named)).Message, StringComparison.Ordinal);
            Assert.Contains("A key of the metadata is no valid text", Refused(text, "x"), StringComparison.Ordinal);
            Assert.Contains("The value of the metadata key 'x' is no valid text", Refused("x", text), StringComparison.Ordinal);
        }

        Assert.Contains("is null", Refused("x", null!), StringComparison.Ordinal);
        Assert.Single(Safetensors.Load(Safetensors.ToBytes(new Dictionary<string, Tensor> { ["😀a😀😀"] = Tensor.Ones(1) })));

        static string Refused(string key, string value) => Assert.Throws<ArgumentException>(() => Safetensors.ToBytes(
            new Dictionary<string, Tensor>(), new Dictionary<string, string> { [key] = value })).Message;
    }

    [Fact]
    public void The_header_is_filled_up_with_spaces_to_a_multiple_of_eight()
    {
        for (int length = 1; length <= 8; length++)
        {
            byte[] bytes = Safetensors.ToBytes(new Dictionary<string, Tensor> { [new string('x', length)] = Tensor.Ones(1) });
            long header = BitConverter.ToInt64(bytes);
            string text = Encoding.UTF8.GetString(bytes, 8, (int)header);
            Assert.Equal(0, header % 8);
            Assert.InRange(header - text.TrimEnd(' ').Length, 0, 7);
            Assert.Equal(8 + header + 4, bytes.Length);
        }
    }

    private static SafetensorsFile Open(Dictionary<string, Tensor> state) => Safetensors.Open(new MemoryStream(Safetensors.ToBytes(state)));

    /// <summary>A stream that takes bytes and nothing else; it keeps them, or only looks whether the data repeat themselves.</summary>
    private sealed class Sink(int period = 0) : Stream
    {
        private readonly List<byte> _bytes = [];
        private long _header = -1;

        public IReadOnlyList<byte> Bytes => _bytes;

        public bool IsClosed { get; private set; }

        public bool IsPeriodic { get; private set; } = true;

        public long Data { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (period == 0)
            {
                _bytes.AddRange(buffer);
            }
            else if (_header < 0)
            {
                _header = BitConverter.ToInt64(buffer);
            }
            else if (_header > 0)
            {
                _header -= buffer.Length;
            }
            else
            {
                for (int i = 0; i < buffer.Length; i++)
                {
                    IsPeriodic &= buffer[i] == (Data + i) % period;
                }

                Data += buffer.Length;
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
