using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Models.Adversarial;

public sealed class GanTrainerTests
{
    /// <summary>A line of points (x, 2x + 1), x normal, which a generator has to learn.</summary>
    public static TheoryData<GanOptions> Options =>
    [
        new GanOptions(), new GanOptions(GanObjective.Minimax), new GanOptions(GanObjective.LeastSquares),
            new GanOptions(GanObjective.Hinge),
        new GanOptions(GanObjective.Wasserstein, CriticSteps: 3, GradientPenalty: 1),
        new GanOptions(GanObjective.Wasserstein, CriticSteps: 3, ClipWeights: 0.1),
    ];

    [Theory]
    [MemberData(nameof(Options))]
    [Trait("Category", "Slow")]
    public void A_generator_moves_to_the_data(GanOptions options)
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        (GanTrainer trainer, Module<Tensor, Tensor> generator, _) = Made(options);
        double before = Distance(generator);
        trainer.Fit(Loader(), 30);
        double after = Distance(generator);
        Assert.True(after < 0.45 * before, $"{options}: the mean is {before:0.00} away before, {after:0.00} after");
        Assert.True(double.IsFinite(trainer.DiscriminatorLoss));
        Assert.Equal(30, trainer.History.Count);
    }

    [Fact]
    public void A_resumed_training_goes_on_to_the_same_bits()
    {
        using TemporaryFolder folder = new();
        GanOptions options = new(CriticSteps: 2);
        float[] whole, resumed;
        using (new Generator(1).AsDefault())
        {
            (GanTrainer trainer, Module<Tensor, Tensor> generator, _) = Made(options);
            DataLoader<Example, Example> loader = Loader();
            trainer.Fit(loader, 2);
            trainer.SaveCheckpoint(folder["run.safetensors"]);
            trainer.Fit(loader, 4);
            whole = Weights(generator);
        }

        using (new Generator(9).AsDefault())
        {
            (GanTrainer trainer, Module<Tensor, Tensor> generator, _) = Made(options);
            trainer.LoadCheckpoint(folder["run.safetensors"]);
            trainer.Fit(Loader(), 4);
            resumed = Weights(generator);
        }

        Assert.Equal(whole, resumed);
    }

    [Fact]
    public void Clipped_critics_stay_in_their_limits_and_train_again_after_the_generators_step()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        (GanTrainer trainer, _, Module<Tensor, Tensor> critic) = Made(new GanOptions(GanObjective.Wasserstein, ClipWeights: 0.02));
        trainer.Fit(Loader(), 1);
        Assert.All(critic.Parameters(), static p => Assert.True(p.Abs().Max().Item<float>() <= 0.02f && p.RequiresGrad));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_discriminators_loss_is_the_mean_over_its_steps(int steps)
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        (GanTrainer trainer, _, Module<Tensor, Tensor> discriminator) = Made(new GanOptions(CriticSteps: steps));
        foreach (Parameter parameter in discriminator.Parameters())
        {
            parameter.Detach().ZeroInPlace();
        }

        // It cannot tell anything from anything, and learns slowly.
        trainer.Fit(Loader(), 1);
        Assert.InRange(trainer.DiscriminatorLoss, Math.Log(2), 3 * Math.Log(2));
    }

    [Fact]
    public void Options_and_batches_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Made(new GanOptions(CriticSteps: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Made(new GanOptions(GradientPenalty: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Made(new GanOptions(ClipWeights: 0)));
        (GanTrainer trainer, _, _) = Made(new GanOptions(CriticSteps: 200));
        Assert.Contains("200 steps", Assert.Throws<ArgumentException>(() => trainer.Fit(Loader(), 1)).Message);
        Assert.Contains("[batch, ..]", Assert.Throws<ShapeException>(
            () => GanLoss.GradientPenalty(static x => x.Sum(-1), Tensor.Ones(3, 2), Tensor.Ones(2, 2))).Message);
        Assert.Throws<ShapeException>(() => GanLoss.Generator(GanObjective.Hinge, Tensor.Zeros(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => GanLoss.Generator((GanObjective)9, Tensor.Zeros(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DCGANGenerator(imageSize: 28));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DCGANDiscriminator(imageSize: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModulatedConv2d(2, 2, 2, 2));
        Assert.Contains("multiples of 4",
            Assert.Throws<ShapeException>(() => new CycleGANGenerator(1, 1, 1, 0).Forward(Tensor.Zeros(1, 1, 6, 8))).Message);
        Assert.Contains("24 or more",
            Assert.Throws<ShapeException>(() => new PatchDiscriminator(1, 1).Forward(Tensor.Zeros(1, 1, 23, 24))).Message);
    }

    [Fact]
    public void Generators_make_images_of_the_size_and_discriminators_judge_them()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        foreach (bool upsampling in new[] { false, true })
        {
            Tensor images = new DCGANGenerator(5, 3, 32, 4, upsampling).Forward(Tensor.Randn(2, 5));
            Assert.Equal([2, 3, 32, 32], images.Shape.ToArray());
            Assert.Equal([2], new DCGANDiscriminator(3, 32, 4, spectralNorm: upsampling).Forward(images).Shape.ToArray());
        }

        Assert.Equal(
            ["main.0.weight", "main.1.weight", "main.1.bias", "main.1.running_mean"],
            new DCGANGenerator().StateDict().Keys.Take(4));
        Assert.Equal([2, 1, 30, 30], new PatchDiscriminator(3, 2).Forward(Tensor.Zeros(2, 3, 256, 256)).Shape.ToArray());
        Tensor a = Tensor.Rand(2, 3), b = Tensor.Rand(2, 3);
        Assert.Equal(10 * (a - b).Abs().Mean().Item<float>(), CycleGANLoss.Cycle(a, b).Item<float>(), 1e-5);
        Assert.Equal(5 * (a - b).Abs().Mean().Item<float>(), CycleGANLoss.Identity(a, b).Item<float>(), 1e-5);
        Assert.Equal((a - 1).Square().Mean().Item<float>(), CycleGANLoss.Validity(a).Item<float>(), 1e-5);
    }

    private static (GanTrainer Trainer, Module<Tensor, Tensor> Generator, Module<Tensor, Tensor> Critic) Made(GanOptions options)
    {
        Sequential generator = new(new Linear(2, 16), new ReLU(), new Linear(16, 2));
        Sequential critic = new(new Linear(2, 32), new LeakyReLU(0.2), new Linear(32, 1));
        GanTrainer trainer = new(
            generator, critic, new Adam(generator.Parameters(), 2e-3, 0.5), new Adam(critic.Parameters(), 2e-3, 0.5),
            static count => Tensor.Randn(count, 2), options)
        {
            PrintProgress = false,
        };
        return (trainer, generator, critic);
    }

    private static DataLoader<Example, Example> Loader()
    {
        Generator random = new(5);
        Tensor x = Tensor.Randn([1200, 1], generator: random);
        Tensor points = Tensor.Cat([x + 3, (x * 2) - 4], 1);
        return DataLoader.Create(new TensorDataset(points, points), 60, shuffle: true, seed: 4);
    }

    private static double Distance(Module<Tensor, Tensor> generator)
    {
        using GradMode.Region none = GradMode.NoGrad();
        Tensor mean = generator.Forward(Tensor.Randn([500, 2], generator: new Generator(8))).Mean(0);
        return (mean - Tensor.From([3f, -4f])).Norm().Item<float>();
    }

    private static float[] Weights(Module module) => [.. module.Parameters().SelectMany(static p => p.Detach().ToArray<float>())];
}
