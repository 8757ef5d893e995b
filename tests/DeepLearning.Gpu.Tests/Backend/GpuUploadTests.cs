using DeepLearning.Backends.Gpu;
using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>What goes to the device goes without a wait, and arrives.</summary>
public sealed class GpuUploadTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:uploads"), s_second = OwnDevice.Make("ilgpu:uploads2");

    [Fact]
    public void A_part_of_the_ring_is_used_again_only_after_a_wait()
    {
        int waits = 0;
        List<(int At, int Length)> started = [];
        GpuUploads? uploads = null;
        uploads = new GpuUploads(1024, () =>
        {
            waits++;
            started.Clear();
            uploads!.Arrived(uploads.Written);
        });
        byte[]? memory = null;
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] source = new byte[random.Next(1, uploads.Most + 1)];
            random.NextBytes(source);
            uploads.Write(source, bytes => memory = new byte[bytes], part =>
            {
                Assert.True(part.SequenceEqual(source));
                Assert.True(memory!.AsSpan().Overlaps(part, out int at));
                int length = part.Length;
                Assert.DoesNotContain(started, other => at < other.At + other.Length && other.At < at + length);
                started.Add((at, length));
            });
            if (i % 50 == 0)
            {
                // Somebody else has waited.
                long written = uploads.Written;
                started.Clear();
                uploads.Arrived(written);
            }
        }

        Assert.InRange(waits, 300, 1000);
    }

    [Fact]
    public void Batches_come_to_the_device_without_a_wait_and_hold_what_was_sent()
    {
        GpuBackend backend = (GpuBackend)s_device.Backend;
        long before = backend.Waits;
        Tensor[] sent = [.. Enumerable.Range(0, 20).Select(static i => Tensor.Arange(i, i + 1000, dtype: DType.Float32))];
        Tensor[] there = Array.ConvertAll(sent, static x => x.To(s_device));
        Assert.Equal(before, backend.Waits);
        for (int i = 0; i < sent.Length; i++)
        {
            Assert.True(there[i].To(Device.Cpu).Equal(sent[i]));
        }
    }

    [Fact]
    public void A_step_waits_where_numbers_are_read_and_nowhere_else()
    {
        GpuBackend backend = (GpuBackend)s_device.Backend;
        Sequential model = new(new Linear(4, 5), new Tanh(), new Linear(5, 3));
        model.To(s_device);
        SGD optimizer = new(model.Parameters(), 0.1);
        GradScaler scaler = new(16);
        Tensor inputs = Tensor.Arange(0, 16, dtype: DType.Float32).View(4, 4).Sin(), targets = Tensor.Ones(4, 3);
        Step();
        Assert.Equal((0, 0, 1, 1), Step());

        (long Gradients, long Clipping, long Step, long Reading) Step()
        {
            long start = backend.Waits;
            optimizer.ZeroGrad();
            Tensor loss;
            using (Autocast.Enable())
            {
                loss = Loss.MSE(model.Forward(inputs.To(s_device)), targets.To(s_device));
            }

            scaler.Scale(loss).Backward();
            long gradients = backend.Waits;
            Gradients.ClipNorm(model.Parameters(), 100);
            long clipping = backend.Waits;
            scaler.Step(optimizer);
            scaler.Update();
            long step = backend.Waits;
            loss.Item<float>();
            return (gradients - start, clipping - gradients, step - clipping, backend.Waits - step);
        }
    }

    [Fact]
    public void Tensors_go_between_two_devices()
    {
        Tensor x = Tensor.Arange(0, 100_000, dtype: DType.Float32).View(100, 1000);
        Tensor there = x.To(s_device), other = there.To(s_second);
        Assert.Same(s_second, other.Device);
        Assert.True(other.To(Device.Cpu).Equal(x));
        Assert.True(there.T.To(s_second).To(Device.Cpu).Equal(x.T));
        Assert.Throws<DeviceException>(() => there + other);

        // Gradients come back over the same way.
        Tensor w = Tensor.Ones(3).To(s_device);
        w.RequiresGrad = true;
        (w.To(s_second) * Tensor.From([1f, 2, 3]).To(s_second)).Sum().Backward();
        Assert.Same(s_device, w.Grad!.Device);
        Assert.Equal([1f, 2, 3], w.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_run_begins_here_and_goes_on_elsewhere_in_mixed_precision()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Trainer first = Run(s_device), second = Run(Device.Cpu), whole = Run(Device.Cpu);
            whole.Fit(Loader(Device.Cpu), 2);
            first.Fit(Loader(s_device), 1);
            first.SaveCheckpoint(path);
            second.LoadCheckpoint(path);
            second.Fit(Loader(Device.Cpu), 2);
            Assert.Equal(whole.History["loss"], second.History["loss"], static (a, b) => Math.Abs(a - b) < 0.02);
        }
        finally
        {
            File.Delete(path);
        }

        static IDataLoader<Example> Loader(Device device) => DataLoader.Create(
            new TensorDataset(Tensor.Arange(0, 48, dtype: DType.Float32).View(12, 4).Sin(), Tensor.Arange(0, 12).Remainder(3)), 4, seed: 1)
            .To(device);

        static Trainer Run(Device device)
        {
            using Generator.DefaultRegion random = new Generator(1).AsDefault();
            Sequential model = new(new Linear(4, 5), new Tanh(), new Linear(5, 3));
            model.To(device);
            return new Trainer(model, new SGD(model.Parameters(), 0.1), static (scores, labels) => Loss.CrossEntropy(scores, labels))
            {
                MixedPrecision = DType.Float16,
                GradScaler = new GradScaler(256),
                PrintProgress = false,
            };
        }
    }
}
