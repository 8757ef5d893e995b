using System.Security.Cryptography;
using DeepLearning.Data;
using DeepLearning.Tests.DataTests.Downloads;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Sources;

[Trait("Rerun", "Culture")]
public sealed class DatasetFolderTests : IDisposable
{
    private static readonly byte[] _content = [1, 2, 3, 4, 5];
    private static readonly Downloader _downloader = new(new HttpClient(new SocketsHttpHandler { UseProxy = false })) { Attempts = 1 };

    private readonly TemporaryFolder _folder = new();

    private DatasetPlaces Places => new(Path.Combine(_folder.Root, "variable"), Path.Combine(_folder.Root, "cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_given_folder_is_the_only_one_looked_in()
    {
        Put("given/file.gz");
        Put("cache/toys/file.gz");
        Assert.Equal(_folder["given"], Find(_folder["given"]).Path);
        DatasetNotFoundException error = Assert.Throws<DatasetNotFoundException>(() => Find(_folder["other"]));
        Assert.Equal("toys", error.Dataset);
        Assert.Contains($"{_folder["other"]} (the folder given): no such folder", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cache)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Then_come_the_variable_its_sub_folder_the_cache_and_the_systems_folder()
    {
        Put("system/file.gz");
        Assert.Equal(_folder["system"], Find().Path);
        Put("cache/toys/file.gz");
        Assert.Equal(_folder["cache", "toys"], Find().Path);
        Put("variable/file.gz");
        Assert.Equal(_folder["variable"], Find().Path);
        Put("variable/toys/file.gz");
        Assert.Equal(_folder["variable", "toys"], Find().Path);
    }

    [Theory]
    [InlineData("data-idx1.gz", true)]
    [InlineData("data-idx1", true)]
    [InlineData("data.idx1", true)]
    [InlineData("data.idx1.gz", true)]
    [InlineData("other-idx1", false)]
    public void A_file_is_found_packed_or_not(string name, bool found)
    {
        Put(name);
        Assert.Equal(found ? _folder[name] : null, new DatasetFile("data-idx1.gz").FindIn(_folder.Root));
    }

    [Fact]
    public void A_missing_set_names_files_places_and_ways_to_get_it()
    {
        Directory.CreateDirectory(_folder["cache", "toys", "x"]);
        DatasetNotFoundException error = Assert.Throws<DatasetNotFoundException>(() => Find());
        foreach (string part in new[]
        {
            "Toys was not found. It needs file.gz.",
            $"{_folder["variable"]} (environment variable DEEPLEARNING_DATA): no such folder",
            $"{_folder["cache", "toys"]} (cache): none of the files", $"{_folder["system"]} (system package): no such folder",
            "download: true", "DEEPLEARNING_DATA to that folder or the one above it", "from https://data.invalid/toys/ into ",
            "or ask the toy maker.",
        })
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_set_is_downloaded_into_the_cache_or_the_folder_given()
    {
        using FileServer server = new(_content);
        Assert.Equal(_folder["cache", "toys"], (await FindOrDownload(server.Url, null)).Path);
        Assert.Equal(_folder["cache", "toys"], Find().Path);
        Assert.Equal(_folder["given"], (await FindOrDownload(server.Url, _folder["given"])).Path);
        Assert.Equal(_folder["given"], (await FindOrDownload(server.Url, _folder["given"])).Path);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(_content, File.ReadAllBytes(Find()["file.gz"]));
        Assert.Throws<ArgumentException>(() => Find()["no.gz"]);
    }

    [Fact]
    public async Task A_set_that_cannot_be_downloaded_says_why_and_what_else_to_do()
    {
        using FileServer server = new(_content) { Status = "404 Not Found" };
        DatasetNotFoundException error = await Assert.ThrowsAsync<DatasetNotFoundException>(() => FindOrDownload(server.Url, null));
        Assert.IsType<DownloadException>(error.InnerException);
        Assert.Contains($"{server.Url}: HTTP 404 Not Found", error.Message, StringComparison.Ordinal);
        Assert.Contains("or ask the toy maker", error.Message, StringComparison.Ordinal);
    }

    private DatasetSource Toys(Uri? url = null) =>
        new("toys", "Toys", new DatasetFile("file.gz", url ?? new Uri("https://data.invalid/toys/file.gz"))
        {
            Length = _content.Length,
            Sha256 = Convert.ToHexString(SHA256.HashData(_content)),
        })
        {
            SystemFolders = [_folder["system"]],
            Hint = "ask the toy maker",
        };

    private DatasetFolder Find(string? folder = null) => DatasetFolder.Find(Toys(), folder, Places);

    private Task<DatasetFolder> FindOrDownload(Uri url, string? folder) =>
        DatasetFolder.FindOrDownloadAsync(Toys(url), folder, _downloader, null, Places, default);

    private void Put(string name) => File.WriteAllBytes(_folder[name.Split('/')], _content);
}
