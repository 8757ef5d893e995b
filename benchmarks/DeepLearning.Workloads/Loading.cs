using System.Diagnostics;
using System.Globalization;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads;

/// <summary>What the training of the mlp spends on waiting for its batches: MNIST, 128 a batch, shuffled.</summary>
internal static class Loading
{
    private const int BatchSize = 128;
    private const int MeasuredEpochs = 5;

    /// <summary>Goes over the settings in turn, an epoch each, and prints the medians of each.</summary>
    /// <param name="data">The folder of MNIST; the usual places when null.</param>
    /// <param name="seconds">The least time for a setting.</param>
    public static void Run(string? data, double seconds)
    {
        TensorDataset bytes = Mnist.Load(data, raw: true).Training;
        TensorDataset pixels = new(bytes.Inputs.Reshape(bytes.Count, -1), bytes.Targets);
        TensorDataset floats = new(Scaled(pixels.Inputs), pixels.Targets);
        IBatchedDataset<Example, Example> mapped = pixels.Map(Convert, Convert);
        Example first = floats.GetBatch([.. Enumerable.Range(0, BatchSize)]);
        Setting[] settings =
        [
            new("one batch", 0, Enumerable.Repeat(first, (floats.Count + BatchSize - 1) / BatchSize)),
            .. Enumerable.Range(0, 3).Select(w => new Setting("float32", w, Loader(floats, w))),
            .. Enumerable.Range(0, 3).Select(w => new Setting("uint8, mapped", w, Loader(mapped, w))),
        ];
        long begin = Stopwatch.GetTimestamp();
        for (int epoch = 0; epoch <= MeasuredEpochs || Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds * settings.Length; epoch++)
        {
            // The first epoch is for the compiler.
            Array.ForEach(settings, s => s.Epoch(isMeasured: epoch > 0));
        }

        Console.WriteLine($"{"inputs",-14}{"workers",8}{"ms/step",10}{"waiting",10}");
        foreach (Setting setting in settings)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{setting.Name,-14}{setting.Workers,8}{setting.Step * 1e3,10:0.000}{setting.Waiting * 100,8:0.00} %"));
        }
    }

    private static DataLoader<Example, Example> Loader(IBatchedDataset<Example, Example> set, int workers) =>
        DataLoader.Create(set, BatchSize, shuffle: true, workers: workers, seed: 1);

    private static Example Convert(Example raw) => raw with { Input = Scaled(raw.Input) };

    private static Tensor Scaled(Tensor pixels) => pixels.To(DType.Float32).MultiplyInPlace(1f / 255);

    /// <summary>One way to load, with a model of its own.</summary>
    private sealed class Setting
    {
        private readonly IEnumerable<Example> _loader;
        private readonly Sequential _model;
        private readonly Adam _optimizer;
        private readonly List<double> _steps = [];
        private readonly List<double> _shares = [];

        public Setting(string name, int workers, IEnumerable<Example> loader)
        {
            Name = name;
            Workers = workers;
            _loader = loader;
            _model = Catalog.MlpModule();
            _optimizer = new Adam(_model.Parameters(), 1e-3);
        }

        public string Name { get; }

        public int Workers { get; }

        /// <summary>Seconds a step, loading included.</summary>
        public double Step => Median(_steps);

        /// <summary>The share of the time in which the loop had no batch.</summary>
        public double Waiting => Median(_shares);

        /// <summary>All that is not a step is waiting: the order of the epoch, the start and the end of the workers too.</summary>
        public void Epoch(bool isMeasured)
        {
            int steps = 0;
            long start = Stopwatch.GetTimestamp(), waited = 0, since = start;
            foreach (Example batch in _loader)
            {
                waited += Stopwatch.GetTimestamp() - since;
                using (new TensorScope())
                {
                    _optimizer.ZeroGrad();
                    Loss.CrossEntropy(_model.Forward(batch.Input), batch.Target).Backward();
                    _optimizer.Step();
                }

                steps++;
                since = Stopwatch.GetTimestamp();
            }

            long end = Stopwatch.GetTimestamp();
            if (isMeasured)
            {
                _steps.Add((end - start) / (double)Stopwatch.Frequency / steps);
                _shares.Add((waited + end - since) / (double)(end - start));
            }
        }

        private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
    }
}
