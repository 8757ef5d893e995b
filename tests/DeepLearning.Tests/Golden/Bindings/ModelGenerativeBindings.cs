using DeepLearning.Layers;
using DeepLearning.Models;

namespace DeepLearning.Tests.Golden;

internal static class ModelGenerativeBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["Autoencoder"] = c =>
            [c.Loaded(new Autoencoder(4, [3, 2], static () => new Tanh(), outputActivation: new Sigmoid())).Forward(c.Input("input"))],
        ["GaussianLatent.KL"] = c => [new GaussianLatent(c.Input("mean"), c.Input("log_variance")).KL()],
        ["AutoencoderPenalty.SparseKL"] = c => [AutoencoderPenalty.SparseKL(c.Input("code"), c.Double("sparsity"))],
        ["AutoencoderPenalty.SparseL1"] = c => [AutoencoderPenalty.SparseL1(c.Input("code"))],
        ["AutoencoderPenalty.Contractive"] = c =>
            [AutoencoderPenalty.Contractive(x => x.Linear(c.Input("weight"), c.Input("bias")).Sigmoid(), c.Input("input"))],
        ["VariationalAutoencoder.Loss"] = c =>
        [
            c.Loaded(new VariationalAutoencoder(
                new Sequential(new Linear(4, 3), new Tanh()), new GaussianHead(3, 2), new Linear(2, 4),
                new VAEOptions(
                    Enum.Parse<VAELikelihood>(c.Text("likelihood"), ignoreCase: true), c.Double("beta"), c.Double("factor"),
                        c.Double("free"),
                    c.Double("std")))).Loss(c.Input("input"), sample: false).Total,
        ],
        ["VectorQuantizer"] = c => Code(c.Loaded(new VectorQuantizer(4, 2, c.Double("commitment"))).Forward(c.Input("input"))),
        ["VectorQuantizer.Averages"] = c =>
        {
            VectorQuantizer layer = c.Loaded(new VectorQuantizer(4, 2, c.Double("commitment"), c.Double("decay")));
            return [.. Code(layer.Forward(c.Input("input"))), layer.Codebook];
        },
        ["GanLoss.Discriminator"] = c => [GanLoss.Discriminator(Objective(c), c.Input("real"), c.Input("fake"))],
        ["GanLoss.Generator"] = c => [GanLoss.Generator(Objective(c), c.Input("fake"))],
        ["GanLoss.GradientPenalty"] = c =>
        [
            GanLoss.GradientPenalty(
                x => x.Linear(c.Input("weight")).Tanh().Mv(c.Input("out")), c.Input("real"), c.Input("fake"), c.Input("places")),
        ],
        ["CycleGANResidual"] = c => [c.Loaded(new CycleGANResidual(2)).Forward(c.Input("input"))],
        ["CycleGANGenerator"] = c => [c.Loaded(new CycleGANGenerator(1, 2, 1, 1)).Forward(c.Input("input"))],
        ["PatchDiscriminator"] = c => [c.Loaded(new PatchDiscriminator(1, 2, 2)).Forward(c.Input("input"))],
        ["MappingNetwork"] = c => [c.Loaded(new MappingNetwork(3, 4, c.Int("layers"), c.Double("rate"))).Forward(c.Input("input"))],
        ["AdaptiveInstanceNorm"] = c => [c.Loaded(new AdaptiveInstanceNorm(3, 4)).Forward(c.Input("input"), c.Input("style"))],
        ["ModulatedConv2d"] = c =>
            [c.Loaded(new ModulatedConv2d(3, 2, c.Int("kernel"), 4, c.Bool("demodulate"))).Forward(c.Input("input"), c.Input("style"))],
        ["NoiseInjection"] = c => [c.Loaded(new NoiseInjection(3)).Forward(c.Input("input"), c.Input("noise"))],
        ["NoiseSchedule"] = c => [Tensor.From<double>([.. Schedule(c).Betas])],
        ["GaussianDiffusion"] = c =>
        {
            GaussianDiffusion diffusion = new(Schedule(c), Enum.Parse<DiffusionPrediction>(c.Text("prediction"), ignoreCase: true));
            (Tensor data, Tensor steps, Tensor noise) = (c.Input("data"), c.Input("steps"), c.Input("noise"));
            Tensor noisy = diffusion.AddNoise(data, steps, noise), target = diffusion.Target(data, steps, noise);
            (Tensor back, Tensor share) = diffusion.Split(noisy, steps, target);
            return [noisy, target * 1, back * 1, share * 1];
        },
        ["TimeEmbedding"] = c => [c.Loaded(new TimeEmbedding(c.Int("width"), c.Int("out"))).Forward(c.Input("steps"))],
        ["UNetBlock"] = c =>
            [c.Loaded(new UNetBlock(c.Int("in"), c.Int("out"), 3, c.Int("groups"))).Forward(c.Input("input"), c.Input("time"))],
        ["UNetAttention"] = c => [c.Loaded(new UNetAttention(4, c.Int("groups"), c.Int("heads"))).Forward(c.Input("input"))],
    };

    private static Tensor[] Code(QuantizedCode code) => [code.Quantized, code.Indices, code.Loss];

    private static GanObjective Objective(GoldenCall c) => Enum.Parse<GanObjective>(c.Text("objective"), ignoreCase: true);

    private static NoiseSchedule Schedule(GoldenCall c) => c.Text("schedule") switch
    {
        "linear" => NoiseSchedule.Linear(c.Int("steps")),
        "cosine" => NoiseSchedule.Cosine(c.Int("steps")),
        _ => NoiseSchedule.Sigmoid(c.Int("steps")),
    };
}
