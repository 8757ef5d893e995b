using System.Diagnostics;
using System.Globalization;
using DeepLearning;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

// predict FILE: loads a network from a file (made if it is not there) and predicts once.
// train STEPS:  trains it, and says what a step takes in the second half, and which weights came out.
// step:         makes the first step of the race's mlp.
// Each prints figures as NAME=VALUE; benchmarks/publish makes the table of them.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["predict", string file]:
        Predict(file);
        return 0;
    case ["train", string steps]:
        Train(int.Parse(steps, CultureInfo.InvariantCulture));
        return 0;
    case ["step"]:
        FirstStep();
        return 0;
    default:
        Console.Error.WriteLine("usage: predict FILE | train STEPS | step");
        return 2;
}

static Sequential Network() => new(
    new Conv2d(1, 16, 3, padding: 1), new ReLU(), new MaxPool2d(2), new Conv2d(16, 32, 3, padding: 1), new ReLU(), new MaxPool2d(2),
    new Flatten(), new Linear(32 * 7 * 7, 10));

static void Predict(string file)
{
    Sequential model = Network();
    if (!File.Exists(file))
    {
        model.Save(file);
        return;
    }

    model.Load(file);
    model.Eval();
    using (GradMode.Inference())
    {
        _ = model.Forward(Tensor.Ones(1, 1, 28, 28)).ArgMax(1).Item<long>();
    }

    using Process process = Process.GetCurrentProcess();
    Console.WriteLine($"prediction={SinceStart(process):0.0}");
    Console.WriteLine($"memory={process.WorkingSet64 / (1024.0 * 1024):0.0}");
}

static void FirstStep()
{
    Sequential model = new(new Linear(784, 512), new ReLU(), new Linear(512, 256), new ReLU(), new Linear(256, 10));
    Adam optimizer = new(model.Parameters(), 1e-3);
    Tensor x = Tensor.Randn(128, 784), y = Tensor.RandInt(0, 10, [128]);
    optimizer.ZeroGrad();
    Loss.CrossEntropy(model.Forward(x), y).Backward();
    optimizer.Step();
    using Process process = Process.GetCurrentProcess();
    Console.WriteLine($"first_step={SinceStart(process):0.0}");
}

static double SinceStart(Process process) => (DateTime.Now - process.StartTime).TotalMilliseconds;

static void Train(int steps)
{
    Generator.Default.ManualSeed(1);
    Sequential model = Network();
    Adam optimizer = new(model.Parameters());
    Tensor x = Tensor.Randn(64, 1, 28, 28), y = Tensor.RandInt(0, 10, [64]);
    List<double> times = [];
    for (int step = 0; step < steps; step++)
    {
        long start = Stopwatch.GetTimestamp();
        using TensorScope scope = new();
        optimizer.ZeroGrad();
        Loss.CrossEntropy(model.Forward(x), y).Backward();
        optimizer.Step();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    List<double> later = times[(steps / 2)..];
    later.Sort();
    Console.WriteLine($"step={later[later.Count / 2]:0.00}");
    Console.WriteLine($"weights={model.Fingerprint()}");
}
