namespace DeepLearning.Tests.Golden;

internal static class ActivationBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["relu"] = c => [c[0].Relu()],
        ["leaky_relu"] = c => [c[0].LeakyRelu(c.Double("negative_slope", 0.01))],
        ["elu"] = c => [c[0].Elu(c.Double("alpha", 1))],
        ["gelu"] = c => [c[0].Gelu(c.Text("approximate", "none") == "tanh")],
        ["silu"] = c => [c[0].Silu()],
        ["relu6"] = c => [c[0].Relu6()],
        ["celu"] = c => [c[0].Celu(c.Double("alpha", 1))],
        ["selu"] = c => [c[0].Selu()],
        ["mish"] = c => [c[0].Mish()],
        ["hardtanh"] = c => [c[0].Hardtanh(c.Double("min_val", -1), c.Double("max_val", 1))],
        ["hardsigmoid"] = c => [c[0].Hardsigmoid()],
        ["hardswish"] = c => [c[0].Hardswish()],
        ["logsigmoid"] = c => [c[0].LogSigmoid()],
        ["softsign"] = c => [c[0].Softsign()],
        ["tanhshrink"] = c => [c[0].Tanhshrink()],
        ["hardshrink"] = c => [c[0].Hardshrink(c.Double("lambd", 0.5))],
        ["softshrink"] = c => [c[0].Softshrink(c.Double("lambd", 0.5))],
        ["threshold"] = c => [c[0].Threshold(c.Double("threshold"), c.Double("value"))],
        ["softplus"] = c => [c[0].Softplus(c.Double("beta", 1), c.Double("threshold", 20))],
        ["prelu"] = c => [c[0].Prelu(c[1])],
        ["glu"] = c => [c[0].Glu(c.Int("dim"))],
    };
}
