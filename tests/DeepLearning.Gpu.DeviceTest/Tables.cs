using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DeepLearning.Layers;
using DeepLearning.Workloads;

namespace DeepLearning.DeviceTest;

/// <summary>How fast the device is: products, elementwise operations beside what copying reaches, and trainings.</summary>
internal static class Tables
{
    private static readonly string[] s_trainings = ["mlp", "lenet", "resnet20", "lstm", "gru", "gpt_nano", "gpt_small"];

    /// <summary>The time of the first step of a training, with nothing compiled yet.</summary>
    public static void FirstStep(Report report, Device device, bool isTiny)
    {
        Workloads.Training training = Catalog.Trainings[isTiny ? "xor" : "gpt_nano"]();
        training.MoveTo(device);
        foreach (string step in (string[])["first", "second"])
        {
            long start = Stopwatch.GetTimestamp();
            training.Step(read: true);
            report.Figure("start", $"{step} step of {(isTiny ? "xor" : "gpt_nano")}", Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        }
    }

    public static void Run(Report report, Device device, Options options)
    {
        double seconds = options.IsTiny ? 0 : options.Quick ? 0.3 : 1.5;
        double copy = Elementwise(report, device, options.IsTiny, seconds);
        report.Say(FormattableString.Invariant($"shares are of the {copy:0.0} GB/s that copying reaches"));
        foreach (int n in options.IsTiny ? (int[])[16, 33] : options.Quick ? [1024, 4096] : [1024, 2048, 4096, 8192])
        {
            foreach ((DType dtype, bool tf32) in ((DType, bool)[])
                [(DType.Float32, false), (DType.Float32, true), (DType.BFloat16, false), (DType.Float16, false)])
            {
                Tensor a = Tensor.Randn(n, n).To(device, dtype), b = Tensor.Randn(n, n).To(device, dtype);
                device.AllowTf32 = tf32;
                double time = Time(device, seconds, () => a.MatMul(b));
                device.AllowTf32 = false;
                string name = tf32 ? "tf32" : dtype.Name();
                report.Figure("product", $"{n} x {n} in {name}", 2.0 * n * n * n / time / 1e9, "GFLOP/s");
            }
        }

        Compiled(report, device, options.IsTiny, seconds);

        foreach (string name in options.IsTiny ? ["xor"] : s_trainings)
        {
            Generator.Default.ManualSeed(1);
            Workloads.Training training = Catalog.Trainings[name]();
            training.MoveTo(device);
            double time = Time(device, seconds, () =>
            {
                training.Step();
                return null;
            });
            double? peer = options.Python is { } python ? Peer(report, python, options.Peer!, name) : null;
            report.Figure("training", name, time * 1e3, "ms a step", peer is { } other
                ? string.Create(CultureInfo.InvariantCulture, $"PyTorch {other:0.000}, {other / (time * 1e3):0.00} times its speed")
                : null);
            device.TrimGpuMemory();
        }
    }

    private static double Elementwise(Report report, Device device, bool isTiny, double seconds)
    {
        int count = isTiny ? 4096 : 1 << 26;
        Tensor x = Tensor.Rand(count).To(device), y = Tensor.Rand(count).To(device);
        double bytes = 4.0 * count, copy = 2 * bytes / Time(device, seconds, x.Clone) / 1e9;
        report.Figure("bandwidth", "copy", copy, "GB/s");
        foreach ((string name, int moved, Func<Tensor> call) in ((string, int, Func<Tensor>)[])
        [
            ("fill", 1, () => Tensor.Zeros([count], DType.Float32, device)), ("add", 3, () => x + y), ("exp", 2, x.Exp),
            ("gelu", 2, () => x.Gelu()), ("to bfloat16", 2, () => x.To(DType.BFloat16)), ("sum", 1, () => x.Sum()),
            ("sum of columns", 1, () => x.View(-1, 256).Sum(0)), ("softmax of 1,024", 2, () => x.View(-1, 1024).Softmax(-1)),
            ("transposed copy", 2, () => x.View(64, -1).T.Contiguous()),
        ])
        {
            double moves = name == "to bfloat16" ? 1.5 : moved;
            double rate = moves * bytes / Time(device, seconds, call) / 1e9;
            report.Figure("bandwidth", name, rate, "GB/s", FormattableString.Invariant($"{rate / copy:0.00} of copying"));
        }

        return copy;
    }

    /// <summary>A linear map with its activation: one after the other, and in the product's kernel.</summary>
    private static void Compiled(Report report, Device device, bool isTiny, double seconds)
    {
        int rows = isTiny ? 17 : 8192, width = isTiny ? 20 : 1024;
        Sequential model = new(new Linear(width, 4 * width), new GELU());
        model.To(device);
        model.Eval();
        using GradMode.Region region = GradMode.NoGrad();
        Tensor x = Tensor.Randn(rows, width).To(device);
        CompiledModel compiled = model.Compile(x);
        double apart = Time(device, seconds, () => model.Forward(x)), together = Time(device, seconds, () => compiled.Forward(x));
        report.Figure("compiled", "linear map, then GELU", apart * 1e3, "ms");
        report.Figure(
            "compiled", "in one kernel", together * 1e3, "ms", FormattableString.Invariant($"{apart / together:0.00} times as fast"));
    }

    /// <summary>The seconds of a call: the median of several stretches that each wait for the device once.</summary>
    private static double Time(Device device, double seconds, Func<Tensor?> call)
    {
        Stretch(1);
        double once = Math.Max(Stretch(1), 1e-7);
        int inner = seconds == 0 ? 1 : Math.Clamp((int)(0.05 / once), 1, 2000);
        List<double> times = [];
        long start = Stopwatch.GetTimestamp();
        while (times.Count < (seconds == 0 ? 1 : 5) || (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds && times.Count < 100))
        {
            times.Add(Stretch(inner));
        }

        return times.Order().ElementAt(times.Count / 2);

        double Stretch(int count)
        {
            device.Synchronize();
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                using TensorScope scope = new();
                call();
            }

            device.Synchronize();
            return Stopwatch.GetElapsedTime(begin).TotalSeconds / count;
        }
    }

    /// <summary>PyTorch's milliseconds a step on the same GPU; null where it fails, which is said.</summary>
    private static double? Peer(Report report, string python, string script, string name)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(python, [script, "--device", "cuda", name]) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
            {
                using JsonDocument line = JsonDocument.Parse(output);
                return line.RootElement.GetProperty("value").GetDouble();
            }

            report.Say($"PyTorch: {name} ended with exit code {process.ExitCode}");
        }
        catch (Exception error) when (error is Win32Exception or JsonException or KeyNotFoundException)
        {
            report.Say($"PyTorch: {name}: {error.Message.Split('\n')[0]}");
        }

        return null;
    }
}
