using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Browser;

/// <summary>
/// Operations in the browser give what they give here, but for rounding: WebAssembly has no fused multiply-add.
/// </summary>
public sealed class OperationTests(PublishedOperations published, ITestOutputHelper output) : IClassFixture<PublishedOperations>
{
    [BrowserFact]
    public async Task Operations_give_in_the_browser_what_they_give_here()
    {
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = BrowserFactAttribute.Browser, Args = ["--no-sandbox"] });
        IPage page = await browser.NewPageAsync();
        await page.GotoAsync(published.Address);
        await page.WaitForFunctionAsync("document.title === 'ready'", null, new PageWaitForFunctionOptions { Timeout = 60_000 });
        string[] names = await page.EvaluateAsync<string[]>("() => names()");
        Assert.Equal(Operations.All.Select(operation => operation.Name), names);

        List<string> differences = [];
        foreach (string name in names)
        {
            double[] there = [.. (await page.EvaluateAsync<string[]>("name => compute(name)", name)).Select(Parse)];
            double[] here = Operations.Values(name);
            Assert.Equal(here.Length, there.Length);
            bool single = name.EndsWith(nameof(DType.Float32), StringComparison.Ordinal) || name == "training";
            double size = here.Where(double.IsFinite).Select(Math.Abs).Where(x => x < 1e6).DefaultIfEmpty(1).Max();
            int wrong = Enumerable.Range(0, here.Length).FirstOrDefault(i => !Agree(here[i], there[i], size, single ? 1e-5 : 1e-12), -1);
            if (wrong >= 0)
            {
                differences.Add($"{name}: element {wrong} is {there[wrong]:g9}, {here[wrong]:g9} here");
            }
        }

        output.WriteLine($"{names.Length} operations, {differences.Count} differ");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static double Parse(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    // Sums and products: relative to the largest of moderate size; single functions: relative to the value.
    private static bool Agree(double here, double there, double size, double tolerance) =>
        here.Equals(there) || Math.Abs(here - there) <= tolerance * Math.Max(Math.Abs(here), Math.Min(size, 1));
}
