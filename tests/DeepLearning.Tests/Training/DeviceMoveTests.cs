using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Samples.Digits;
using DeepLearning.Tests.Backends.Reference;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Trainings on another device: they begin there, move there by a checkpoint, and report from there.</summary>
public sealed class DeviceMoveTests : IDisposable
{
    private const int Images = 64;

    private static readonly Device s_other = ReferenceDevice.Instance;
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Root, "run.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, DType.BFloat16)]
    [InlineData(false, DType.Float16)]
    public void A_run_saved_on_one_device_goes_on_on_another(bool startsOnOther, DType? precision)
    {
        Trainer whole = Run(Device.Cpu, precision, seed: 1), first = Run(Device.Cpu, precision, seed: 1);
        Device from = startsOnOther ? s_other : Device.Cpu, to = startsOnOther ? Device.Cpu : s_other;
        first.Model.To(from);
        Blobs.Seeded(() => whole.Fit(Blobs.Loader(), 2));
        Blobs.Seeded(() =>
        {
            first.Fit(Blobs.Loader().To(from), 1);
            first.SaveCheckpoint(File);
        });

        Trainer second = Run(to, precision, seed: 2);
        second.LoadCheckpoint(File);
        Assert.All(second.Model.Parameters(), p => Assert.Same(to, p.Device));
        Blobs.Seeded(() => second.Fit(Blobs.Loader(seed: 99).To(to), 2), 5);
        Assert.Equal((2, 16L), (second.Epoch, second.Steps));
        Assert.Equal(whole.History["loss"], second.History["loss"], (a, b) => Math.Abs(a - b) < (precision is null ? 1e-4 : 0.03));
        Assert.All(second.Model.Parameters(), p => Assert.Same(to, p.Device));
    }

    [Trait("Category", "Slow")]
    [Fact]
    public void The_sample_trains_tests_and_reports_on_another_device()
    {
        (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
        (training, test) = (First(training), First(test));
        Options options = new(1, 2, false);
        using StringWriter output = new();
        DigitsRun expected = DigitsRun.Start(options, Device.Cpu, training, test, output);
        DigitsRun actual = DigitsRun.Start(options, s_other, training, test, output);
        Assert.Equal(expected.History["val_loss"][^1], actual.History["val_loss"][^1], 1e-3);
        Assert.Equal(Images, actual.Confusion.Total);
        Assert.Contains($"{actual.Confusion.Right} of {Images} images", actual.ToReport(options).ToHtml(), StringComparison.Ordinal);

        static DigitsData First(DigitsData data) =>
            new(data.Pixels[..(Images * DigitsData.Side * DigitsData.Side)], data.Labels[..Images]);
    }

    private static Trainer Run(Device device, DType? precision, ulong seed)
    {
        Blobs.Net model = Blobs.Model(seed);
        model.To(device);
        return new Trainer(model, new Adam(model.Parameters(), 0.01), static (scores, labels) => Loss.CrossEntropy(scores, labels))
        {
            Metrics = [Metric.Accuracy()],
            PrintProgress = false,
            MixedPrecision = precision,
            GradScaler = precision == DType.Float16 ? new GradScaler(1024) : null,
        };
    }
}
