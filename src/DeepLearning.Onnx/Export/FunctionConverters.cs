namespace DeepLearning.Onnx.Export;

/// <summary>Elementary functions of one element or two.</summary>
internal static class FunctionConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        foreach (string same in (string[])[
            "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Cos", "Cosh", "Erf", "Exp", "Floor", "Log", "Reciprocal",
            "Relu", "Round", "Sigmoid", "Sin", "Sinh", "Softsign", "Sqrt", "Tan", "Tanh"])
        {
            to[same] = n => n.Set(n.Op(same, [n.X]));
        }

        to["Negate"] = static n => n.Set(n.Op("Neg", [n.X]));
        to["Clone"] = to["Alias"] = to["ToDevice"] = to["Contiguous"] = static n => n.Set(n.In(0));
        to["To"] = static n => n.Set(n.X);
        to["Sign"] = static n => n.Set(NotNaN(n, n.Op("Sign", [n.X]), 0));
        to["Exp2"] = static n => n.Set(n.Op("Pow", [n.N(2), n.X]));
        to["Expm1"] = static n => n.Set(Expm1(n, n.X));
        to["Log1p"] = static n => n.Set(Log1p(n, n.X));
        to["Log2"] = static n => n.Set(n.Op("Div", [n.Op("Log", [n.X]), n.N(Math.Log(2))]));
        to["Log10"] = static n => n.Set(n.Op("Div", [n.Op("Log", [n.X]), n.N(Math.Log(10))]));
        to["Erfc"] = static n => n.Set(n.Op("Sub", [n.N(1), n.Op("Erf", [n.X])]));
        to["Rsqrt"] = static n => n.Set(n.Op("Reciprocal", [n.Op("Sqrt", [n.X])]));
        to["Trunc"] = static n => n.Set(Trunc(n, n.X));
        to["Frac"] = static n => n.Set(n.Op("Sub", [n.X, Trunc(n, n.X)]));
        to["RoundDecimals"] = RoundDecimals;
        to["Sinc"] = static n =>
        {
            string turn = n.Op("Mul", [n.X, n.N(Math.PI)]), zero = n.Op("Equal", [turn, n.N(0)]);
            n.Set(n.Op("Where", [zero, n.N(1), n.Op("Div", [n.Op("Sin", [turn]), n.Op("Where", [zero, n.N(1), turn])])]));
        };
        to["Xlogy"] = static n => n.Set(Weighed(n, n.X, n.Op("Log", [n.Y])));
        to["Xlog1py"] = static n => n.Set(Weighed(n, n.X, Log1p(n, n.Y)));
        to["LogAddExp"] = static n => n.Set(LogAddExp(n, 1));
        to["LogAddExp2"] = static n => n.Set(LogAddExp(n, Math.Log(2)));
        to["Atan2"] = Atan2;
        to["Logit"] = Logit;
    }

    /// <summary>The whole part.</summary>
    public static string Trunc(NodeContext n, string x) => n.Op("Mul", [n.Op("Sign", [x]), n.Op("Floor", [n.Op("Abs", [x])])]);

    /// <summary>eˣ − 1 = tanh(x / 2) (eˣ + 1), which keeps small numbers.</summary>
    public static string Expm1(NodeContext n, string x) => n.Op("Mul", [
        n.Op("Tanh", [n.Op("Mul", [x, n.N(0.5)])]), n.Op("Add", [n.Op("Exp", [x]), n.N(1)])]);

    /// <summary>ln(1 + x).</summary>
    public static string Log1p(NodeContext n, string x) => n.Op("Log", [n.Op("Add", [x, n.N(1)])]);

    /// <summary>weight · x, and 0 for a weight of 0 whatever x is.</summary>
    public static string Weighed(NodeContext n, string weight, string x) =>
        n.Op("Where", [n.Op("Equal", [weight, n.N(0)]), n.N(0), n.Op("Mul", [weight, x])]);

    /// <summary>A result, but another number where the operand is NaN.</summary>
    private static string NotNaN(NodeContext n, string y, double otherwise) => n.OutType.IsFloatingPoint()
        ? n.Op("Where", [ComparisonConverters.IsNaN(n, n.X, n.OutType), n.N(otherwise), y])
        : y;

    private static string LogAddExp(NodeContext n, double unit)
    {
        string x = n.X, y = n.Y;
        // Equal infinities have no distance.
        string distance = n.Op("Where", [n.Op("Equal", [x, y]), n.N(0), n.Op("Sub", [x, y])]);
        string less = n.Op("Mul", [n.Op("Abs", [distance]), n.N(-unit)]);
        string more = ActivationConverters.Smooth(n, less);
        return n.Op("Add", [n.Op("Max", [x, y]), unit == 1 ? more : n.Op("Div", [more, n.N(unit)])]);
    }

    /// <summary>The angle of (x, y) from the arc tangent of the quotient and the quadrant.</summary>
    private static void Atan2(NodeContext n)
    {
        string y = n.X, x = n.Y, zero = n.N(0);
        string onAxis = n.Op("Equal", [x, zero]);
        string plain = n.Op("Atan", [n.Op("Div", [y, n.Op("Where", [onAxis, n.N(1), x])])]);
        string turn = n.Op("Where", [ComparisonConverters.IsNegative(n, y), n.N(-Math.PI), n.N(Math.PI)]);
        string left = n.Op("Where", [ComparisonConverters.IsNegative(n, x), n.Op("Add", [plain, turn]), plain]);
        string straight = n.Op("Mul", [n.Op("Sign", [y]), n.N(Math.PI / 2)]);
        string above = n.Op("And", [onAxis, n.Op("Not", [n.Op("Equal", [y, zero])])]);
        n.Set(n.Op("Where", [above, straight, left]));
    }

    private static void Logit(NodeContext n)
    {
        string z = double.IsNaN(n.Double("slope_outside")) ? n.X : n.Op("Clip", [n.X, n.N(n.Double("min")), n.N(n.Double("max"))]);
        n.Set(n.Op("Log", [n.Op("Div", [z, n.Op("Sub", [n.N(1), z])])]));
    }

    private static void RoundDecimals(NodeContext n)
    {
        double unit = Math.Pow(10, Math.Abs(n.Int("decimals")));
        (string there, string back) = n.Int("decimals") < 0 ? ("Div", "Mul") : ("Mul", "Div");
        n.Set(n.Op(back, [n.Op("Round", [n.Op(there, [n.X, n.N(unit)])]), n.N(unit)]));
    }
}
