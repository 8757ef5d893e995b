using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DeepLearning.DeviceTest;

/// <summary>What was found: told as it comes, and written as text and as JSON in the end.</summary>
internal sealed class Report(string folder)
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<string> _lines = [];
    private readonly List<Entry> _entries = [];

    public int Failures { get; private set; }

    public void Say(string line)
    {
        Console.WriteLine(line);
        _lines.Add(line);
    }

    /// <summary>Runs a check; what it returns is what is wrong, and an exception is wrong, too.</summary>
    public void Check(string section, string name, Func<string?> check)
    {
        long start = Stopwatch.GetTimestamp();
        string? wrong;
        try
        {
            wrong = check();
        }
        catch (Exception error)
        {
            Exception inner = error is System.Reflection.TargetInvocationException ? error.InnerException! : error;
            wrong = $"{inner.GetType().Name}: {inner.Message.Split('\n')[0]}";
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Failures += wrong is null ? 0 : 1;
        _entries.Add(new Entry(section, name, wrong is null ? "ok" : "FAILED", null, wrong));
        if (wrong is not null || section != "formulas")
        {
            Say(string.Create(
                CultureInfo.InvariantCulture, $"{(wrong is null ? "ok    " : "FAILED")} {section}: {name} ({seconds:0.0} s) {wrong}"));
        }
    }

    /// <summary>Takes a figure down.</summary>
    public void Figure(string section, string name, double value, string unit, string? note = null)
    {
        _entries.Add(new Entry(section, name, unit, double.IsFinite(value) ? value : null, note));
        Say(string.Create(CultureInfo.InvariantCulture, $"{section,-12} {name,-34} {value,12:G5} {unit,-10} {note}"));
    }

    public void Save(string device)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "results.txt"), _lines);
        File.WriteAllText(
            Path.Combine(folder, "results.json"),
            JsonSerializer.Serialize(new { device, failures = Failures, entries = _entries }, s_indented));
    }

    private sealed record Entry(string Section, string Name, string Unit, double? Value, string? Note);
}
