namespace DeepLearning.Onnx.Export;

/// <summary>Comparisons, truth values and choices.</summary>
internal static class ComparisonConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        foreach ((string name, string operation) in ((string, string)[])[
            ("EqualTo", "Equal"), ("Greater", "Greater"), ("GreaterOrEqual", "GreaterOrEqual"), ("Less", "Less"),
            ("LessOrEqual", "LessOrEqual")])
        {
            to[name] = n => n.Set(Compared(n, operation));
        }

        to["NotEqualTo"] = static n => n.Set(n.Op("Not", [Compared(n, "Equal")]));
        foreach ((string name, string operation) in ((string, string)[])[("LogicalAnd", "And"), ("LogicalOr", "Or"), ("LogicalXor", "Xor")])
        {
            to[name] = n => n.Set(n.Op(operation, [n.Cast(0, DType.Bool), n.Cast(1, DType.Bool)]));
        }

        to["LogicalNot"] = static n => n.Set(n.Op("Not", [n.Cast(0, DType.Bool)]));
        to["IsNaN"] = static n => n.Set(IsNaN(n, n.In(0), n.Type(0)));
        to["IsInf"] = static n => n.Set(IsInf(n));
        to["IsPosInf"] = static n => n.Set(IsInf(n, ("detect_negative", 0)));
        to["IsNegInf"] = static n => n.Set(IsInf(n, ("detect_positive", 0)));
        to["IsFinite"] = static n => n.Set(n.Op("Not", [n.Op("Or", [IsInf(n), IsNaN(n, n.In(0), n.Type(0))])]));
        to["SignBit"] = static n => n.Set(IsNegative(n, n.In(0), n.Type(0)));
        to["IsClose"] = IsClose;
        to["Where"] = static n => n.Set(n.Op("Where", [n.Cast(0, DType.Bool), n.Cast(1, n.OutType), n.Cast(2, n.OutType)]));
        to["MaskedFill"] = static n => n.Set(n.Op("Where", [n.Cast(2, DType.Bool), n.Cast(1, n.OutType), n.X]));
    }

    /// <summary>Whether an element is NaN.</summary>
    public static string IsNaN(NodeContext n, string x, DType dtype) => n.Op("IsNaN", [Real(n, x, dtype)]);

    /// <summary>Whether an element of the result's type has a minus sign.</summary>
    public static string IsNegative(NodeContext n, string x) => IsNegative(n, x, n.OutType);

    /// <summary>Whether an element has a minus sign, as −0 has.</summary>
    public static string IsNegative(NodeContext n, string x, DType dtype)
    {
        string zero = n.Emitter.Number(0, dtype), below = n.Op("Less", [x, zero]);
        return dtype.IsFloatingPoint()
            ? n.Op("Or", [below, n.Op("Less", [n.Op("Reciprocal", [n.Op("Where", [n.Op("Equal", [x, zero]), x, n.Emitter.Number(1,
                dtype)])]), zero])])
            : below;
    }

    /// <summary>The type that two operands are compared in.</summary>
    private static DType Common(DType a, DType b)
    {
        // From the least to the most general; the two 16-bit floats meet in float32.
        DType[] order = [DType.Bool, DType.UInt8, DType.Int32, DType.Int64, DType.Float16, DType.BFloat16, DType.Float32, DType.Float64];
        return a != b && a is DType.Float16 or DType.BFloat16 && b is DType.Float16 or DType.BFloat16
            ? a == b ? a : DType.Float32
            : Array.IndexOf(order, a) > Array.IndexOf(order, b) ? a : b;
    }

    private static string Compared(NodeContext n, string operation)
    {
        DType common = Common(n.Type(0), n.Type(1));
        common = common == DType.Bool && operation != "Equal" ? DType.Int32 : common;
        return n.Op(operation, [n.Cast(0, common), n.Cast(1, common)]);
    }

    private static string Real(NodeContext n, string x, DType dtype) =>
        dtype is DType.Float32 or DType.Float64 ? x : n.Cast(x, dtype, DType.Float32);

    private static string IsInf(NodeContext n, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        n.Op("IsInf", [Real(n, n.In(0), n.Type(0))], attributes);

    private static void IsClose(NodeContext n)
    {
        DType common = Common(n.Type(0), n.Type(1));
        common = common.IsFloatingPoint() ? common : DType.Float64;
        string a = n.Cast(0, common), b = n.Cast(1, common);
        string distance = n.Op("Abs", [n.Op("Sub", [a, b])]);
        string allowed = n.Op("Add", [
            n.Op("Mul", [n.Op("Abs", [b]), n.Emitter.Number(n.Double("relative"), common)]),
            n.Emitter.Number(n.Double("absolute"), common)]);
        string near = n.Op("And", [
            n.Op("LessOrEqual", [distance, allowed]), n.Op("Less", [distance, n.Emitter.Number(double.PositiveInfinity, common)])]);
        string close = n.Op("Or", [n.Op("Equal", [a, b]), near]);
        n.Set(n.Told("equal_nan") && n.Double("equal_nan") != 0
            ? n.Op("Or", [close, n.Op("And", [IsNaN(n, a, common), IsNaN(n, b, common)])])
            : close);
    }
}
