using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

internal static class ActivationEntries
{
    private static readonly LayerCheckOptions s_elementwise = new()
    {
        InputShapes = ["[N, C]"],
        OutputShapes = ["[N, C]"],
        Unbatched = true,
    };

    public static IEnumerable<CatalogEntry> Entries =>
    [
        Smooth("CELU", static () => new CELU(), 0),
        Smooth("CELU, alpha", static () => new CELU(0.5), 0),
        Smooth("ELU", static () => new ELU(), 0),
        Smooth("ELU, alpha", static () => new ELU(0.5), 0),
        Smooth("GELU", static () => new GELU()),
        Smooth("GELU, approximate", static () => new GELU(true)),
        Smooth("Hardshrink", static () => new Hardshrink(), -0.5, 0.5),
        Smooth("Hardshrink, lambda", static () => new Hardshrink(1.5), -1.5, 1.5),
        Smooth("Hardsigmoid", static () => new Hardsigmoid(), -3, 3),
        Smooth("Hardswish", static () => new Hardswish(), -3, 3),
        Smooth("Hardtanh", static () => new Hardtanh(), -1, 1),
        Smooth("Hardtanh, limits", static () => new Hardtanh(-0.5, 2), -0.5, 2),
        Smooth("LeakyReLU", static () => new LeakyReLU(), 0),
        Smooth("LeakyReLU, slope", static () => new LeakyReLU(0.3), 0),
        Smooth("LogSigmoid", static () => new LogSigmoid()),
        Smooth("LogSoftmax", static () => new LogSoftmax(-1)),
        Smooth("Mish", static () => new Mish()),
        Smooth("PReLU", static () => new PReLU(), 0),
        CatalogEntry.Layer(
            "PReLU, a slope for each channel", static () => new PReLU(3, 0.1), static random => random.AwayFrom([0], 0.05, 2, 3, 2),
            new LayerCheckOptions { InputShapes = ["[N, 3, L]"], OutputShapes = ["[N, 3, L]"] }),
        Smooth("ReLU", static () => new ReLU(), 0),
        Smooth("ReLU6", static () => new ReLU6(), 0, 6),
        Smooth("SELU", static () => new SELU(), 0),
        Smooth("SiLU", static () => new SiLU()),
        Smooth("Sigmoid", static () => new Sigmoid()),
        Smooth("Softmax", static () => new Softmax(-1)),
        CatalogEntry.Layer(
            "Softmax, the first axis", static () => new Softmax(0), static random => random.Normal(2, 3),
            new LayerCheckOptions { BatchAxis = null, OutputShapes = ["[2, 3]"] }),
        Smooth("Softplus", static () => new Softplus()),
        Smooth("Softplus, threshold", static () => new Softplus(2, 1), 0.5),
        Smooth("Softshrink", static () => new Softshrink(), -0.5, 0.5),
        Smooth("Softshrink, lambda", static () => new Softshrink(1), -1, 1),
        Smooth("Softsign", static () => new Softsign(), 0),
        Smooth("Tanh", static () => new Tanh()),
        Smooth("Tanhshrink", static () => new Tanhshrink()),
    ];

    private static CatalogEntry Smooth(string name, Func<Layer> make, params double[] kinks) =>
        CatalogEntry.Layer(name, make, random => random.AwayFrom(kinks, 0.05, 2, 5), s_elementwise);
}
