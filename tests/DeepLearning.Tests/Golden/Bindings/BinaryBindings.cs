namespace DeepLearning.Tests.Golden;

internal static class BinaryBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["add"] = c => [c[0] + c[1]],
        ["sub"] = c => [c[0] - c[1]],
        ["mul"] = c => [c[0] * c[1]],
        ["div"] = c => [c[0] / c[1]],
        ["pow"] = c => [c[0].Pow(c[1])],
        ["atan2"] = c => [c[0].Atan2(c[1])],
        ["maximum"] = c => [c[0].Maximum(c[1])],
        ["minimum"] = c => [c[0].Minimum(c[1])],
        ["add_scalar"] = c => [c[0] + c.Scalar("other")],
        ["sub_scalar"] = c => [c[0] - c.Scalar("other")],
        ["rsub_scalar"] = c => [c.Scalar("other") - c[0]],
        ["mul_scalar"] = c => [c[0] * c.Scalar("other")],
        ["div_scalar"] = c => [c[0] / c.Scalar("other")],
        ["rdiv_scalar"] = c => [c.Scalar("other") / c[0]],
        ["logical_and"] = c => [c[0].LogicalAnd(c[1])],
        ["logical_or"] = c => [c[0].LogicalOr(c[1])],
        ["logical_xor"] = c => [c[0].LogicalXor(c[1])],
        ["eq"] = c => [c[0].EqualTo(c[1])],
        ["ne"] = c => [c[0].NotEqualTo(c[1])],
        ["lt"] = c => [c[0].Less(c[1])],
        ["le"] = c => [c[0].LessOrEqual(c[1])],
        ["gt"] = c => [c[0].Greater(c[1])],
        ["ge"] = c => [c[0].GreaterOrEqual(c[1])],
        ["eq_scalar"] = c => [c[0].EqualTo(c.Scalar("other"))],
        ["ne_scalar"] = c => [c[0].NotEqualTo(c.Scalar("other"))],
        ["lt_scalar"] = c => [c[0].Less(c.Scalar("other"))],
        ["le_scalar"] = c => [c[0].LessOrEqual(c.Scalar("other"))],
        ["gt_scalar"] = c => [c[0].Greater(c.Scalar("other"))],
        ["ge_scalar"] = c => [c[0].GreaterOrEqual(c.Scalar("other"))],
        ["where"] = c => [Tensor.Where(c[0], c[1], c[2])],
        ["promote_types"] = c => [Tensor.Zeros([0], DTypes.Promote(c[0].DType, c[1].DType))],
        ["add_inplace"] = c => [Doubled(c).AddInPlace(c[1])],
        ["sub_inplace"] = c => [Doubled(c).SubtractInPlace(c[1])],
        ["mul_inplace"] = c => [Doubled(c).MultiplyInPlace(c[1])],
        ["div_inplace"] = c => [Doubled(c).DivideInPlace(c[1])],
        ["pow_inplace"] = c => [Doubled(c).PowInPlace(c[1])],
        ["exp_inplace"] = c => [Doubled(c).ExpInPlace()],
        ["sqrt_inplace"] = c => [Doubled(c).SqrtInPlace()],
        ["tanh_inplace"] = c => [Doubled(c).TanhInPlace()],
        ["sigmoid_inplace"] = c => [Doubled(c).SigmoidInPlace()],
        ["neg_inplace"] = c => [Doubled(c).NegateInPlace()],
        ["abs_inplace"] = c => [Doubled(c).AbsInPlace()],
        ["reciprocal_inplace"] = c => [Doubled(c).ReciprocalInPlace()],
        ["sin_inplace"] = c => [Doubled(c).SinInPlace()],
        ["round_inplace"] = c => [Doubled(c).RoundInPlace()],
    };

    /// <summary>Twice the first input, so that the operation writes over a computed tensor; integers and float32 as they are.</summary>
    private static Tensor Doubled(GoldenCall c) => c[0].DType == DType.Float64 ? c[0] * 2 : c[0].Clone();
}
