using DeepLearning.Tests.Golden;

namespace DeepLearning.Tests.Fuzz;

/// <summary>What steps of programs do, beyond the golden tests' bindings: a name with an underscore at its end writes in place.</summary>
internal static class ProgramBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["select"] = c => [c[0].Select(c.Int("dim"), c.Int("index"))],
        ["narrow"] = c => [c[0].Narrow(c.Int("dim"), c.Int("start"), c.Int("length"))],
        ["detach"] = c => [c[0].Detach()],
        ["exp_"] = c => [c[0].ExpInPlace()],
        ["tanh_"] = c => [c[0].TanhInPlace()],
        ["sigmoid_"] = c => [c[0].SigmoidInPlace()],
        ["sin_"] = c => [c[0].SinInPlace()],
        ["cos_"] = c => [c[0].CosInPlace()],
        ["neg_"] = c => [c[0].NegateInPlace()],
        ["abs_"] = c => [c[0].AbsInPlace()],
        ["relu_"] = c => [c[0].ReluInPlace()],
        ["square_"] = c => [c[0].SquareInPlace()],
        ["round_"] = c => [c[0].RoundInPlace()],
        ["zero_"] = c => [c[0].ZeroInPlace()],
        ["clamp_"] = c => [c[0].ClampInPlace(c.ScalarOrNull("min"), c.ScalarOrNull("max"))],
        ["add_scalar_"] = c => [c[0].AddInPlace(c.Scalar("other"))],
        ["mul_scalar_"] = c => [c[0].MultiplyInPlace(c.Scalar("other"))],
        ["pow_scalar_"] = c => [c[0].PowInPlace(c.Scalar("exponent"))],
        ["fill_"] = c => [c[0].FillInPlace(c.Scalar("value"))],
        ["add_"] = c => [c[0].AddInPlace(c[1])],
        ["sub_"] = c => [c[0].SubtractInPlace(c[1])],
        ["mul_"] = c => [c[0].MultiplyInPlace(c[1])],
        ["div_"] = c => [c[0].DivideInPlace(c[1])],
        ["add_alpha_"] = c => [c[0].AddInPlace(c[1], c.Double("alpha"))],
        ["copy_"] = c => [c[0].CopyFrom(c[1])],
        ["lerp_"] = c => [c[0].LerpInPlace(c[1], c.Double("weight"))],
        ["addcmul_"] = c => [c[0].AddCMulInPlace(c[1], c[2], c.Double("value"))],
        ["masked_fill_"] = c => [c[0].MaskedFillInPlace(c[1], c.Scalar("value"))],
        ["masked_scatter_"] = c => [c[0].MaskedScatterInPlace(c[1], c[2])],
        ["put_"] = c => Put(c[0], IndexingBindings.Indices(c, c[2..]), c[1]),
        ["put_number_"] = c => Put(c[0], IndexingBindings.Indices(c, c[1..]), c.Double("value")),
        ["index_add_"] = c => [c[0].IndexAddInPlace(c.Int("dim"), c[1], c[2])],
        ["index_copy_"] = c => [c[0].IndexCopyInPlace(c.Int("dim"), c[1], c[2])],
        ["index_fill_"] = c => [c[0].IndexFillInPlace(c.Int("dim"), c[1], c.Scalar("value"))],
        ["scatter_add_"] = c => [c[0].ScatterAddInPlace(c.Int("dim"), c[1], c[2])],
    };

    private static Tensor[] Put(Tensor x, TensorIndex?[] indices, Tensor values)
    {
        x[indices] = values;
        return [x];
    }
}
