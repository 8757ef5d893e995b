using System.Globalization;

namespace DeepLearning.Workloads;

/// <summary>The command line.</summary>
internal sealed class Options
{
    public const string Usage = """
        Runs the workloads of benchmarks/peers/torch_workloads.py.

          dotnet run -c Release --project benchmarks/DeepLearning.Workloads -- [options] [name ...]

          --threads N        threads to use (all processors)
          --seconds S        time for a workload (2)
          --json             JSON lines, as the peer's script prints them
          --list             the names
          --check DIR        start from what torch_workloads.py --reference DIR wrote, take 5 steps, print losses and gradient norms
          --against torch    check, then run both sides in turn: a table of ratios and their geometric mean
          --against DIR      another build of this program, in turn, in processes of their own: ratios, and whether the bits are equal
          --rounds N         how often both builds run for --against DIR (5)
          --bits             a hash of what each workload computes, as JSON lines
          --peak             the processor's multiply-add peak on one thread, and gemm_1024 beside it
          --loading          the mlp over MNIST: the share of its time spent waiting for batches, with 0, 1 and 2 workers
          --data DIR         the folder of MNIST for --loading (DEEPLEARNING_DATA, the cache)
          --python PATH      the interpreter that has torch (/usr/bin/python3)
        """;

    public List<string> Names { get; } = [];

    public int Threads { get; private set; } = Environment.ProcessorCount;

    public double Seconds { get; private set; } = 2;

    public bool Json { get; private set; }

    public bool List { get; private set; }

    public bool Help { get; private set; }

    public bool Peak { get; private set; }

    public bool Loading { get; private set; }

    public string? Data { get; private set; }

    public string? Check { get; private set; }

    public bool AgainstTorch { get; private set; }

    public string? AgainstBuild { get; private set; }

    public int Rounds { get; private set; } = 5;

    public bool Bits { get; private set; }

    public string Python { get; private set; } = "/usr/bin/python3";

    /// <exception cref="ArgumentException">An option or a name is unknown.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new();
        for (int i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{arguments[i - 1]} needs a value.");
            switch (arguments[i])
            {
                case "--threads":
                    options.Threads = int.TryParse(Value(), CultureInfo.InvariantCulture, out int threads) && threads > 0
                        ? threads
                        : throw new ArgumentException("--threads needs a positive number.");
                    break;
                case "--seconds":
                    options.Seconds = double.TryParse(Value(), CultureInfo.InvariantCulture, out double seconds) && seconds > 0
                        ? seconds
                        : throw new ArgumentException("--seconds needs a positive number.");
                    break;
                case "--json":
                    options.Json = true;
                    break;
                case "--list":
                    options.List = true;
                    break;
                case "--peak":
                    options.Peak = true;
                    break;
                case "--loading":
                    options.Loading = true;
                    break;
                case "--data":
                    options.Data = Value();
                    break;
                case "--help" or "-h":
                    options.Help = true;
                    break;
                case "--check":
                    options.Check = Value();
                    break;
                case "--python":
                    options.Python = Value();
                    break;
                case "--against":
                    string rival = Value();
                    options.AgainstTorch = rival == "torch";
                    options.AgainstBuild = rival == "torch" ? null : rival;
                    break;
                case "--rounds":
                    options.Rounds = int.TryParse(Value(), CultureInfo.InvariantCulture, out int rounds) && rounds > 0
                        ? rounds
                        : throw new ArgumentException("--rounds needs a positive number.");
                    break;
                case "--bits":
                    options.Bits = true;
                    break;
                case ['-', ..]:
                    throw new ArgumentException($"Unknown option {arguments[i]}.");
                default:
                    options.Names.Add(arguments[i]);
                    break;
            }
        }

        string[] unknown = [.. options.Names.Except(Catalog.Names)];
        return unknown.Length == 0
            ? options
            : throw new ArgumentException($"Unknown workload: {string.Join(", ", unknown)}; there are {string.Join(", ", Catalog.Names)}.");
    }
}
