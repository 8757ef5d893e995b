using DeepLearning.Models;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Models.Autoencoders;

namespace DeepLearning.Tests.Models.Diffusion;

public sealed class GaussianDiffusionTests
{
    public static TheoryData<string> Schedules => ["linear", "cosine", "sigmoid"];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void The_forward_process_has_the_moments_of_the_formula(string name)
    {
        NoiseSchedule schedule = Schedule(name, 100);
        GaussianDiffusion diffusion = new(schedule);
        Generator generator = new(1);
        Tensor data = (Tensor.Randn([20000, 1], DType.Float64, generator) * 0.5) + 2;
        foreach (int step in new[] { 0, 30, 99 })
        {
            Tensor steps = Tensor.Full([20000], (long)step), noise = Tensor.Randn([20000, 1], DType.Float64, generator);
            Tensor noisy = diffusion.AddNoise(data, steps, noise);
            double bar = schedule.AlphasBar[step];
            Assert.Equal(2 * Math.Sqrt(bar), noisy.Mean().Item<double>(), 0.03);
            Assert.Equal((0.25 * bar) + 1 - bar, noisy.Std().Square().Item<double>(), 0.03);
        }

        Assert.True(schedule.AlphasBar[^1] < (name == "linear" ? 0.4 : 1e-3));
        Assert.All(schedule.AlphasBar.Zip(schedule.AlphasBar.Skip(1)), static pair => Assert.True(pair.Second < pair.First));
    }

