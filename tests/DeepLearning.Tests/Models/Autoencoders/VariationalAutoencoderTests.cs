using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Autoencoders;

public sealed class VariationalAutoencoderTests
{
    [Fact]
    [Trait("Category", "Slow")]
    public void The_bound_falls_on_digits_and_the_code_is_used()
    {
        (Tensor training, Tensor test) = DigitTensors.Load();
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        VariationalAutoencoder model = Made(new VAEOptions());
        double before = Bound(model, test);
        Adam optimizer = new(model.Parameters(), 2e-3);
        for (int epoch = 0; epoch < 15; epoch++)
        {
            foreach (Tensor rows in Tensor.RandPerm(training.Size(0)).Split(32))
            {
                using TensorScope scope = new();
                optimizer.ZeroGrad();
                model.Loss(training.IndexSelect(0, rows)).Total.Backward();
                optimizer.Step();
            }
        }

        model.Eval();
        VAELoss end = model.Loss(test, sample: true);
        double after = Bound(model, test);
        // 25.1 nats per image of 64 pixels.
        Assert.True(before > 43 && after < 27, $"the bound is {before:0.00} nats before, {after:0.00} after");
        Assert.InRange(end.KL.Item<float>(), 2, 15);
        Tensor drawn = model.Generate(5);
        Assert.Equal([5, 64], drawn.Shape.ToArray());
        Assert.True(drawn.Min().Item<float>() >= 0 && drawn.Max().Item<float>() <= 1 && !drawn.RequiresGrad);
    }

    [Fact]
    public void The_divergence_is_the_mean_of_what_draws_tell()
    {
        GaussianLatent latent = new(
            Tensor.From([0.5, -1, 2]).Expand(200_000, 3), Tensor.From([0, -1, 0.7]).Expand(200_000, 3));
        Tensor z = latent.Sample(new Generator(1));
        Tensor log = ((z - latent.Mean).Square() / latent.LogVariance.Exp() * -0.5) - (latent.LogVariance * 0.5) + (z.Square() * 0.5);
        double[] drawn = log.Mean(0).ToArray<double>(), closed = latent.KL().Select(0, 0).ToArray<double>();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(closed[i], drawn[i], 0.02);
        }
    }

    [Fact]
    public void Evaluation_takes_the_mean_and_training_draws()
    {
        using Generator.DefaultRegion region = new Generator(2).AsDefault();
        VariationalAutoencoder model = Made(new VAEOptions(VAELikelihood.Gaussian));
        Tensor x = Tensor.Rand(4, 64);
        Assert.False(model.Forward(x).Output.Equal(model.Forward(x).Output));
        model.Eval();
        Assert.True(model.Forward(x).Output.Equal(model.Forward(x).Output));
        Assert.True(model.Decode(model.Forward(x).Latent.Mean).Equal(model.Forward(x).Output));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        VariationalAutoencoder model = new(new Linear(64, 8), new GaussianHead(8, 2), new Linear(2, 63));
        Assert.Contains("[4, 63]", Assert.Throws<ShapeException>(() => model.Loss(Tensor.Rand(4, 64))).Message);
        Assert.Contains("2]", Assert.Throws<ShapeException>(() => model.Decode(Tensor.Rand(4, 3))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Made(new VAEOptions(Beta: -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Made(new VAEOptions(Std: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(0));
    }

    [Fact]
    public void Averages_move_the_codebook_to_the_means_of_its_clusters_without_gradients()
    {
        using Generator.DefaultRegion region = new Generator(3).AsDefault();
        VectorQuantizer layer = new(2, 1, decay: 0.5);
        Tensor x = Tensor.From([-3f, -1, 4, 6]).Reshape(4, 1);
        for (int step = 0; step < 40; step++)
        {
            layer.Forward(x);
        }

        Assert.True(layer.Codebook.Sort(0).Values.AllClose(Tensor.From([-2f, 5]).Reshape(2, 1), absolute: 1e-3));
        Assert.Empty(layer.Parameters());
        QuantizedCode code = layer.Eval().Forward(x);
        Assert.True(layer.Decode(code.Indices).AllClose(code.Quantized));
        Assert.Throws<IndexException>(() => layer.Decode(Tensor.From([2L])));
    }

    private static VariationalAutoencoder Made(VAEOptions options) => new(
        new Sequential(new Linear(64, 64), new ReLU()), new GaussianHead(64, 8),
        new Sequential(new Linear(8, 64), new ReLU(), new Linear(64, 64)), options);

    private static double Bound(VariationalAutoencoder model, Tensor data)
    {
        using GradMode.Region none = GradMode.NoGrad();
        VAELoss loss = model.Loss(data, sample: true);
        return loss.Reconstruction.Item<float>() + loss.KL.Item<float>();
    }
}
