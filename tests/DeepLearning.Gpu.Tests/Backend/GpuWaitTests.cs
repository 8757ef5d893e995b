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

    [Fact]
    public void Variances_wait_for_nothing_and_are_the_processors()
    {
        Tensor x = Tensor.From([3f, -4, 5, 1e30f, -1e30f, 2e30f, 1e-30f, 2e-30f, 4e-30f, 7, 7, 7, 1, float.NaN, 2]).Reshape(5, 3);
        foreach (Tensor numbers in (Tensor[])[x, x[..1], x[1..2], x[3..4], x.To(DType.BFloat16)])
        {
            Tensor there = numbers.To(s_device);
            long before = Waits.Of(s_device);
            Tensor[] found = [there.Var([1]), there.Std([1]), there[..1].Std(), there.StdMean([1], true).Mean];
            Assert.Equal(before, Waits.Of(s_device));
            Tensor[] expected = [numbers.Var([1]), numbers.Std([1]), numbers[..1].Std(), numbers.StdMean([1], true).Mean];
            for (int i = 0; i < expected.Length; i++)
            {
                double[] wanted = expected[i].To(DType.Float64).ToArray<double>(), actual = found[i].To(DType.Float64).ToArray<double>();
                Assert.Equal(wanted, actual, static (a, b) => a.Equals(b) || Math.Abs(a - b) <= 1e-6 * Math.Abs(a));
            }
        }
    }

    [Fact]
    public void A_variance_beyond_the_squares_has_its_gradient()
    {
        Tensor x = Tensor.From([3f, -4, 5, 1e30f, -1e30f, 2e30f, 1e-30f, 2e-30f, 4e-30f]).Reshape(3, 3);
        BothDevices.Agree(static operands => operands[0].Std([1]), 1e-6, x);
    }

    [Theory]
    [InlineData("LAMB")]
    [InlineData("LARS")]
    [InlineData("Adafactor")]
    public void Optimizers_by_norms_wait_for_nothing_and_go_the_processors_way(string name)
    {
        (float[] expected, _) = Steps(Device.Cpu, name);
        (float[] actual, long waits) = Steps(s_device, name);
        Assert.Equal(0, waits);
        Assert.Equal(expected, actual, static (a, b) => MathF.Abs(a - b) <= 2e-5f * (1 + MathF.Abs(a)));
    }

    [Fact]
    public void Batch_normalization_over_all_batches_reads_their_number_once_at_most()
    {
        BatchNorm1d here = new(3, momentum: null), there = new(3, momentum: null);
        there.To(s_device);
        for (int batch = 0; batch < 4; batch++)
        {
            Tensor x = Tensor.Randn([5, 3], generator: new Generator((ulong)batch)), moved = x.To(s_device);
            here.Forward(x);
            long before = Waits.Of(s_device);
            there.Forward(moved);
            Assert.InRange(Waits.Of(s_device) - before, 0, batch == 0 ? 1 : 0);
        }

        Assert.Equal(here.RunningMean!.ToArray<float>(), there.RunningMean!.ToArray<float>(), static (a, b) => MathF.Abs(a - b) < 1e-6f);

        // A number that was written from outside counts.
        here.NumBatchesTracked!.FillInPlace(9);
        there.NumBatchesTracked!.FillInPlace(9);
        Tensor last = Tensor.Ones(5, 3);
        here.Forward(last);
        there.Forward(last.To(s_device));
        Assert.Equal(here.RunningMean!.ToArray<float>(), there.RunningMean!.ToArray<float>(), static (a, b) => MathF.Abs(a - b) < 1e-6f);
        Assert.Equal(10, there.NumBatchesTracked!.Item<long>());
    }

    private static (float[] Weights, long Waits) Steps(Device device, string name)
    {
        Generator generator = new(4);
        Parameter[] parameters =
        [
            new(Tensor.Randn([3, 4], generator: generator).To(device)), new(Tensor.Randn([5], generator: generator).To(device)),
            new(Tensor.Zeros([2], DType.Float32, device)),
        ];
        Tensor[][] gradients =
        [
            .. Enumerable.Range(0, 3).Select(_ => Array.ConvertAll(
                parameters, parameter => Tensor.Randn(parameter.Shape, generator: generator).To(device))),
        ];
        Optimizer optimizer = name switch
        {
            "LAMB" => new LAMB(parameters, 0.01, weightDecay: 0.1),
            "LARS" => new LARS(parameters, 0.5, weightDecay: 0.1),
            _ => new Adafactor(parameters, 0.05),
        };
        long before = device == Device.Cpu ? 0 : Waits.Of(device);
        foreach (Tensor[] step in gradients)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i].Grad = step[i];
            }

            optimizer.Step();
        }

        long waits = device == Device.Cpu ? 0 : Waits.Of(device) - before;
        return ([.. parameters.SelectMany(static parameter => parameter.Detach().ToArray<float>())], waits);
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
