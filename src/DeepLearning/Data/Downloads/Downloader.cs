using System.Text;

namespace DeepLearning.Data;

/// <summary>
/// Downloads the files of data sets: from the first address that works, going on where an interrupted download stopped, checked against
/// the published length and checksum, and put in place only when complete. Several processes may ask for the same file at once.
/// </summary>
public sealed class Downloader
{
    private const string PartSuffix = ".part";
    private const string LockSuffix = ".lock";

    private static readonly Lazy<HttpClient> _sharedClient = new(static () =>
    {
        HttpClient client = new(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("DeepLearning.NET");
        return client;
    });

    private readonly HttpClient? _client;

    /// <summary>A downloader.</summary>
    /// <param name="client">Sends the requests, such as through a proxy; it stays the caller's. Null for one of the library's.</param>
    public Downloader(HttpClient? client = null) => _client = client;

    /// <summary>A downloader with the usual settings.</summary>
    public static Downloader Default { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"Downloader: {Attempts} attempts, {Patience.TotalSeconds:0.#} s of patience");

    /// <summary>How long a server may send nothing before the attempt is given up; 30 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often in a row an address may fail without getting further before the next one is tried; 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before the second attempt; the third comes after twice that.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Downloads all files of a set that a folder lacks.</summary>
    /// <param name="source">The set.</param>
    /// <param name="folder">The folder; made when missing.</param>
    /// <param name="progress">Is told how far each file is.</param>
    /// <param name="cancellation">Ends the download; what came stays, and the next one goes on from there.</param>
    /// <exception cref="DownloadException">A file could not be had anywhere.</exception>
    public async Task DownloadAsync(
        DatasetSource source, string folder, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach (DatasetFile file in source.Files)
        {
            if (file.FindIn(folder) is null)
            {
                await DownloadAsync(file, folder, progress, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Downloads a file, unless the folder has it already with the right length and checksum. It is written into <c>NAME.part</c>, which
    /// stays when the download is interrupted, so that the next one goes on from there (where the description has a checksum).
    /// </summary>
    /// <param name="file">The file. Its addresses are https; http is accepted where a checksum tells what must come.</param>
    /// <param name="folder">The folder; made when missing.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="DownloadException">
    /// No address gave the file; the message says what went wrong at each, and how to get it by hand.
    /// </exception>
    /// <exception cref="ArgumentException">The description has no address, or an unsafe one, or its name is not a file name.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public async Task<string> DownloadAsync(
        DatasetFile file, string folder, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check(file);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string target = Path.Combine(Path.GetFullPath(folder), file.Name);
        if (await IsThereAsync(target, file, cancellation).ConfigureAwait(false))
        {
            return target;
        }

        Directory.CreateDirectory(folder);
        using (await FileLock.TakeAsync(target + LockSuffix, cancellation).ConfigureAwait(false))
        {
            // Another process may have brought it while this one waited.
            if (!await IsThereAsync(target, file, cancellation).ConfigureAwait(false))
            {
                await FetchAsync(file, target, progress, cancellation).ConfigureAwait(false);
                File.Move(target + PartSuffix, target, overwrite: true);
            }
        }

        return target;
    }

    private static async Task<bool> IsThereAsync(string path, DatasetFile file, CancellationToken cancellation) =>
        File.Exists(path) && await Checksum.IsRightAsync(path, file, cancellation).ConfigureAwait(false);

    private static void Check(DatasetFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Name.Length == 0 || file.Name is "." or ".." || file.Name.AsSpan().ContainsAny('/', '\\', ':'))
        {
            throw new ArgumentException($"Downloader: '{file.Name}' is no file name.", nameof(file));
        }

        if (file.Urls.Count == 0)
        {
            throw new ArgumentException($"Downloader: {file.Name} has no address to download it from.", nameof(file));
        }

        foreach (Uri url in file.Urls)
        {
            bool isSafe = url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps
                || (url.Scheme == Uri.UriSchemeHttp && (file.Sha256 ?? file.Md5) is not null));
            if (!isSafe)
            {
                throw new ArgumentException($"Downloader: {url} is not safe for {file.Name}: use https, or http with a checksum.",
                    nameof(file));
            }
        }
    }

    private async Task FetchAsync(
        DatasetFile file, string target, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        StringBuilder failures = new();
        TransferException? last = null;
        foreach (Uri url in file.Urls)
        {
            last = await FetchAsync(file, url, target, progress, cancellation).ConfigureAwait(false);
            if (last is null)
            {
                return;
            }

            failures.Append("\n  ").Append(url.AbsoluteUri).Append(": ").Append(last.Message);
        }

        throw new DownloadException(
            $"{file.Name} could not be downloaded:{failures}\nCheck the network (a proxy is taken from HTTPS_PROXY), or get the file "
            + $"from one of these addresses in another way and put it into {Path.GetDirectoryName(target)}.", file.Name, last);
    }

    /// <summary>Tries one address as often as it makes sense; null when the partial file is complete and right.</summary>
    private async Task<TransferException?> FetchAsync(
        DatasetFile file, Uri url, string target, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        long best = 0;
        for (int attempt = 1; ; attempt++)
        {
            Transfer transfer = new(_client ?? _sharedClient.Value, file, url, target + PartSuffix, progress, Patience);
            try
            {
                await transfer.RunAsync(cancellation).ConfigureAwait(false);
                return null;
            }
            catch (TransferException e)
            {
                if (transfer.Reached > best)
                {
                    best = transfer.Reached;
                    attempt = 1;
                }

                if (!e.IsWorthRetrying || attempt >= Attempts)
                {
                    return e;
                }
            }

            await Task.Delay(Pause * attempt, cancellation).ConfigureAwait(false);
        }
    }
}