    [Theory]
    [InlineData(DiffusionPrediction.Noise)]
    [InlineData(DiffusionPrediction.Velocity)]
    [InlineData(DiffusionPrediction.Data)]
    public void Samplers_give_back_the_distribution_that_an_exact_model_knows(DiffusionPrediction prediction)
    {
        NoiseSchedule schedule = NoiseSchedule.Cosine(200);
        GaussianDiffusion diffusion = new(schedule, prediction);
        Tensor start = Tensor.Randn([4000, 1], DType.Float64, new Generator(2));
        Near(diffusion.SampleDDPM(Exact, start, clip: null, generator: new Generator(3)));
        Near(diffusion.SampleDDIM(Exact, start, 40, clip: null));
        Near(diffusion.SampleDDIM(Exact, start, 200, 1, clip: null, generator: new Generator(4)));
        Assert.True(diffusion.SampleDDIM(Exact, start, 40, clip: null).Equal(diffusion.SampleDDIM(Exact, start, 40, clip: null)));
        Assert.Equal(0.9, diffusion.SampleDDIM(Exact, start, 20, clip: 0.9).Abs().Max().Item<double>(), 1e-9);

        static void Near(Tensor samples)
        {
            Assert.Equal(0.7, samples.Mean().Item<double>(), 0.03);
            Assert.Equal(0.4, samples.Std().Item<double>(), 0.03);
        }

        // What the best model would predict of data N(0.7, 0.4²): the mean of x₀ given x_t.
        Tensor Exact(Tensor x, Tensor steps)
        {
            double bar = schedule.AlphasBar[(int)steps[0].Item<long>()], signal = Math.Sqrt(bar), share = Math.Sqrt(1 - bar);
            Tensor data = ((x - (0.7 * signal)) * (0.16 * signal / ((0.16 * bar) + 1 - bar))) + 0.7;
            Tensor noise = (x - (data * signal)) / share;
            return prediction switch
            {
                DiffusionPrediction.Noise => noise,
                DiffusionPrediction.Velocity => (noise * signal) - (data * share),
                _ => data,
            };
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_small_network_learns_digits_and_draws_what_is_like_them()
    {
        (Tensor training, _) = DigitTensors.Load();
        Tensor images = (training.Reshape(-1, 1, 8, 8) * 2) - 1;
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        DiffusionUNet model = new(new DiffusionUNetOptions(1, 16, [1, 2], AttentionLevels: [1], Groups: 4));
        GaussianDiffusion diffusion = new(NoiseSchedule.Cosine(100), DiffusionPrediction.Velocity);
        Adam optimizer = new(model.Parameters(), 3e-3);
        double first = 0, last = 0;
        const int Steps = 300;
        for (int step = 0; step < Steps; step++)
        {
            using TensorScope scope = new();
            optimizer.ZeroGrad();
            Tensor loss = diffusion.Loss(model.Forward, images.IndexSelect(0, Tensor.RandInt(images.Size(0), [32])));
            loss.Backward();
            optimizer.Step();
            first += step < 20 ? loss.Item<float>() / 20 : 0;
            last += step >= Steps - 20 ? loss.Item<float>() / 20 : 0;
        }

        Assert.True(last < 0.65 * first, $"the loss is {first:0.000} at first, {last:0.000} at last");
        Tensor drawn = diffusion.SampleDDIM(model.Forward, Tensor.Randn(64, 1, 8, 8), 20).Reshape(64, 64);
        Tensor real = images.Reshape(-1, 64);
        double near = drawn.Cdist(real).Amin(1).Mean().Item<float>();
        double noise = Tensor.Randn(64, 64).Clamp(-1, 1).Cdist(real).Amin(1).Mean().Item<float>();
        double among = real.Narrow(0, 0, 64).Cdist(real.Narrow(0, 64, 1000)).Amin(1).Mean().Item<float>();
        Assert.True(near < among + (0.5 * (noise - among)),
            $"drawn {near:0.00}, digits {among:0.00} and noise {noise:0.00} from the nearest digit");
        Assert.Equal(real.Mean().Item<float>(), drawn.Mean().Item<float>(), 0.15);
    }

    [Fact]
    public void Guidance_goes_from_any_to_the_class_and_beyond()
    {
        DiffusionUNet model = Tests.Models.Catalog.StartedModules.Started(new DiffusionUNet(new DiffusionUNetOptions(1, 4, [1], Groups: 1,
            Classes: 3)));
        Tensor x = Tensor.Randn(2, 1, 4, 4), steps = Tensor.From([4L, 9]), classes = Tensor.From([2L, 0]);
        Tensor any = model.Forward(x, steps), of = model.Forward(x, steps, classes);
        Assert.True(model.Forward(x, steps, Tensor.From([3L, 3])).AllClose(any, absolute: 1e-5));
        Assert.True(GaussianDiffusion.Guided(model.Forward, classes, 0)(x, steps).AllClose(any, absolute: 1e-5));
        Assert.True(GaussianDiffusion.Guided(model.Forward, classes, 1)(x, steps).AllClose(of, absolute: 1e-4));
        Assert.True(GaussianDiffusion.Guided(model.Forward, classes, 3)(x, steps).AllClose(any + ((of - any) * 3), absolute: 1e-4));
        long[] dropped = GaussianDiffusion.DropClasses(Tensor.Full([1000], 1L), 3, 0.2, new Generator(1)).ToArray<long>();
        Assert.InRange(dropped.Count(static c => c == 3), 150, 250);
        Assert.All(dropped, static c => Assert.True(c is 1 or 3));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        GaussianDiffusion diffusion = new(NoiseSchedule.Linear(10));
        Tensor x = Tensor.Ones(2, 3);
        Assert.Contains("0 to 9", Assert.Throws<IndexException>(() => diffusion.AddNoise(x, Tensor.From([0L, 10]), x)).Message);
        Assert.Contains("[batch]", Assert.Throws<ShapeException>(() => diffusion.AddNoise(x, Tensor.From([0L]), x)).Message);
        Assert.Throws<ShapeException>(() => diffusion.Target(x, Tensor.From([0L, 1]), Tensor.Ones(2, 1)));
        Assert.Contains("1 to 10",
            Assert.Throws<ArgumentOutOfRangeException>(() => diffusion.SampleDDIM(static (a, _) => a, x, 11)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Linear(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Linear(5, 0.1, 1.2));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSchedule.Sigmoid(5, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeEmbedding(3, 2));
        Assert.Throws<ArgumentException>(() => new DiffusionUNet(new DiffusionUNetOptions(1, 8, AttentionLevels: [2])));
        Assert.Contains(
            "without", Assert.Throws<ArgumentException>(() => new DiffusionUNet(new DiffusionUNetOptions(1, 8))
                .Forward(Tensor.Zeros(1, 1, 2, 2), Tensor.From([1L]), Tensor.From([1L]))).Message);
    }

    private static NoiseSchedule Schedule(string name, int steps) => name switch
    {
        "linear" => NoiseSchedule.Linear(steps),
        "cosine" => NoiseSchedule.Cosine(steps),
        _ => NoiseSchedule.Sigmoid(steps),
    };
}
