using System.ComponentModel;
using DeepLearning;
using DeepLearning.Workloads;

Options options;
try
{
    options = Options.Parse(args);
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (options.Help)
{
    Console.WriteLine(Options.Usage);
    return 0;
}

Parallelism.Threads = options.Threads;
IReadOnlyList<string> names = options.Chosen();
IEnumerable<string> trainings = names.Where(Catalog.Trainings.ContainsKey);
try
{
    switch (options.Task)
    {
        case "--list":
            Print(names, static name => name);
            return 0;
        case "--check":
            return Compare(trainings, name => new StartOfFiles(options.Given, name));
        case "--recorded":
            return Compare(trainings, StartOfFormula.Recorded);
        case "--peak":
            Peak.Run(1024, options.Seconds);
            return 0;
        case "--loading":
            Loading.Run(options.Data, options.Seconds);
            return 0;
        case "--bits":
            Print(names, Fingerprint.ToJson);
            return 0;
        case Measurement.Memory or Measurement.First:
            Print(trainings, Fresh);
            return 0;
        case "--against":
            return Race();
        default:
            Print(names, name => Line(DeepLearning.Workloads.Race.Measure(name, options.Seconds)));
            return 0;
    }
}
catch (Exception error) when (error is IOException or InvalidDataException or InvalidOperationException or Win32Exception)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

int Race() => options.Given switch
{
    "torch" => Against.RunTorch(new Torch(options.Python, options.Threads), names, options.Seconds, options.Rounds),
    "torchsharp" => Against.RunTorchSharp(new TorchSharp(options.Host, options.Threads), names, options.Seconds, options.Rounds),
    "onnxruntime" => Against.RunOnnxRuntime(new OnnxRuntime(options.Threads), names, options.Seconds, options.Rounds),
    string folder => new Rival(folder, options.Threads).Measure(names, options.Seconds, options.Rounds),
};

// What only a process that has done nothing else can tell: several names get a process each.
string Fresh(string name)
{
    Result result = trainings.Skip(1).Any()
        ? new Build(Programs.Own, options.Threads).Measure(name, options.Seconds, options.Task)
        : options.Task == Measurement.Memory ? Memory.Measure(name, options.Seconds) : FirstSteps.Measure(name, options.Seconds);
    return Line(result);
}

string Line(Result result) => options.Json || !trainings.Skip(1).Any() && options.Task is not null
    ? result.ToJson()
    : FormattableString.Invariant($"{result.Workload,-22} {result.Value,12:0.0000} {result.Metric}");

static void Print(IEnumerable<string> names, Func<string, string> line)
{
    foreach (string name in names)
    {
        Console.WriteLine(line(name));
    }
}

// Results as JSON lines; by how much they differ beside them, where nobody reads them as such.
static int Compare(IEnumerable<string> names, Func<string, Start> startOf)
{
    bool isSame = true;
    foreach (string name in names)
    {
        Start start = startOf(name);
        CheckResult result = Check.Run(name, start);
        Deviation deviation = result.From(start.Reference);
        Console.WriteLine(result.ToJson());
        Console.Error.WriteLine($"{name}: {deviation}");
        isSame &= deviation.IsSameWork;
    }

    return isSame ? 0 : 1;
}
