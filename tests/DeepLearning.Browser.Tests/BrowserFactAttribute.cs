namespace DeepLearning.Tests.Browser;

/// <summary>A test that drives Chromium; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    private const string Variable = "DEEPLEARNING_BROWSER";

    public BrowserFactAttribute()
    {
        if (Browser is null)
        {
            Skip = $"There is no Chromium; set {Variable} to its program.";
        }
    }

    /// <summary>The program, or null.</summary>
    public static string? Browser { get; } = Environment.GetEnvironmentVariable(Variable) ?? (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        from name in new[] { "chromium", "chromium-browser", "google-chrome", "chrome.exe", "msedge.exe" }
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();
}
