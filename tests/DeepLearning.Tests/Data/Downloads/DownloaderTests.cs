using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using DeepLearning.Data;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Downloads;

public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] _content = Content();

    // The proxy settings of the machine must not matter.
    private static readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    private readonly TemporaryFolder _folder = new();
    private readonly Downloader _downloader = new(_client) { Pause = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromSeconds(20) };

    private string Target => Path.Combine(_folder.Root, "file.gz");

    private string Part => Target + ".part";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_is_downloaded_checked_and_put_in_place(bool tellsLength)
    {
        using FileServer server = new(_content) { TellsLength = tellsLength };
        Recorder progress = new();
        Assert.Equal(Target, await _downloader.DownloadAsync(Described(server.Url), _folder.Root, progress));
        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.Equal(["file.gz"], Names());
        Assert.Equal(new DownloadProgress("file.gz", server.Url, _content.Length, _content.Length), progress.Reports[^1]);
        Assert.Equal(1, progress.Reports[^1].Fraction);
    }

    [Fact]
    public async Task A_file_that_is_there_is_checked_and_not_downloaded_again()
    {
        using FileServer server = new(_content);
        File.WriteAllBytes(Target, _content);
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Empty(server.Requests);
        File.WriteAllBytes(Target, new byte[_content.Length]);
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Equal([0], server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task An_interrupted_download_goes_on_where_it_stopped()
    {
        using FileServer server = new(_content) { DropAfter = 100_000, Drops = 2 };
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Equal([0, 100_000, 200_000], server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_later_download_goes_on_with_what_an_earlier_one_left()
    {
        using FileServer server = new(_content);
        File.WriteAllBytes(Part, _content[..250_000]);
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Equal([250_000], server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_complete_partial_file_needs_no_request()
    {
        using FileServer server = new(_content);
        File.WriteAllBytes(Part, _content);
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Empty(server.Requests);
        Assert.Equal(["file.gz"], Names());
    }

    [Fact]
    public async Task A_server_without_ranges_sends_all_again()
    {
        using FileServer server = new(_content) { KnowsRanges = false, DropAfter = 100_000, Drops = 1 };
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Equal([0, 100_000], server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_server_that_always_drops_at_the_same_byte_is_given_up()
    {
        using FileServer server = new(_content) { KnowsRanges = false, DropAfter = 1000, Drops = 1000 };
        DownloadException error = await Fails(Described(server.Url));
        Assert.InRange(server.Requests.Count, 3, 6);
        Assert.Equal("file.gz", error.File);
        Assert.Equal(["file.gz.part"], Names());
    }

    [Fact]
    public async Task A_partial_file_of_another_version_is_replaced()
    {
        using FileServer server = new(_content);
        File.WriteAllBytes(Part, new byte[1000]);
        await _downloader.DownloadAsync(Described(server.Url), _folder.Root);
        Assert.Equal([1000, 0], server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Without_a_checksum_nothing_is_resumed()
    {
        using FileServer server = new(_content);
        File.WriteAllBytes(Part, new byte[1000]);
        DatasetFile file = new("file.gz", new Uri("https://data.invalid/file.gz"));
        using HttpClient redirected = new(new Redirect(server.Url));
        await new Downloader(redirected).DownloadAsync(file, _folder.Root);
        Assert.Equal([0], server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [SuppressMessage("Security", "CA5351", Justification = "The published checksum may be one.")]
    public async Task A_file_of_other_content_is_deleted_and_the_next_address_tried(bool md5)
    {
        byte[] other = [.. _content];
        other[77_777] ^= 1;
        using FileServer wrong = new(other), right = new(_content);
        DatasetFile file = Described(wrong.Url, right.Url);
        file = md5 ? file with { Sha256 = null, Md5 = Convert.ToHexString(MD5.HashData(_content)) } : file;
        await _downloader.DownloadAsync(file, _folder.Root);
        Assert.Equal(_content, File.ReadAllBytes(Target));
        File.Delete(Target);
        DownloadException error = await Fails(file with { Urls = [wrong.Url] });
        Assert.Contains($"{wrong.Url}: the content is not the published one: its {(md5 ? "MD5" : "SHA-256")} is", error.Message,
            StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task A_missing_file_names_every_address_and_the_way_by_hand()
    {
        using FileServer missing = new(_content) { Status = "404 Not Found" }, broken = new(_content) { Status = "500 Oh No" };
        DownloadException error = await Fails(Described(missing.Url, broken.Url));
        Assert.Contains($"{missing.Url}: HTTP 404 Not Found", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{broken.Url}: HTTP 500 Oh No", error.Message, StringComparison.Ordinal);
        Assert.Contains($"put it into {_folder.Root}", error.Message, StringComparison.Ordinal);
        Assert.Single(missing.Requests);
        Assert.Equal(3, broken.Requests.Count);
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(true, "the server's file has 300000 bytes, not the 299999 expected")]
    [InlineData(false, "the server sends more than the 299999 bytes expected")]
    public async Task More_bytes_than_expected_are_refused(bool tellsLength, string expected)
    {
        using FileServer server = new(_content) { TellsLength = tellsLength };
        DownloadException error = await Fails(Described(server.Url) with { Length = _content.Length - 1 });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("file.gz", Names());
    }

    [Fact]
    public async Task A_server_that_sends_nothing_is_given_up()
    {
        using FileServer server = new(_content) { Hangs = true };
        Downloader impatient = new(_client) { Attempts = 1, Patience = TimeSpan.FromMilliseconds(200) };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => impatient.DownloadAsync(Described(server.Url), _folder.Root));
        Assert.Contains("nothing came for 0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_the_message_says_so()
    {
        Uri nowhere;
        using (FileServer server = new(_content))
        {
            nowhere = server.Url;
        }

        DownloadException error = await Fails(Described(nowhere));
        Assert.Contains(nowhere.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("Check the network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_download_keeps_what_came()
    {
        using FileServer server = new(_content) { Pace = TimeSpan.FromMilliseconds(5) };
        using CancellationTokenSource cancellation = new();
        Recorder progress = new(report =>
        {
            if (report.Received > 2000)
            {
                cancellation.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _downloader.DownloadAsync(Described(server.Url), _folder.Root, progress, cancellation.Token));
        Assert.Equal(["file.gz.part"], Names());
        byte[] kept = File.ReadAllBytes(Part);
        Assert.InRange(kept.Length, 2000, _content.Length - 1);
        Assert.True(_content.AsSpan(0, kept.Length).SequenceEqual(kept));
    }

    [Fact]
    public async Task Many_that_want_the_same_file_download_it_once()
    {
        using FileServer server = new(_content);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => new Downloader(_client).DownloadAsync(Described(server.Url), _folder.Root))));
        Assert.Equal([0], server.Requests);
        Assert.Equal(["file.gz"], Names());
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Unsafe_addresses_and_names_are_refused()
    {
        Uri http = new("http://data.invalid/f"), https = new("https://data.invalid/f");
        foreach (DatasetFile file in new DatasetFile[]
        {
            new("file.gz", http), new("file.gz", new Uri("file:///etc/passwd")), new("file.gz"),
            new("../file.gz", https), new("..", https), new("a/b", https), new("", https),
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => _downloader.DownloadAsync(file, _folder.Root));
        }
    }

    [Fact]
    public void The_addresses_of_the_well_known_sets_are_safe_and_their_checksums_well_formed()
    {
        foreach (DatasetFile file in WellKnownDatasets.All.SelectMany(static s => s.Files))
        {
            Assert.NotEmpty(file.Urls);
            Assert.Equal(Uri.UriSchemeHttps, file.Urls[0].Scheme);
            Assert.Equal(32, Convert.FromHexString(file.Sha256!).Length);
            Assert.True(file.Length > 0);
        }
    }

    private static byte[] Content()
    {
        byte[] content = new byte[300_000];
        new Random(3).NextBytes(content);
        return content;
    }

    private static DatasetFile Described(params Uri[] urls) => new("file.gz", urls)
    {
        Length = _content.Length,
        Sha256 = Convert.ToHexString(SHA256.HashData(_content)),
    };

    private Task<DownloadException> Fails(DatasetFile file) =>
        Assert.ThrowsAsync<DownloadException>(() => _downloader.DownloadAsync(file, _folder.Root));

    private string[] Names() => [.. Directory.GetFiles(_folder.Root).Select(static f => Path.GetFileName(f)).Order()];

    private sealed class Recorder(Action<DownloadProgress>? also = null) : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            also?.Invoke(value);
        }
    }

    /// <summary>Sends every request to the test's server.</summary>
    private sealed class Redirect(Uri to) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = to;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
