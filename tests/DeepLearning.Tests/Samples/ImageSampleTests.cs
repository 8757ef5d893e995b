using System.Diagnostics;
using System.Globalization;
using DeepLearning.Data;
using DeepLearning.Serialization;
using DeepLearning.Tests.Serialization;

namespace DeepLearning.Tests.Samples;

/// <summary>Runs the samples Mnist and FashionMnist as programs, on images of a few strokes that the test makes itself.</summary>
[Trait("Category", "Slow")]
public sealed class ImageSampleTests
{
    private const int Side = 28, Classes = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("Mnist", "")]
    [InlineData("FashionMnist", "--model cnn")]
    [InlineData("FashionMnist", "--model mlp")]
    public void A_sample_learns_resumes_and_leaves_a_report_and_a_model(string sample, string options)
    {
        using Folder folder = new();
        WriteImages(folder);
        string[] files =
            ["--data", folder[""], "--checkpoint", folder["run"], "--save", folder["model"], "--report", folder["report.html"]];
        (int code, string output, string errors) = Run(sample, [.. Words(options), .. files, "--epochs", "2"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.InRange(Accuracy(output), 0.9, 1);
        Assert.Contains("epoch 2/2", output, StringComparison.Ordinal);
        Assert.Contains(folder["report.html"], output, StringComparison.Ordinal);
        Assert.Contains("test accuracy", File.ReadAllText(folder["report.html"]), StringComparison.Ordinal);
        using (SafetensorsFile model = Safetensors.Open(folder["model"]))
        {
            Assert.Equal(sample, model.Metadata["sample"]);
            Assert.Contains("output.weight", model.Entries.Select(static entry => entry.Name));
        }

        (code, output, errors) = Run(sample, [.. Words(options), .. files, "--epochs", "3"]);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("epoch 3/3", output, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch 2/3", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mnist")]
    [InlineData("FashionMnist")]
    public void Missing_images_give_one_line_with_the_ways_to_get_them_and_exit_code_1(string sample)
    {
        using Folder folder = new();
        (int code, string output, string errors) = Run(sample, ["--data", folder[""]]);
        Assert.Equal((1, ""), (code, output));
        string line = Assert.Single(errors.TrimEnd().Split('\n'));
        string[] ways = ["--download", "--data", DatasetFolder.EnvironmentVariable, "train-images-idx3-ubyte.gz", folder[""]];
        foreach (string way in ways)
        {
            Assert.Contains(way, line, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Mnist")]
    [InlineData("FashionMnist")]
    [InlineData("Digits")]
    public void A_machine_without_a_GPU_gets_one_sentence_and_exit_code_1(string sample)
    {
        if (Device.GpuCount > 0)
        {
            return;
        }

        (int code, _, string errors) = Run(sample, ["--device", "gpu"]);
        Assert.Equal(1, code);
        Assert.Contains("no NVIDIA GPU", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mnist", "--device tpu", "--device needs one of: cpu, gpu.")]
    [InlineData("Mnist", "--epoch 3", "Unknown option: --epoch.")]
    [InlineData("Mnist", "--model cnn", "Unknown option: --model.")]
    [InlineData("FashionMnist", "--model rnn", "--model needs one of: cnn, mlp, tutorial.")]
    [InlineData("FashionMnist", "--epochs 0", "--epochs needs a whole number from 1.")]
    [InlineData("FashionMnist", "--data", "--data needs a value.")]
    public void A_wrong_option_gives_the_usage_and_exit_code_2(string sample, string options, string message)
    {
        (int code, string output, string errors) = Run(sample, Words(options));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(message, errors, StringComparison.Ordinal);
        Assert.Contains("--checkpoint <FILE>", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_in_one_line()
    {
        using Folder folder = new();
        WriteImages(folder);
        string[] files = ["--data", folder[""], "--checkpoint", folder["run"], "--report", folder["report.html"], "--quick"];
        Assert.Equal(0, Run("FashionMnist", [.. files, "--model", "mlp"]).Code);
        byte[] before = File.ReadAllBytes(folder["run"]);
        (int code, _, string errors) = Run("FashionMnist", [.. files, "--model", "cnn"]);
        Assert.Equal(1, code);
        Assert.Contains("conv1.weight", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder["run"]));
    }

    /// <summary>Images of a bright bar, with a height and a width for each class, and noise; a mirror does not change them.</summary>
    private static void WriteImages(Folder folder)
    {
        foreach ((string part, int count, ulong seed) in ((string, int, ulong)[])[("train", 1000, 1), ("t10k", 200, 2)])
        {
            byte[] pixels = new byte[count * Side * Side], labels = new byte[count];
            Generator noise = new(seed);
            for (int i = 0; i < count; i++)
            {
                labels[i] = (byte)(i % Classes);
                for (int p = 0; p < Side * Side; p++)
                {
                    bool isBar = p / Side / 5 == labels[i] / 2 && (labels[i] % 2 == 0 || p % Side is >= 8 and < 20);
                    pixels[(i * Side * Side) + p] = (byte)((noise.NextUInt64() & 63) + (isBar ? 150ul : 0));
                }
            }

            IdxFile.Write(folder[$"{part}-images-idx3-ubyte.gz"], Tensor.From(pixels, count, Side, Side));
            IdxFile.Write(folder[$"{part}-labels-idx1-ubyte"], Tensor.From(labels));
        }
    }

    private static string[] Words(string options) => options.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double Accuracy(string output)
    {
        string last = output.TrimEnd().Split('\n')[^1].TrimEnd();
        Assert.Matches(@"^test accuracy [01]\.[0-9]{4}$", last);
        return double.Parse(last["test accuracy ".Length..], CultureInfo.InvariantCulture);
    }

    private static (int Code, string Output, string Errors) Run(string sample, string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{sample}.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        child.StandardInput.Close();
        Task<string> errors = child.StandardError.ReadToEndAsync();
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(Patience))
        {
            child.Kill(entireProcessTree: true);
            Assert.Fail($"{sample} did not end within {Patience}.");
        }

        return (child.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
