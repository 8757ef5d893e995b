using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>The peer: PyTorch, run with the settings that make it as fast as it gets (see the header of the script).</summary>
internal sealed class Torch(string python, int threads)
{
    private static readonly (string Name, string Value)[] _settings =
    [
        ("OPENBLAS_CORETYPE", "SKYLAKEX"), ("GOMP_SPINCOUNT", "1000"), ("MALLOC_MMAP_THRESHOLD_", "4294967296"),
        ("MALLOC_TRIM_THRESHOLD_", "17179869184"), ("MALLOC_TOP_PAD_", "268435456"),
    ];

    private readonly string _script = FindScript();

    public Result Measure(string name, double seconds)
    {
        string output = Run("--threads", threads.ToString(CultureInfo.InvariantCulture), "--seconds",
            seconds.ToString(CultureInfo.InvariantCulture), name);
        using JsonDocument line = JsonDocument.Parse(output);
        JsonElement root = line.RootElement;
        return new Result(
            name, root.GetProperty("metric").GetString()!, root.GetProperty("value").GetDouble(), root.GetProperty("best").GetDouble(),
            root.GetProperty("threads").GetInt32(), root.GetProperty("device").GetString()!, root.GetProperty("peer").GetString()!);
    }

    public void WriteReference(string folder, IEnumerable<string> names) => Run(["--reference", folder, .. names]);

    private static string FindScript()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string script = Path.Combine(folder.FullName, "benchmarks", "peers", "torch_workloads.py");
            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new FileNotFoundException("benchmarks/peers/torch_workloads.py was not found above the program; run it from a clone of the "
            + "repository.");
    }

    private string Run(params string[] arguments)
    {
        ProcessStartInfo start = new(python, [_script, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in _settings)
        {
            if (name != "OPENBLAS_CORETYPE" || System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            {
                start.Environment[name] = value;
            }
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{python} could not be started.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{python} {_script} {string.Join(' ', arguments)} failed with exit code "
                + $"{process.ExitCode}.");
    }
}
