using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Adversarial;

public sealed class GaussianRingTests
{
    private const double Radius = 2, Std = 0.05;

    [Fact]
    [Trait("Category", "Slow")]
    public void A_Wasserstein_network_with_gradient_penalty_covers_all_eight_modes()
    {
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        Sequential generator = new(new Linear(2, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 2));
        Sequential critic = new(new Linear(2, 64), new ReLU(), new Linear(64, 64), new ReLU(), new Linear(64, 1));
        Adam ofGenerator = new(generator.Parameters(), 1e-3, 0.5, 0.9), ofCritic = new(critic.Parameters(), 1e-3, 0.5, 0.9);
        for (int step = 0; step < 1500; step++)
        {
            for (int round = 0; round < 5; round++)
            {
                using TensorScope scope = new();
                Tensor real = Ring(128), fake;
                using (GradMode.NoGrad())
                {
                    fake = generator.Forward(Tensor.Randn(128, 2));
                }

                ofCritic.ZeroGrad();
                Tensor loss = GanLoss.Discriminator(GanObjective.Wasserstein, critic.Forward(real), critic.Forward(fake));
                (loss + GanLoss.GradientPenalty(critic.Forward, real, fake)).Backward();
                ofCritic.Step();
            }

            using TensorScope own = new();
            ofGenerator.ZeroGrad();
            GanLoss.Generator(GanObjective.Wasserstein, critic.Forward(generator.Forward(Tensor.Randn(128, 2)))).Backward();
            ofGenerator.Step();
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor made = generator.Forward(Tensor.Randn(4000, 2));
        Tensor distances = (made.Unsqueeze(1) - Modes().Unsqueeze(0)).Norm(2, [2]);
        (Tensor least, Tensor mode) = distances.Min(1);
        Tensor isNear = least.Less(0.3);
        double near = isNear.To(DType.Float32).Mean().Item<float>();
        int[] counts = [.. Enumerable.Range(0, 8).Select(m => (int)mode.EqualTo(m).LogicalAnd(isNear).To(DType.Int64).Sum().Item<long>())];
        string figures = $"{near:P1} of 4000 points are near a mode: {string.Join(", ", counts)}";
        // 73 to 79 % by the seed, between 296 and 434 of each mode.
        Assert.True(near > 0.6 && counts.Min() > 100, figures);
    }

    private static Tensor Modes() => Tensor.From(
        [.. Enumerable.Range(0, 8).SelectMany(static k => new[]
        {
            (float)(Radius * Math.Cos(k * Math.PI / 4)), (float)(Radius * Math.Sin(k * Math.PI / 4)),
        })]).Reshape(8, 2);

    private static Tensor Ring(int count) =>
        Modes().IndexSelect(0, Tensor.RandInt(0, 8, [count])) + (Tensor.Randn(count, 2) * Std);
}
