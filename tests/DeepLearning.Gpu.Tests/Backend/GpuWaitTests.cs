using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>How often a step of a training waits for the device.</summary>
public sealed class GpuWaitTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:waits");

    [Fact]
    public void A_training_step_waits_for_nothing()
    {
        Generator generator = new(1);
        Tensor images = Tensor.Randn([6, 5], generator: generator).To(s_device), labels = Tensor.From([0L, 1, 2, 0, 1, -100]).To(s_device);
        Sequential model = [new Linear(5, 4, generator: generator), new ReLU(), new Dropout(0.1), new Linear(4, 3, generator: generator)];
        model.To(s_device);
        Adam optimizer = new(model.Parameters(), learningRate: 0.01);
        Tensor Step()
        {
            optimizer.ZeroGrad();
            Tensor loss = Loss.CrossEntropy(model.Forward(images), labels);
            loss.Backward();
            Gradients.ClipNorm(model.Parameters(), 0.1);
            optimizer.Step();
            return loss;
        }

        long before = Waits.Of(s_device);
        Step();
        Tensor last = Step();
        Assert.Equal(before, Waits.Of(s_device));
        Assert.Empty(s_device.HostFallbacks);
        Assert.True(float.IsFinite(last.Item<float>()));
        Assert.True(Waits.Of(s_device) > before, "Reading a value waits.");
    }

    [Fact]
    public void Embeddings_and_probabilities_wait_for_nothing()
    {
        Tensor words = Tensor.From([1L, 2, 0, 1]).To(s_device), wanted = Tensor.From([1f, 0, 1, 0]).To(s_device);
        Sequential model = [new Embedding(3, 4), new Linear(4, 1), new Sigmoid()];
        model.To(s_device);
        SGD optimizer = new(model.Parameters(), 0.1, momentum: 0.9);
        long before = Waits.Of(s_device);
        Loss.BCE(model.Forward(words).Squeeze(-1), wanted).Backward();
        optimizer.Step();
        Assert.Equal(before, Waits.Of(s_device));
    }

    [Fact]
    public void Norms_medians_and_sorts_wait_for_nothing_and_are_the_processors()
    {
        Tensor x = Tensor.From([3f, -4, 0, 1e30f, -1e30f, 1e-30f, 0, 0, 0]).Reshape(3, 3), there = x.To(s_device);
        long before = Waits.Of(s_device);
        Tensor norms = there.Norm(2, [1]), median = there.Median(1).Values, quantile = there.Quantile(0.4, 1), all = there.Norm();
        Assert.Equal(before, Waits.Of(s_device));
        Assert.Equal(x.Norm(2, [1]).ToArray<float>(), norms.ToArray<float>());
        Assert.Equal(x.Median(1).Values.ToArray<float>(), median.ToArray<float>());
        Assert.Equal(x.Quantile(0.4, 1).ToArray<float>(), quantile.ToArray<float>());
        Assert.Equal(x.Norm().Item<float>(), all.Item<float>());
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(4, 2)]
    public void A_fit_reads_losses_every_so_many_batches_and_figures_at_the_end_of_an_epoch(int every, int most)
    {
        (double[] expected, _) = Fit(Device.Cpu, every);
        (double[] actual, long waits) = Fit(s_device, every);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        // One more for the accuracy.
        Assert.InRange(waits, 1, most + 1);
        Assert.Empty(s_device.HostFallbacks);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_told_with_its_batch_when_it_is_read()
    {
        NonFiniteLossException told = Assert.Throws<NonFiniteLossException>(() => Fit(s_device, 4, wrongBatch: 2));
        Assert.Equal((1, 2), (told.Epoch, told.Batch));
        Assert.Contains("ReadLossEvery", told.Message);
    }

    /// <summary>The figures of an epoch of 6 batches, and how often the device was waited for.</summary>
    private static (double[] Figures, long Waits) Fit(Device device, int every, int wrongBatch = 0)
    {
        Generator generator = new(3);
        Tensor x = Tensor.Randn([12, 4], generator: generator);
        if (wrongBatch > 0)
        {
            x[(2 * wrongBatch) - 1, 0] = float.NaN;
        }

        Tensor y = Tensor.From([0L, 1, 2, 0, 1, -100, 0, 1, 2, 0, 1, 2]);
        Linear model = new(4, 3, generator: generator);
        model.To(device);
        Trainer<Example> trainer = new(model, new Adam(model.Parameters(), 0.05), batch =>
        {
            Tensor scores = model.Forward(batch.Input), wanted = batch.Target;
            return new BatchOutput(Loss.CrossEntropy(scores, wanted), scores, wanted);
        })
        {
            Metrics = [Metric.Accuracy()],
            MaxGradientNorm = 0.5,
            ReadLossEvery = every,
            PrintProgress = false,
        };
        long before = device == Device.Cpu ? 0 : Waits.Of(device);
        trainer.Fit(DataLoader.Create(new TensorDataset(x, y), 2, shuffle: false).To(device), epochs: 1);
        long waits = device == Device.Cpu ? 0 : Waits.Of(device) - before;
        return ([.. trainer.History[0].Values.Values], waits);
    }
}
