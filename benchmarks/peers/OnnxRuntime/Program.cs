using System.Diagnostics;
using System.Globalization;
using DeepLearning;
using DeepLearning.Layers;
using DeepLearning.Onnx;
using DeepLearning.Workloads;
using Microsoft.ML.OnnxRuntime;

// The inference workloads at a batch size against ONNX Runtime: the same weights, which the models' own export gives it; the same input;
// the outputs compared; then both in turn, ROUNDS times, on so many threads each.
//   [--batch 1] [--threads ALL] [--rounds 9] [--milliseconds 500] [--json] [name ...]
// --json: for each workload a line of theirs and one of the compiled model's, as DeepLearning.Workloads prints them, which starts this
// program for --against onnxruntime.
int rounds = Number("--rounds", 9), threads = Number("--threads", Environment.ProcessorCount), batch = Number("--batch", 1);
double seconds = Number("--milliseconds", 500) / 1000.0;
bool asJson = args.Contains("--json");
string[] names = [.. args.Where(Catalog.Inferences.ContainsKey)];
string version = OrtEnv.Instance().GetVersionString();
Parallelism.Threads = threads;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (!asJson)
{
    Console.WriteLine($"ONNX Runtime {version}, batch {batch}, {threads} threads, {rounds} rounds of {seconds} s");
    Console.WriteLine($"{"workload",-20} {"theirs ms",10} {"eager ms",10} {"compiled",10} {"ratio",7}  difference");
}

List<double> ratios = [];
foreach ((string name, Func<(Module<Tensor, Tensor> Model, Tensor Input)> make) in Catalog.Inferences)
{
    if (names.Length == 0 || names.Contains(name))
    {
        ratios.Add(Compare(name, make));
    }
}

if (!asJson)
{
    double mean = Race.GeometricMean(ratios);
    Console.WriteLine($"geometric mean of {ratios.Count} ratios: {mean:0.00} (above 1: the compiled model is faster)");
}

return 0;

double Compare(string name, Func<(Module<Tensor, Tensor> Model, Tensor Input)> make)
{
    Generator.Default.ManualSeed(1);
    (Module<Tensor, Tensor> model, Tensor one) = make();
    Tensor x = Tensor.Cat([.. Enumerable.Repeat(one, batch)], 0);
    model.Eval();
    CompiledModel compiled = model.Compile(x);
    using SessionOptions options = new()
    {
        IntraOpNumThreads = threads,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };
    using InferenceSession session = new(model.ToOnnx(x).ToArray(), options);
    long[] shape = [.. x.Shape.ToArray().Select(static length => (long)length)];
    using OrtValue given = x.DType == DType.Int64
        ? OrtValue.CreateTensorValueFromMemory(x.ToArray<long>(), shape)
        : OrtValue.CreateTensorValueFromMemory(x.ToArray<float>(), shape);
    using RunOptions run = new();
    Dictionary<string, OrtValue> inputs = new() { [session.InputNames[0]] = given };

    void Theirs() => session.Run(run, inputs, session.OutputNames).Dispose();

    void Eager()
    {
        using TensorScope scope = new();
        using GradMode.Region region = GradMode.Inference();
        model.Forward(x);
    }

    void Compiled()
    {
        using TensorScope scope = new();
        compiled.Forward(x);
    }

    Tensor ours = compiled.Forward(x);
    using (IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, inputs, session.OutputNames))
    {
        Tensor theirs = Tensor.From(outputs[0].GetTensorDataAsSpan<float>(), ours.Shape.ToArray());
        double difference = ((ours - theirs).Abs().Max() / theirs.Abs().Max()).Item<float>();
        Action[] sides = asJson ? [Theirs, Compiled] : [Theirs, Eager, Compiled];
        double[] medians = Medians(sides);
        double ratio = medians[0] / medians[^1];
        if (asJson)
        {
            if (!(difference <= 1e-4))
            {
                throw new InvalidOperationException($"{name}: the outputs differ by {difference:0.0e0} of the largest.");
            }

            string[] sideNames = [$"ONNX Runtime {version}", Race.Peer];
            foreach ((double median, string side) in medians.Zip(sideNames))
            {
                Console.WriteLine(new Result(name, "ms_per_step", median, median, threads, "cpu", side).ToJson());
            }

            return ratio;
        }

        Console.WriteLine(
            $"{name,-20} {medians[0],10:0.0000} {medians[1],10:0.0000} {medians[2],10:0.0000} {ratio,7:0.00}  {difference:0.0e0}"
            + (difference <= 1e-4 ? "" : "  DIFFERS"));
        return ratio;
    }
}

// The median of the rounds' medians of each, in milliseconds; who goes first changes from round to round.
double[] Medians(Action[] sides)
{
    List<double>[] times = [.. sides.Select(static _ => new List<double>())];
    foreach (Action side in sides)
    {
        Time(side);
    }

    for (int round = 0; round < rounds; round++)
    {
        for (int i = 0; i < sides.Length; i++)
        {
            int side = (round + i) % sides.Length;
            times[side].Add(Time(sides[side]));
        }
    }

    return Array.ConvertAll(times, Race.Median);
}

double Time(Action step)
{
    List<double> times = [];
    long begin = Stopwatch.GetTimestamp();
    while (times.Count < 5 || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
    {
        long start = Stopwatch.GetTimestamp();
        step();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    return Race.Median(times);
}

int Number(string option, int otherwise)
{
    int at = Array.IndexOf(args, option);
    return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}
