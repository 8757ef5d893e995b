using System.Diagnostics;
using System.Globalization;
using DeepLearning.Workloads;
using TorchSharp;
using TorchSharp.Workloads;
using static TorchSharp.torch;

// The workloads of torch_workloads.py as a user of TorchSharp writes them, each step in a scope that disposes what it made; JSON lines as
// DeepLearning.Workloads prints them, which starts this program (--against torchsharp) with the settings of the script's header.
//   [--threads 2] [--seconds 2] [--list] [--memory] [--losses] [NAME ...]
// --memory: MB, the peak of the resident memory during a training's steps over what the process had before the first; one name a process.
// --losses: what five steps of a training lose, to see that it learns.
List<string> names = [], every = [.. Catalog.Trainings.Keys, .. Catalog.Kernels.Keys];
int threads = 2;
double seconds = 2;
string task = "";
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--threads":
            threads = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--seconds":
            seconds = double.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--json":
            break;
        case "--list" or "--memory" or "--losses":
            task = args[i];
            break;
        case string name when every.Contains(name):
            names.Add(name);
            break;
        default:
            Console.Error.WriteLine($"unknown: {args[i]}; workloads: {string.Join(", ", every)}");
            return 2;
    }
}

set_num_threads(threads);
string peer = $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version?.ToString(3)}";
foreach (string name in every.Where(name => names.Count == 0 || names.Contains(name)))
{
    if (task == "--list")
    {
        Console.WriteLine(name);
        continue;
    }

    random.manual_seed(1);
    if (task.Length > 0 && !Catalog.Trainings.ContainsKey(name))
    {
        continue;
    }

    Console.WriteLine(task switch
    {
        "--memory" => Memory(name).ToJson(),
        "--losses" => Losses(name),
        _ => Speed(name).ToJson(),
    });
}

return 0;

static string Losses(string name)
{
    Training training = Catalog.Trainings[name]();
    return string.Create(CultureInfo.InvariantCulture, $"{name} {string.Join(' ', Enumerable.Range(0, 5).Select(_ => training.Loss()))}");
}

// As torch_workloads.py measures, after the time that .NET's compiler needs.
Result Speed(string name)
{
    string metric = "ms_per_step";
    double scale = 1e3;
    Action step;
    if (Catalog.Trainings.TryGetValue(name, out Func<Training>? make))
    {
        step = make().Step;
    }
    else
    {
        (Func<Tensor> call, metric, scale) = Catalog.Kernels[name]();
        step = () =>
        {
            using DisposeScope scope = NewDisposeScope();
            call();
        };
    }

    long start = Stopwatch.GetTimestamp();
    for (int i = 0; i < 3 || (i < 100_000 && Seconds(start) < Math.Min(seconds, 1.5)); i++)
    {
        step();
    }

    start = Stopwatch.GetTimestamp();
    step();
    int inner = Math.Max(1, (int)(0.02 / Math.Max(Seconds(start), 1e-7)));
    List<double> times = [];
    long begin = Stopwatch.GetTimestamp();
    while (times.Count < 5 || (Seconds(begin) < seconds && times.Count < 200))
    {
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < inner; i++)
        {
            step();
        }

        times.Add(Seconds(start) / inner);
    }

    times.Sort();
    double median = (times[times.Count / 2] + times[(times.Count - 1) / 2]) / 2;
    double Figure(double time) => metric == "ms_per_step" ? time * scale : scale / time / 1e9;
    return new Result(name, metric, Figure(median), Figure(times[0]), threads, "cpu", peer);
}

Result Memory(string name)
{
    Training training = Catalog.Trainings[name]();
    File.WriteAllText("/proc/self/clear_refs", "5");
    double before = PeakOfMemory();
    long start = Stopwatch.GetTimestamp();
    for (int step = 0; step < 20 || Seconds(start) < seconds; step++)
    {
        training.Step();
    }

    double grown = PeakOfMemory() - before;
    return new Result(name, "mb_over_start", grown, grown, threads, "cpu", peer);
}

static double PeakOfMemory()
{
    string line = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
    return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
}

static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;
