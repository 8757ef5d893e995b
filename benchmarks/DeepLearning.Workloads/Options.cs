using System.Globalization;
using System.IO.Enumeration;

namespace DeepLearning.Workloads;

/// <summary>The command line.</summary>
internal sealed class Options
{
    public const string Usage = """
        Runs the workloads of benchmarks/peers/torch_workloads.py, and rows beside the processor's peaks.

          dotnet run -c Release --project benchmarks/DeepLearning.Workloads -- [options] [name ...]

          name                 a workload, a pattern (gemm_*), or a group: training, kernels, inference, rows; all without any
          --threads N          threads to use (all processors)
          --seconds S          time for a workload (2)
          --json               JSON lines, as the peer's script prints them
          --list               the names
          --check DIR          start from what torch_workloads.py --reference DIR wrote, take 5 steps, print losses and gradient norms;
                               fails where they differ from the peer's
          --recorded           the same from numbers that both sides compute, against the records in benchmarks/peers/recorded
          --against torch      check, then run both sides in turn: ratios, their means, the machine's roofline, peak memory
          --against torchsharp the same against benchmarks/peers/TorchSharp, without the check
          --against onnxruntime   inference against benchmarks/peers/OnnxRuntime
          --against DIR        another build of this program: ratios, and whether the bits are equal
          --rounds N           how many processes of both sides for each workload of --against (5)
          --memory             by how many MB the resident memory peaks over what it was before the first step (Linux)
          --first              milliseconds from the first step until steps are as fast as they get
          --bits               a hash of what each workload computes, as JSON lines
          --peak               the processor's multiply-add peak on one thread, and gemm_1024 beside it
          --loading            the mlp over MNIST: the share of its time spent waiting for batches, with 0, 1 and 2 workers
          --data DIR           the folder of MNIST for --loading (DEEPLEARNING_DATA, the cache)
          --python PATH        the interpreter that has torch (/usr/bin/python3)
          --host PATH          the dotnet that runs TorchSharp (dotnet)
        """;

    public List<string> Names { get; } = [];

    public int Threads { get; private set; } = Environment.ProcessorCount;

    public double Seconds { get; private set; } = 2;

    public bool Json { get; private set; }

    public bool Help { get; private set; }

    /// <summary>The option that says what to do; null: time the workloads.</summary>
    public string? Task { get; private set; }

    /// <summary>What the task was given: a folder, or a peer.</summary>
    public string Given { get; private set; } = "";

    public string? Data { get; private set; }

    public int Rounds { get; private set; } = 5;

    public string Python { get; private set; } = "/usr/bin/python3";

    public string Host { get; private set; } = "dotnet";

    /// <exception cref="ArgumentException">An option or a name is unknown.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{arguments[i - 1]} needs a value.");
            int Positive(string option) => int.TryParse(Value(), CultureInfo.InvariantCulture, out int number) && number > 0
                ? number
                : throw new ArgumentException($"{option} needs a positive number.");
            switch (arguments[i])
            {
                case "--threads":
                    options.Threads = Positive("--threads");
                    break;
                case "--seconds":
                    options.Seconds = double.TryParse(Value(), CultureInfo.InvariantCulture, out double seconds) && seconds > 0
                        ? seconds
                        : throw new ArgumentException("--seconds needs a positive number.");
                    break;
                case "--json":
                    options.Json = true;
                    break;
                case "--help" or "-h":
                    options.Help = true;
                    break;
                case "--data":
                    options.Data = Value();
                    break;
                case "--python":
                    options.Python = Value();
                    break;
                case "--host":
                    options.Host = Value();
                    break;
                case "--rounds":
                    options.Rounds = Positive("--rounds");
                    break;
                case "--list" or "--recorded" or "--peak" or "--loading" or "--bits" or Measurement.Memory or Measurement.First:
                    options.Task = arguments[i];
                    break;
                case "--check" or "--against":
                    options.Task = arguments[i];
                    options.Given = Value();
                    break;
                case ['-', ..]:
                    throw new ArgumentException($"Unknown option {arguments[i]}.");
                default:
                    options.Names.Add(arguments[i]);
                    break;
            }
        }

        string[] unknown = [.. options.Names.Where(static name => !Matching(name).Any())];
        return unknown.Length == 0
            ? options
            : throw new ArgumentException($"Unknown workload: {string.Join(", ", unknown)}; there are "
                + $"{string.Join(", ", Catalog.Groups.Keys)} (groups), {string.Join(", ", Catalog.Names)}.");
    }

    /// <summary>The workloads that were named, all if none was, in the catalog's order.</summary>
    public IReadOnlyList<string> Chosen()
    {
        HashSet<string> named = [.. Names.SelectMany(Matching)];
        return [.. Catalog.Names.Where(name => Names.Count == 0 || named.Contains(name))];
    }

    private static IEnumerable<string> Matching(string given) => Catalog.Groups.TryGetValue(given, out IEnumerable<string>? group)
        ? group
        : Catalog.Names.Where(name => FileSystemName.MatchesSimpleExpression(given, name, ignoreCase: false));
}
