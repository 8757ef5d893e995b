using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>The peer: PyTorch, run with the settings that make it as fast as it gets (see the header of the script).</summary>
internal sealed class Torch(string python, int threads)
{
    private const string Workloads = "torch_workloads.py";

    private static readonly (string Name, string Value)[] _settings =
    [
        ("OPENBLAS_CORETYPE", "SKYLAKEX"), ("GOMP_SPINCOUNT", "1000"), ("MALLOC_MMAP_THRESHOLD_", "4294967296"),
        ("MALLOC_TRIM_THRESHOLD_", "17179869184"), ("MALLOC_TOP_PAD_", "268435456"),
    ];

    private readonly string _folder = FindFolder();

    public Result Measure(string name, double seconds) => Result.Parse(Run(
        Workloads, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
        name));

    public void WriteReference(string folder, IEnumerable<string> names) => Run(Workloads, ["--reference", folder, .. names]);

    /// <summary>What this PyTorch is and how fast its matrix product is.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public PeerSetup Setup() => PeerSetup.Parse(Run("torch_setup.py", "--threads", threads.ToString(CultureInfo.InvariantCulture)), python);

    private static string FindFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string peers = Path.Combine(folder.FullName, "benchmarks", "peers");
            if (File.Exists(Path.Combine(peers, Workloads)))
            {
                return peers;
            }
        }

        throw new FileNotFoundException("benchmarks/peers/torch_workloads.py was not found above the program; run it from a clone of the "
            + "repository.");
    }

    private string Run(string script, params string[] arguments)
    {
        string path = Path.Combine(_folder, script);
        ProcessStartInfo start = new(python, [path, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in _settings)
        {
            if (name != "OPENBLAS_CORETYPE" || System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            {
                start.Environment[name] = value;
            }
        }

        using Process process = Start(start);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{python} {path} {string.Join(' ', arguments)} failed with exit code "
                + $"{process.ExitCode}.");
    }
    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException(
                $"There is nothing to race against: {start.FileName} could not be started; --python names an interpreter that has torch.",
                error);
        }
    }
}
