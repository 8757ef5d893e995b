using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeepLearning.Tests.DataTests.Downloads;

/// <summary>A web server for one file on this machine, which can misbehave as servers and networks do.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _content;
    private readonly Task _accepting;

    public FileServer(byte[] content)
    {
        _content = content;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address of the file.</summary>
    public Uri Url => new(string.Create(CultureInfo.InvariantCulture,
        $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/file.gz"));

    /// <summary>The first byte that each request asked for, in order.</summary>
    public List<long> Requests { get; } = [];

    /// <summary>Answer ranges with the part asked for; otherwise always send all.</summary>
    public bool KnowsRanges { get; init; } = true;

    /// <summary>Send the length before the content.</summary>
    public bool TellsLength { get; init; } = true;

    /// <summary>The status line's end; anything but 200 sends no file.</summary>
    public string Status { get; init; } = "200 OK";

    /// <summary>Drop the connection after so many bytes of content, in each of the first <see cref="Drops"/> requests.</summary>
    public int DropAfter { get; init; }

    public int Drops { get; set; }

    /// <summary>Send nothing more after the headers.</summary>
    public bool Hangs { get; init; }

    /// <summary>The pause between two pieces of 1,000 bytes.</summary>
    public TimeSpan Pace { get; init; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _accepting.Wait();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            using NetworkStream stream = client.GetStream();
            long from = await ReadRequestAsync(stream);
            bool drops;
            lock (Requests)
            {
                Requests.Add(from);
                drops = Requests.Count <= Drops;
            }

            from = KnowsRanges ? from : 0;
            StringBuilder head = new();
            bool isPart = from > 0, fails = Status != "200 OK", isBeyond = from >= _content.Length;
            string status = isPart && !fails ? isBeyond ? "416 Range Not Satisfiable" : "206 Partial Content" : Status;
            byte[] body = fails || isBeyond ? [] : _content[(int)from..];
            head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nConnection: close\r\n");
            if (isPart && !isBeyond)
            {
                head.Append(CultureInfo.InvariantCulture, $"Content-Range: bytes {from}-{_content.Length - 1}/{_content.Length}\r\n");
            }

            if (TellsLength)
            {
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
            await SendAsync(stream, drops ? body[..Math.Min(DropAfter, body.Length)] : body);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task SendAsync(NetworkStream stream, byte[] body)
    {
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        int piece = Pace == TimeSpan.Zero ? body.Length : 1000;
        for (int at = 0; at < body.Length; at += piece)
        {
            await stream.WriteAsync(body.AsMemory(at, Math.Min(piece, body.Length - at)), _stop.Token);
            await Task.Delay(Pace, _stop.Token);
        }
    }

    private async Task<long> ReadRequestAsync(NetworkStream stream)
    {
        List<byte> bytes = [];
        byte[] buffer = new byte[4096];
        while (!bytes.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            int read = await stream.ReadAsync(buffer, _stop.Token);
            bytes.AddRange(buffer.Take(read > 0 ? read : throw new IOException()));
        }

        string? range = Encoding.ASCII.GetString([.. bytes]).Split("\r\n").FirstOrDefault(
            static line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
        return range is null ? 0 : long.Parse(range["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
    }
}
