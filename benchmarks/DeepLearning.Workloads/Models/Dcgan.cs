using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads.Models;

/// <summary>
/// DCGAN for 28×28 images (Radford et al. 2015): one update of the discriminator and one of the generator a step, whose loss is the
/// generator's.
/// </summary>
internal static class Dcgan
{
    private const int Batch = 64;

    public static Training Training()
    {
        Sequential generator = new(
            new Linear(100, 128 * 49), new Unflatten(1, 128, 7, 7), new BatchNorm2d(128), new ReLU(),
            new ConvTranspose2d(128, 64, 4, 2, 1), new BatchNorm2d(64), new ReLU(), new ConvTranspose2d(64, 1, 4, 2, 1), new Tanh());
        Sequential discriminator = new(
            new Conv2d(1, 64, 4, 2, 1), new LeakyReLU(0.2), new Conv2d(64, 128, 4, 2, 1), new BatchNorm2d(128), new LeakyReLU(0.2),
            new Flatten(), new Linear(128 * 49, 1));
        Adam forGenerator = new(generator.Parameters(), 2e-4, 0.5, 0.999);
        Adam forDiscriminator = new(discriminator.Parameters(), 2e-4, 0.5, 0.999);
        Tensor one = Tensor.Ones(Batch, 1), zero = Tensor.Zeros(Batch, 1);
        return new Training(
            [("g", generator), ("d", discriminator)],
            [("x", Tensor.Randn(Batch, 1, 28, 28))],
            xs =>
            {
                Tensor fake = generator.Forward(Noise.Draw(Batch, 100));
                forDiscriminator.ZeroGrad();
                Tensor real = Loss.BCEWithLogits(discriminator.Forward(xs[0]), one);
                (real + Loss.BCEWithLogits(discriminator.Forward(fake.Detach()), zero)).Backward();
                forDiscriminator.Step();
                forGenerator.ZeroGrad();
                Tensor loss = Loss.BCEWithLogits(discriminator.Forward(fake), one);
                loss.Backward();
                forGenerator.Step();
                return loss;
            },
            [
                xs => Loss.BCEWithLogits(discriminator.Forward(xs[0]), one)
                    + Loss.BCEWithLogits(discriminator.Forward(xs[0]), zero), // an image of the generator's is as large
                _ => Loss.BCEWithLogits(discriminator.Forward(generator.Forward(Noise.Draw(Batch, 100))), one),
            ],
            [forGenerator, forDiscriminator]);
    }
}
