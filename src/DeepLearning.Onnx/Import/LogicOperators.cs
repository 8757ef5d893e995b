namespace DeepLearning.Onnx.Import;

/// <summary>Comparisons, truth values and choices.</summary>
internal static class LogicOperators
{
    public static void Add(Operators to)
    {
        to.Add("Equal", static c => c[0].EqualTo(ArithmeticOperators.Second(c)));
        to.Add("Greater", static c => c[0].Greater(ArithmeticOperators.Second(c)));
        to.Add("GreaterOrEqual", static c => c[0].GreaterOrEqual(c[1]));
        to.Add("Less", static c => c[0].Less(ArithmeticOperators.Second(c)));
        to.Add("LessOrEqual", static c => c[0].LessOrEqual(c[1]));
        to.Add("And", static c => c[0].LogicalAnd(ArithmeticOperators.Second(c)));
        to.Add("Or", static c => c[0].LogicalOr(ArithmeticOperators.Second(c)));
        to.Add("Xor", static c => c[0].LogicalXor(ArithmeticOperators.Second(c)));
        to.Add("Not", static c => c[0].LogicalNot());
        to.Add("IsNaN", static c => c[0].IsNaN());
        to.Add("IsInf", static c => (c.Flag("detect_negative", true), c.Flag("detect_positive", true)) switch
        {
            (true, true) => c[0].IsInf(),
            (true, false) => c[0].IsNegInf(),
            (false, true) => c[0].IsPosInf(),
            _ => Tensor.Zeros(c[0].Shape, DType.Bool),
        });
        to.Add("Where", static c => c.Keep(1, Tensor.Where(c[0], c[1], c[2])));
    }
}
