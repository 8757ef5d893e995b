using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Sums, products, quotients, and choices of the greater and lesser.</summary>
internal static class ArithmeticOperators
{
    public static void Add(Operators to)
    {
        to.Add("Add", static c => c.Keep(0, c[0].Add(Second(c))));
        to.Add("Sub", static c => c.Keep(0, c[0].Subtract(Second(c))));
        to.Add("Mul", static c => c.Keep(0, c[0].Multiply(Second(c))));
        to.Add("Div", static c => c.Keep(
            0, ElementTypes.IsFloat(c.Type(0)) ? c[0].Divide(Second(c)) : c[0].TruncDivide(Second(c))));
        to.Add("Mod", static c => c.Keep(0, c.Flag("fmod") ? c[0].Fmod(c[1]) : c[0].Remainder(c[1])));
        to.Add("Pow", static c => c.Keep(0, Power(c[0], Second(c))));
        to.Add("Neg", static c => c.Keep(0, c[0].Negate()));
        to.Add("Abs", static c => c.Keep(0, c[0].Abs()));
        to.Add("Sign", static c => c.Keep(0, c[0].Sign()));
        to.Add("Reciprocal", static c => c.Keep(0, c[0].Reciprocal()));
        to.Add("Max", static c => c.Keep(0, Fold(c, static (a, b) => a.Maximum(b))));
        to.Add("Min", static c => c.Keep(0, Fold(c, static (a, b) => a.Minimum(b))));
        to.Add("Sum", static c => c.Keep(0, Fold(c, static (a, b) => a.Add(b))));
        to.Add("Mean", static c => c.Keep(0, Fold(c, static (a, b) => a.Add(b)).Divide(c.Count)));
        to.Add("Clip", static c => c.Keep(0, Clamped(
            c[0], Tensor.FromScalar(c.Float("min", float.MinValue)), Tensor.FromScalar(c.Float("max", float.MaxValue)))));
        to.Add("Clip", 11, static c => c.Keep(0, Clamped(c[0], c.TensorOrNull(1), c.TensorOrNull(2))));
        to.Add("BitwiseAnd", static c => c.Keep(0, c[0].BitwiseAnd(c[1])));
        to.Add("BitwiseOr", static c => c.Keep(0, c[0].BitwiseOr(c[1])));
        to.Add("BitwiseXor", static c => c.Keep(0, c[0].BitwiseXor(c[1])));
        to.Add("BitwiseNot", static c => c.Keep(0, ElementTypes.Range(c.Type(0)) is (0, var most)
            ? c[0].BitwiseXor(Tensor.FromScalar(most, c[0].DType))
            : c[0].BitwiseNot()));
        to.Add("BitShift", static c => c.Keep(0, Shifted(c)));
    }

    /// <summary>The second operand; in opsets before 7, moved to the axis that it is told.</summary>
    public static Tensor Second(Call c)
    {
        Tensor b = c[1];
        return c.Opset < 7 && c.Flag("broadcast") && c.Told("axis")
            ? b.Reshape([.. b.Shape.ToArray(), .. Enumerable.Repeat(1, c[0].Rank - (int)c.Int("axis") - b.Rank)])
            : b;
    }

    private static Tensor Fold(Call c, Func<Tensor, Tensor, Tensor> join) => c.Tensors().Aggregate(join);

    /// <summary>A power in the type of the base.</summary>
    private static Tensor Power(Tensor a, Tensor b)
    {
        if (!a.DType.IsFloatingPoint() && !b.DType.IsFloatingPoint())
        {
            return a.Pow(b.To(a.DType));
        }

        DType common = a.DType.IsFloatingPoint() && a.DType != DType.Float64 && b.DType != DType.Float64 ? a.DType : DType.Float64;
        return a.To(common).Pow(b.To(common)).To(a.DType);
    }

    private static Tensor Clamped(Tensor x, Tensor? least, Tensor? most)
    {
        x = least is null ? x : x.Maximum(least.Reshape([]).To(x.DType));
        return most is null ? x : x.Minimum(most.Reshape([]).To(x.DType));
    }

    private static Tensor Shifted(Call c)
    {
        Tensor x = c[0].To(DType.Int64), by = c[1].To(DType.Int64);
        int bits = ElementTypes.Bits(c.Type(0));
        Tensor all = by.Less(bits), shifted = c.Text("direction", "LEFT") == "LEFT"
            ? x.BitwiseLeftShift(by.Clamp(0, 63))
            : x.BitwiseRightShift(by.Clamp(0, 63));
        shifted = Tensor.Where(all, shifted, Tensor.FromScalar(0L));
        // What is shifted out of the type is lost.
        return c.Type(0) is DataType.Uint64 or DataType.Int64 ? shifted : shifted.BitwiseAnd((1L << bits) - 1);
    }
}
