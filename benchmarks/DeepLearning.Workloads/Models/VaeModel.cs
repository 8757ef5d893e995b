using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads.Models;

/// <summary>VAE 784-400-(20,20)-400-784 (Kingma and Welling 2013): summed BCE with logits + KL.</summary>
internal static class VaeModel
{
    public static Training Training()
    {
        Linear encoder = new(784, 400), mean = new(400, 20), logVariance = new(400, 20);
        Sequential decoder = new(new Linear(20, 400), new ReLU(), new Linear(400, 784));
        return new Training(
            [("e", encoder), ("mu", mean), ("lv", logVariance), ("d", decoder)],
            [("x", Tensor.Rand(128, 784))],
            xs =>
            {
                Tensor h = encoder.Forward(xs[0]).Relu();
                Tensor a = mean.Forward(h), b = logVariance.Forward(h);
                Tensor z = a + (Noise.Draw(128, 20) * (b * 0.5).Exp());
                Tensor likelihood = Loss.BCEWithLogits(decoder.Forward(z), xs[0], reduction: LossReduction.Sum);
                return likelihood - ((1.0 + b - (a * a) - b.Exp()).Sum() * 0.5);
            },
            static parameters => new Adam(parameters, 1e-3));
    }
}
