using DeepLearning.Models;

namespace DeepLearning.Tests.Models.Transformers;

public sealed class MixtureOfExpertsTests
{
    [Fact]
    public void The_balancing_loss_evens_out_what_the_experts_compute()
    {
        using Generator.DefaultRegion region = new Generator(2).AsDefault();
        double with = Worst(0.1), without = Worst(0);
        // An even share is a quarter.
        Assert.InRange(with, 0.25, 0.35);
        Assert.InRange(without, 0.45, 1);
    }

    [Fact]
    public void What_is_over_the_capacity_gives_nothing()
    {
        MixtureOfExperts layer = new(4, 3, 2, capacityFactor: 0.5, generator: new Generator(1));
        // All tokens are the same, and ask the same expert, who computes half of an even share: two of eight.
        (Tensor output, Tensor loss, Tensor load) = layer.Forward(Tensor.Ones(8, 4));
        Assert.Equal([0L, 2], load.ToArray<long>().Order());
        Assert.True(output.Narrow(0, 2, 6).EqualTo(0.0).All().Item<bool>());
        Assert.False(output.Narrow(0, 0, 2).EqualTo(0.0).Any().Item<bool>());
        Assert.True(loss.Item<float>() > 1);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixtureOfExperts(4, 3, 2, topK: 3));
        Assert.Contains("1.25", Assert.Throws<ArgumentOutOfRangeException>(() => new MixtureOfExperts(4, 3, 2, capacityFactor: 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixtureOfExperts(4, 3, 2, jitter: 1));
    }

    /// <summary>The share of the expert that computes most, after training on inputs of which most are alike.</summary>
    private static double Worst(double weight)
    {
        MixtureOfExperts layer = new(8, 16, 4, capacityFactor: null, jitter: 0.01, generator: new Generator(4));
        DeepLearning.Optimizers.Adam optimizer = new(layer.Parameters(), 1e-2);
        Tensor common = Tensor.Randn(8);
        Tensor load = Tensor.Zeros(4);
        for (int step = 0; step < 300; step++)
        {
            Tensor x = common + Tensor.Randn(128, 8);
            (Tensor output, Tensor balance, load) = layer.Forward(x);
            Tensor error = DeepLearning.Losses.Loss.MSE(output, x.Sin()) + (balance * weight);
            optimizer.ZeroGrad();
            error.Backward();
            optimizer.Step();
        }

        return load.To(DType.Float64).Max().Item<double>() / 128;
    }
}
