using System.Globalization;

namespace DeepLearning.TensorBoard;

/// <summary>Appends events to a file of its own, from any thread, and sees to it that they reach the file before long.</summary>
internal sealed class EventWriter : IDisposable
{
    private const int BufferSize = 1 << 16;
    private const int MaximalHostLength = 64;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly FileStream _file;
    private readonly ITimer _timer;
    private Exception? _failure;
    private bool _isDisposed;

    public EventWriter(string directory, TensorBoardOptions options)
    {
        _time = options.TimeProvider;
        Directory.CreateDirectory(directory);
        _file = Create(directory, options.FileNameSuffix);
        Message first = Event(0).Text(Fields.Event.FileVersion, Fields.Version)
            .Inner(Fields.Event.SourceMetadata, new Message().Text(Fields.Source.Writer, "DeepLearning.TensorBoard"));
        Records.Write(_file, first.ToArray());
        _file.Flush();
        TimeSpan interval = options.FlushInterval;
        _timer = _time.CreateTimer(static state => ((EventWriter)state!).FlushQuietly(), this, interval, interval);
    }

    public string Path => _file.Name;

    public double Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    public void Write(long step, int field, Message content) => Write(step, field, content.ToArray());

    public void Write(long step, int field, ReadOnlySpan<byte> content)
    {
        byte[] bytes = Event(step).Bytes(field, content).ToArray();
        lock (_lock)
        {
            Check();
            Records.Write(_file, bytes);
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            Check();
            _file.Flush();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _timer.Dispose();
            _file.Dispose();
        }
    }

    /// <summary>A file that no other writer has, of this process or another one.</summary>
    private FileStream Create(string directory, string suffix)
    {
        string host = new([.. Environment.MachineName.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')]);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{(long)Now:0000000000}.{host[..Math.Min(host.Length, MaximalHostLength)]}.{Environment.ProcessId}");
        for (int number = 0; ; number++)
        {
            string path = System.IO.Path.Combine(directory, $"{name}{(number == 0 ? "" : $".{number}")}{suffix}");
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferSize);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another writer began in the same second.
            }
        }
    }

    private Message Event(long step) => new Message().Double(Fields.Event.WallTime, Now).Number(Fields.Event.Step, step);

    /// <summary>On the timer's thread nobody would catch an exception: the next call throws it.</summary>
    private void FlushQuietly()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            try
            {
                _file.Flush();
            }
            catch (IOException e)
            {
                _failure = e;
            }
        }
    }

    private void Check()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(TensorBoardWriter));
        if (_failure is { } failure)
        {
            _failure = null;
            throw new IOException($"TensorBoardWriter: {Path} could not be written: {failure.Message}", failure);
        }
    }
}
