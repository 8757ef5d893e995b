namespace DeepLearning.Onnx.Export;

/// <summary>Sums, products, quotients and what is made of them. A number beside one operand stands among the attributes.</summary>
internal static class ArithmeticConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["Add"] = static n => n.Set(n.Op("Add", [n.X, Other(n, "number")]));
        to["Subtract"] = static n => n.Set(n.Op("Sub", [n.X, Other(n, "number")]));
        to["Multiply"] = static n => n.Set(n.OutType == DType.Bool ? n.Op("And", [n.X, n.Y]) : n.Op("Mul", [n.X, n.Y]));
        to["Divide"] = static n => n.Set(n.Op("Div", [n.X, Other(n, "divisor")]));
        to["Scale"] = static n => n.Set(n.OutType == DType.Bool && n.Double("factor") != 0 ? n.X : n.Op("Mul", [n.X, Number(n, "factor")]));
        to["ScalarMinus"] = static n => n.Set(n.Op("Sub", [Number(n, "number"), n.X]));
        to["ScalarOver"] = static n => n.Set(n.Op("Div", [Number(n, "number"), n.X]));
        to["ScalarPow"] = static n => n.Set(n.Op("Pow", [Number(n, "number"), n.X]));
        to["Pow"] = static n => n.Set(n.Op("Pow", [n.X, Other(n, "exponent")]));
        to["AddScaled"] = static n => n.Set(n.Op("Add", [n.X, n.Op("Mul", [n.Y, Number(n, "alpha")])]));
        to["AddCMul"] = static n => n.Set(
            n.Op("Add", [n.X, n.Op("Mul", [n.Op("Mul", [n.Y, Number(n, "value")]), n.Cast(2, n.OutType)])]));
        to["AddCDiv"] = static n => n.Set(
            n.Op("Add", [n.X, n.Op("Div", [n.Op("Mul", [n.Y, Number(n, "value")]), n.Cast(2, n.OutType)])]));
        to["MultiplyAdd"] = static n => n.Set(n.Op("Add", [n.Op("Mul", [n.X, n.Y]), n.Cast(2, n.OutType)]));
        to["Lerp"] = static n => n.Set(n.Op("Add", [n.X, n.Op("Mul", [
            n.Op("Sub", [n.Y, n.X]), n.Count > 2 ? n.Cast(2, n.OutType) : Number(n, "weight")])]));
        to["Between"] = static n => n.Set(n.Op("Add", [n.X, n.Op("Mul", [n.Op("Sub", [n.Y, n.X]), Number(n, "weight")])]));
        to["Square"] = static n => n.Set(n.OutType == DType.Bool ? n.X : n.Op("Mul", [n.X, n.X]));
        to["Cube"] = static n => n.Set(n.Op("Mul", [n.Op("Mul", [n.X, n.X]), n.X]));
        to["Hypot"] = static n => n.Set(n.Op("Sqrt", [n.Op("Add", [n.Op("Mul", [n.X, n.X]), n.Op("Mul", [n.Y, n.Y])])]));
        to["Maximum"] = static n => n.Set(n.Op("Max", [n.X, n.Y]));
        to["Minimum"] = static n => n.Set(n.Op("Min", [n.X, n.Y]));
        to["Fmax"] = static n => Defined(n, "Max");
        to["Fmin"] = static n => Defined(n, "Min");
        to["Fmod"] = static n => n.Set(n.Op("Mod", [n.X, n.Y], ("fmod", 1)));
        to["Remainder"] = static n => n.Set(Remainder(n, n.X, n.Y));
        to["FloorDivide"] = FloorDivide;
        to["TruncDivide"] = static n => n.Set(
            n.OutType.IsFloatingPoint() ? FunctionConverters.Trunc(n, n.Op("Div", [n.X, n.Y])) : n.Op("Div", [n.X, n.Y]));
        to["CopySign"] = static n => n.Set(
            n.Op("Where", [ComparisonConverters.IsNegative(n, n.Y), n.Op("Neg", [n.Op("Abs", [n.X])]), n.Op("Abs", [n.X])]));
        to["Clamp"] = to["Hardtanh"] = static n => n.Set(n.Op("Clip", [
            n.X, Number(n, n.Told("min") ? "min" : "min_value"), Number(n, n.Told("max") ? "max" : "max_value")]));
        to["ClampTensor"] = static n => n.Set(n.Op("Min", [n.Op("Max", [n.X, n.Y]), n.Cast(2, n.OutType)]));
        to["Heaviside"] = static n => n.Set(n.Op("Where", [
            n.Op("Equal", [n.X, n.N(0)]), n.Y, n.Cast(n.Op("Greater", [n.X, n.N(0)]), DType.Bool, n.OutType)]));
        to["NanToNum"] = static n =>
        {
            string finite = n.Op("Clip", [n.X, Number(n, "negative"), Number(n, "positive")]);
            n.Set(n.Op("Where", [ComparisonConverters.IsNaN(n, n.X, n.OutType), Number(n, "nan"), finite]));
        };
        to["Dropout"] = static n => n.Set(n.Op("Where", [
            n.Cast(1, DType.Bool), n.Op("Mul", [n.X, Number(n, "scale")]), n.N(0)]));
        to["AlphaDropout"] = static n => n.Set(n.Op("Where", [
            n.Cast(1, DType.Bool), n.Op("Add", [n.Op("Mul", [n.X, Number(n, "scale")]), Number(n, "shift")]), Number(n, "dropped")]));
        foreach ((string name, string bits, string truth) in ((string, string, string)[])[
            ("BitwiseAnd", "BitwiseAnd", "And"), ("BitwiseOr", "BitwiseOr", "Or"), ("BitwiseXor", "BitwiseXor", "Xor")])
        {
            to[name] = n => n.Set(n.OutType == DType.Bool ? n.Op(truth, [n.X, n.Y])
                : n.Opset >= 18 ? n.Op(bits, [n.X, n.Y])
                : throw n.Refused("operations on bits came with opset 18"));
        }

        to["BitwiseLeftShift"] = static n => n.Set(n.Op("Mul", [n.X, Power(n)]));
        to["BitwiseRightShift"] = static n => n.Set(
            n.Op("Div", [n.Op("Sub", [n.X, n.Op("Mod", [n.X, Power(n)])]), Power(n)]));
    }

    /// <summary>The second operand, or the number that stands for it.</summary>
    private static string Other(NodeContext n, string attribute) => n.Count > 1 ? n.Y : Number(n, attribute);

    private static string Number(NodeContext n, string attribute) => n.Number(n.Quantity(attribute));

    private static string Power(NodeContext n) => n.Op("Pow", [n.N(2), n.Y]);

    /// <summary>The other operand where one is NaN.</summary>
    private static void Defined(NodeContext n, string operation)
    {
        string x = n.X, y = n.Y;
        if (!n.OutType.IsFloatingPoint())
        {
            n.Set(n.Op(operation, [x, y]));
            return;
        }

        string first = n.Op("Where", [n.Op("IsNaN", [x]), y, x]), second = n.Op("Where", [n.Op("IsNaN", [y]), x, y]);
        n.Set(n.Op(operation, [first, second]));
    }

    /// <summary>The remainder with the sign of the divisor.</summary>
    private static string Remainder(NodeContext n, string x, string y)
    {
        if (!n.OutType.IsFloatingPoint())
        {
            return n.Op("Mod", [x, y]);
        }

        string rest = n.Op("Mod", [x, y], ("fmod", 1));
        string differs = n.Op("Less", [n.Op("Mul", [n.Op("Sign", [rest]), n.Op("Sign", [y])]), n.N(0)]);
        return n.Op("Where", [differs, n.Op("Add", [rest, y]), rest]);
    }

    /// <summary>The quotient, rounded down: exact where the quotient of the rounded numbers is not.</summary>
    private static void FloorDivide(NodeContext n)
    {
        string x = n.X, y = n.Y, exact = n.Op("Div", [n.Op("Sub", [x, Remainder(n, x, y)]), y]);
        n.Set(n.OutType.IsFloatingPoint()
            ? n.Op("Where", [n.Op("Equal", [y, n.N(0)]), n.Op("Div", [x, y]), n.Op("Round", [exact])])
            : exact);
    }
}
