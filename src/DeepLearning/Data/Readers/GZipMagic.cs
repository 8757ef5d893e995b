namespace DeepLearning.Data;

/// <summary>
/// A stream to read whose first two bytes were looked at to tell gzip from plain content; they are handed out again, so that streams
/// that cannot seek work too. Leaves the inner stream open.
/// </summary>
internal sealed class GZipMagic : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _start = new byte[2];
    private readonly int _known;
    private int _given;

    public GZipMagic(Stream inner)
    {
        _inner = inner;
        _known = inner.ReadAtLeast(_start, _start.Length, throwOnEndOfStream: false);
    }

    /// <summary>Whether the content starts as gzip does (RFC 1952).</summary>
    public bool IsCompressed => _known == 2 && _start[0] == 0x1F && _start[1] == 0x8B;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_given < _known)
        {
            int count = Math.Min(buffer.Length, _known - _given);
            _start.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        return _inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
