using System.Runtime.Intrinsics.X86;

namespace DeepLearning.Workloads;

/// <summary>The peer: PyTorch, run with the settings that make it as fast as it gets (see the header of its script).</summary>
internal sealed class Torch(string python, int threads) : Side(threads)
{
    /// <summary>The settings of memory and threads, for LibTorch in any clothes.</summary>
    public static readonly (string Name, string Value)[] Settings =
    [
        ("GOMP_SPINCOUNT", "1000"), ("MALLOC_MMAP_THRESHOLD_", "4294967296"), ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
        ("MALLOC_TOP_PAD_", "268435456"),
    ];

    private static readonly (string Name, string Value) s_kernels = ("OPENBLAS_CORETYPE", "SKYLAKEX");

    private readonly string _folder = Programs.PeersFolder();
    private bool _namesKernels;

    public void WriteReference(string folder, IEnumerable<string> names) =>
        RunScript("torch_workloads.py", ["--reference", folder, .. names]);

    /// <summary>
    /// What this PyTorch is and how fast its matrix product is. An OpenBLAS that does not know the processor is told its kernels, from here
    /// on, if that makes it faster.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public PeerSetup Setup()
    {
        PeerSetup plain = Ask(false);
        if (!Avx512F.IsSupported)
        {
            return plain;
        }

        PeerSetup told = Ask(true);
        _namesKernels = told.GemmOneThread > 1.05 * plain.GemmOneThread;
        return _namesKernels ? told : plain;
    }

    protected override string Run(params string[] arguments) =>
        RunScript("torch_rows.py", arguments.Where(static a => a != "--json"));

    private PeerSetup Ask(bool namesKernels)
    {
        _namesKernels = namesKernels;
        return PeerSetup.Parse(RunScript("torch_setup.py", ["--threads", Text(Threads)]), python);
    }

    private string RunScript(string script, IEnumerable<string> arguments) => Programs.Run(
        python, [Path.Combine(_folder, script), .. arguments],
        [("OMP_NUM_THREADS", Text(Threads)), .. Settings, .. _namesKernels ? [s_kernels] : Array.Empty<(string, string)>()]);
}
