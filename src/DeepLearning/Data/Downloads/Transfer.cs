using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace DeepLearning.Data;

/// <summary>One attempt to bring a file from one address into its partial file, going on where an earlier attempt stopped.</summary>
/// <param name="client">Sends the request.</param>
/// <param name="file">What is wanted.</param>
/// <param name="url">Where it is.</param>
/// <param name="part">The partial file.</param>
/// <param name="progress">Is told how far it is.</param>
/// <param name="patience">How long the server may send nothing.</param>
internal sealed class Transfer(
    HttpClient client, DatasetFile file, Uri url, string part, IProgress<DownloadProgress>? progress, TimeSpan patience)
{
    private const int BufferBytes = 128 * 1024;
    private static readonly TimeSpan _reportEvery = TimeSpan.FromMilliseconds(100);

    private bool _isSpoilt;

    /// <summary>Bytes that the partial file had when the attempt ended.</summary>
    public long Reached { get; private set; }

    // Without a checksum nobody would notice that the old part is of another version.
    private bool CanResume => file.Sha256 is not null || file.Md5 is not null;

    /// <summary>Brings the whole file and checks it; what came so far stays for the next attempt where that helps.</summary>
    /// <exception cref="TransferException">The attempt failed.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        bool isComplete = false;
        try
        {
            using FileStream stream = new(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            using Checksum sum = new(file);
            bool resumed = await ResumeAsync(stream, sum, cancellation).ConfigureAwait(false);
            Reached = stream.Length;
            if (stream.Position != file.Length)
            {
                await FetchAsync(stream, sum, cancellation).ConfigureAwait(false);
            }

            if (sum.Difference() is { } difference)
            {
                _isSpoilt = true;
                throw new TransferException(difference + "; it was deleted", isWorthRetrying: resumed);
            }

            stream.Flush(flushToDisk: true);
            isComplete = true;
        }
        finally
        {
            if (!isComplete && (_isSpoilt || !CanResume || Reached == 0))
            {
                File.Delete(part);
            }
        }
    }

    private static void Empty(FileStream stream, Checksum sum)
    {
        stream.SetLength(0);
        sum.Restart();
    }

    /// <summary>Goes to the end of what an earlier attempt left; false when there is nothing to go on with.</summary>
    private async Task<bool> ResumeAsync(FileStream stream, Checksum sum, CancellationToken cancellation)
    {
        if (stream.Length == 0 || !CanResume || stream.Length > file.Length)
        {
            stream.SetLength(0);
            return false;
        }

        await sum.AddAsync(stream, cancellation).ConfigureAwait(false);
        return true;
    }

    private async Task FetchAsync(FileStream stream, Checksum sum, CancellationToken cancellation)
    {
        using CancellationTokenSource stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stalled.CancelAfter(patience);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, url);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (stream.Length > 0)
            {
                request.Headers.Range = new RangeHeaderValue(stream.Length, null);
            }

            using HttpResponseMessage response =
                await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stalled.Token).ConfigureAwait(false);
            long? total = Accept(response, stream, sum);
            using Stream body = await response.Content.ReadAsStreamAsync(stalled.Token).ConfigureAwait(false);
            await CopyAsync(body, stream, sum, total, stalled).ConfigureAwait(false);
            if (stream.Length < total)
            {
                throw new TransferException($"the connection ended after {stream.Length} of {total} bytes", isWorthRetrying: true);
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new TransferException(
                string.Create(CultureInfo.InvariantCulture, $"nothing came for {patience.TotalSeconds:0.#} s"), isWorthRetrying: true, e);
        }
        catch (HttpRequestException e)
        {
            throw new TransferException(e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal)
                ? $"{e.Message} {inner.Message}"
                : e.Message, isWorthRetrying: e.HttpRequestError is not HttpRequestError.NameResolutionError, e);
        }
        finally
        {
            Reached = stream.Length;
        }
    }

    /// <summary>Sees what the server sends: the rest of the file, or all of it; gives the length of the whole where it is known.</summary>
    private long? Accept(HttpResponseMessage response, FileStream stream, Checksum sum)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            || (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != stream.Length))
        {
            string problem = $"the server did not go on at byte {stream.Length}";
            Empty(stream, sum);
            throw new TransferException(problem, isWorthRetrying: true);
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            int code = (int)response.StatusCode;
            throw new TransferException($"HTTP {code} {response.ReasonPhrase}", isWorthRetrying: code is 408 or 429 or >= 500);
        }

        if (response.StatusCode == HttpStatusCode.OK && stream.Length > 0)
        {
            Empty(stream, sum);
        }

        long? total = response.Content.Headers.ContentLength + stream.Length;
        if (total is not null && file.Length is not null && total != file.Length)
        {
            throw new TransferException($"the server's file has {total} bytes, not the {file.Length} expected", isWorthRetrying: false);
        }

        return file.Length ?? total;
    }

    /// <summary>Reads from the network; its errors are told from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new TransferException(e.Message, isWorthRetrying: true, e);
        }
    }

    private async Task CopyAsync(Stream body, FileStream stream, Checksum sum, long? total, CancellationTokenSource stalled)
    {
        byte[] buffer = new byte[BufferBytes];
        long reported = 0;
        while (true)
        {
            stalled.CancelAfter(patience);
            int read = await ReadAsync(body, buffer, stalled.Token).ConfigureAwait(false);
            if (read == 0)
            {
                Report(stream.Length, total);
                return;
            }

            if (stream.Length + read > total)
            {
                _isSpoilt = true;
                throw new TransferException($"the server sends more than the {total} bytes expected", isWorthRetrying: false);
            }

            await stream.WriteAsync(buffer.AsMemory(0, read), stalled.Token).ConfigureAwait(false);
            sum.Add(buffer.AsSpan(0, read));
            if (Environment.TickCount64 - reported >= _reportEvery.TotalMilliseconds)
            {
                reported = Environment.TickCount64;
                Report(stream.Length, total);
            }
        }
    }

    private void Report(long received, long? total) => progress?.Report(new DownloadProgress(file.Name, url, received, total));
}
