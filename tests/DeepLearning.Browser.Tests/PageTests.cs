using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DeepLearning.Tests.Infrastructure;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Browser;

/// <summary>A visitor of samples/Browser: waits, draws, stops and goes on, takes the model away and brings it back.</summary>
public sealed partial class PageTests(PublishedPage published, ITestOutputHelper output) : IClassFixture<PublishedPage>
{
    private const double WantedAccuracy = 95;

    [BrowserFact]
    public async Task The_network_learns_in_the_page_and_does_what_a_visitor_asks()
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = BrowserFactAttribute.Browser,
            Args = ["--no-sandbox"],
        });
        IPage page = await browser.NewPageAsync(
            new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 900, Height = 900 } });
        List<string> problems = [];
        page.PageError += (_, error) => problems.Add(error);
        page.Request += (_, request) =>
        {
            if (!Own(published.Address).Any(own => request.Url.StartsWith(own, StringComparison.Ordinal)))
            {
                problems.Add($"The page asked {request.Url}.");
            }
        };
        await page.GotoAsync(published.Address);

        // It learns within a minute, and says so.
        Stopwatch clock = Stopwatch.StartNew();
        await page.WaitForFunctionAsync(
            $"parseFloat(document.getElementById('status').textContent) >= {WantedAccuracy.ToString(CultureInfo.InvariantCulture)}", null,
            new PageWaitForFunctionOptions { Timeout = 60_000 });

        output.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s: {await page.TextContentAsync("#status")}");

        // It stops and goes on.
        await page.ClickAsync("#run");
        (double accuracy, int steps) = await Status(page);
        await page.WaitForTimeoutAsync(500);
        Assert.Equal((accuracy, steps), await Status(page));
        Assert.Equal("Continue", await page.TextContentAsync("#run"));

        // A stroke from top to bottom is a one.
        LocatorBoundingBoxResult paper = (await page.Locator("#paper").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(paper.X + 130, paper.Y + 40);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(paper.X + 126, paper.Y + 215, new MouseMoveOptions { Steps = 20 });
        await page.Mouse.UpAsync();
        Assert.Equal("This looks like 1.", await page.TextContentAsync("#seen"));
        Assert.Equal(30, await page.Locator("#bars > *").CountAsync());
        await page.ScreenshotAsync(
            new PageScreenshotOptions { Path = RepositoryFiles.PathOf("artifacts", "browser", "page.png"), FullPage = true });

        // Taken away, begun anew, a damaged file, and brought back.
        string file = Path.Combine(RepositoryFiles.PathOf("artifacts", "browser"), "digits.safetensors");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#download"));
        await download.SaveAsAsync(file);
        await page.ClickAsync("#again");
        Assert.True((await Status(page)).Accuracy < 50);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        await Upload(page, bytes[..100]);
        await page.WaitForFunctionAsync("document.getElementById('status').textContent.startsWith('digits.safetensors: ')");
        await Upload(page, bytes);
        await page.WaitForFunctionAsync($"parseFloat(document.getElementById('status').textContent) > {WantedAccuracy - 5}");
        Assert.Equal(accuracy, (await Status(page)).Accuracy);

        await page.ClickAsync("#run");
        await page.WaitForFunctionAsync("!document.getElementById('status').textContent.includes('after 0 steps')");
        Assert.Empty(problems);
    }

    /// <summary>What a page may ask for that sends nothing anywhere.</summary>
    private static string[] Own(string address) => [address, "data:", "blob:"];

    private static Task Upload(IPage page, byte[] file) => page.SetInputFilesAsync(
        "#upload", new FilePayload { Name = "digits.safetensors", MimeType = "application/octet-stream", Buffer = file });

    private static async Task<(double Accuracy, int Steps)> Status(IPage page)
    {
        Match match = Figures().Match((await page.TextContentAsync("#status"))!);
        Assert.True(match.Success);
        return (
            double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^([0-9.]+) % .* after ([0-9]+) steps")]
    private static partial Regex Figures();
}
