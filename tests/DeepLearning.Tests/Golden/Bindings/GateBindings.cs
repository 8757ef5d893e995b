using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class GateBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["Threshold"] = c => c.Run(new Threshold(c.Double("threshold"), c.Double("value"))),
        ["RReLU"] = c => c.Run(new RReLU(c.Double("lower", 1.0 / 8), c.Double("upper", 1.0 / 3))),
        ["Hardtanh"] = c => c.Run(new Hardtanh(c.Double("min_val", -1), c.Double("max_val", 1))),
        ["ReLU6"] = c => c.Run(new ReLU6()),
        ["Hardsigmoid"] = c => c.Run(new Hardsigmoid()),
        ["Mish"] = c => c.Run(new Mish()),
        ["Hardswish"] = c => c.Run(new Hardswish()),
        ["CELU"] = c => c.Run(new CELU(c.Double("alpha", 1))),
        ["SELU"] = c => c.Run(new SELU()),
        ["GLU"] = c => c.Run(new GLU(c.Int("dim", -1))),
        ["Hardshrink"] = c => c.Run(new Hardshrink(c.Double("lambd", 0.5))),
        ["LogSigmoid"] = c => c.Run(new LogSigmoid()),
        ["Softshrink"] = c => c.Run(new Softshrink(c.Double("lambd", 0.5))),
        ["Softsign"] = c => c.Run(new Softsign()),
        ["Tanhshrink"] = c => c.Run(new Tanhshrink()),
        ["Softmin"] = c => c.Run(new Softmin(c.Int("dim"))),
        ["Softmax2d"] = c => c.Run(new Softmax2d()),
        ["PReLU"] = c => c.Run(new PReLU(c.Int("num_parameters"), c.Double("init"))),
        ["rrelu"] = c => [c[0].RRelu(c.Double("lower", 1.0 / 8), c.Double("upper", 1.0 / 3), c.Bool("training", false))],
        ["softmin"] = c => [c[0].Softmin(c.Int("dim"))],
        ["swiglu"] = c => [c[0].SwiGlu(c.Int("dim", -1), c.Bool("gate_first", false))],
        ["geglu"] = c => [c[0].GeGlu(c.Int("dim", -1), c.Bool("approximate", false), c.Bool("gate_first", false))],
        ["reglu"] = c => [c[0].ReGlu(c.Int("dim", -1), c.Bool("gate_first", false))],
        ["maxout"] = c => [c[0].Maxout(c.Int("pieces"), c.Int("dim"))],
        ["swish"] = c => [c[0].Swish(c[1])],
        ["step"] = c => [c[0].Step(c.Double("at_zero", 1), c.Bool("straight_through", false))],
        ["sign_straight_through"] = c => [c[0].Sign(straightThrough: true)],
    };
}
