namespace DeepLearning.Onnx.Export;

/// <summary>Activations.</summary>
internal static class ActivationConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["Elu"] = Elu;
        to["Gelu"] = static n => Gelu(n, isTanh: false);
        to["GeluTanh"] = static n => Gelu(n, isTanh: true);
        to["Hardshrink"] = static n => n.Set(n.Op("Shrink", [n.X], ("lambd", n.Double("lambda")), ("bias", 0.0)));
        to["Softshrink"] = static n => n.Set(n.Op("Shrink", [n.X], ("lambd", n.Double("lambda")), ("bias", n.Double("lambda"))));
        to["Hardsigmoid"] = static n => n.Set(n.Op("HardSigmoid", [n.X], ("alpha", 1.0 / 6), ("beta", 0.5)));
        to["Hardswish"] = static n => n.Set(n.Op("HardSwish", [n.X]));
        to["LeakyRelu"] = static n => n.Set(n.Op("LeakyRelu", [n.X], ("alpha", n.Double("negative_slope"))));
        to["LogSigmoid"] = static n => n.Set(n.Op("Neg", [Smooth(n, n.Op("Neg", [n.X]))]));
        to["Mish"] = static n => n.Set(
            n.Opset >= 18 ? n.Op("Mish", [n.X]) : n.Op("Mul", [n.X, n.Op("Tanh", [Smooth(n, n.X)])]));
        to["Prelu"] = static n => n.Set(n.Op("PRelu", [n.X, n.Y]));
        to["Silu"] = static n => n.Set(n.Op("Mul", [n.X, n.Op("Sigmoid", [n.X])]));
        to["Swish"] = static n => n.Set(n.Op("Mul", [n.X, n.Op("Sigmoid", [n.Op("Mul", [n.X, n.Y])])]));
        to["Softplus"] = Softplus;
        to["Step"] = static n => n.Set(Step(n, 0, n.Double("at_zero"), n.X));
        to["PassingStep"] = static n => n.Set(Step(n, n.Double("below"), n.Double("at_zero"), n.X));
        to["Tanhshrink"] = static n => n.Set(n.Op("Sub", [n.X, n.Op("Tanh", [n.X])]));
        to["Threshold"] = static n => n.Set(
            n.Op("Where", [n.Op("LessOrEqual", [n.X, n.N(n.Double("threshold"))]), n.N(n.Double("value")), n.X]));
    }

    /// <summary>ln(1 + eˣ); written out for float64, which programs that run ONNX seldom have it for.</summary>
    public static string Smooth(NodeContext n, string x) => n.OutType != DType.Float64
        ? n.Op("Softplus", [x])
        : n.Op("Add", [
            n.Op("Max", [x, n.N(0)]), FunctionConverters.Log1p(n, n.Op("Exp", [n.Op("Neg", [n.Op("Abs", [x])])]))]);

    private static void Elu(NodeContext n)
    {
        double alpha = n.Double("alpha"), scale = n.Double("scale"), inner = n.Double("input_scale");
        if (inner == 1)
        {
            n.Set(scale == 1
                ? n.Op("Elu", [n.X], ("alpha", alpha))
                : n.Op("Selu", [n.X], ("alpha", alpha), ("gamma", scale)));
            return;
        }

        // As CELU: the exponent has a scale of its own.
        string x = n.X, below = n.Op("Min", [n.Op("Mul", [x, n.N(inner)]), n.N(0)]);
        string low = n.Op("Mul", [FunctionConverters.Expm1(n, below), n.N(alpha * scale)]);
        n.Set(n.Op("Where", [n.Op("LessOrEqual", [x, n.N(0)]), low, n.Op("Mul", [x, n.N(scale)])]));
    }

    private static void Gelu(NodeContext n, bool isTanh)
    {
        string x = n.X;
        if (n.Opset >= 20)
        {
            n.Set(n.Op("Gelu", [x], ("approximate", isTanh ? "tanh" : "none")));
            return;
        }

        string inner = isTanh
            ? n.Op("Tanh", [n.Op("Mul", [
                n.Op("Add", [x, n.Op("Mul", [n.Op("Mul", [n.Op("Mul", [x, x]), x]), n.N(0.044715)])]), n.N(Math.Sqrt(2 / Math.PI))])])
            : n.Op("Erf", [n.Op("Div", [x, n.N(Math.Sqrt(2))])]);
        n.Set(n.Op("Mul", [n.Op("Mul", [x, n.Op("Add", [inner, n.N(1)])]), n.N(0.5)]));
    }

    private static void Softplus(NodeContext n)
    {
        double beta = n.Double("beta"), threshold = n.Double("threshold");
        string x = n.X, z = beta == 1 ? x : n.Op("Mul", [x, n.N(beta)]);
        string smooth = Smooth(n, z);
        smooth = beta == 1 ? smooth : n.Op("Div", [smooth, n.N(beta)]);
        // From 20 on the two are equal to float32.
        n.Set(threshold >= 20 && n.OutType != DType.Float64
            ? smooth
            : n.Op("Where", [n.Op("Greater", [z, n.N(threshold)]), x, smooth]));
    }

    private static string Step(NodeContext n, double below, double atZero, string x) => n.Op("Where", [
        n.Op("Greater", [x, n.N(0)]), n.N(1), n.Op("Where", [n.Op("Equal", [x, n.N(0)]), n.N(atZero), n.N(below)])]);
}
