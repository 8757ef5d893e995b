namespace DeepLearning.Tests.Golden;

internal static class ProductBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["matmul"] = c => [c[0].MatMul(c[1])],
        ["matmul_transposed"] = c => [c[0].T.MatMul(c[1].T)],
        ["matmul_self"] = c => [c[0].MatMul(c[0].T)],
        ["mv"] = c => [c[0].Mv(c[1])],
        ["mm"] = c => [c[0].Mm(c[1])],
        ["dot"] = c => [c[0].Dot(c[1])],
        ["vdot"] = c => [c[0].Dot(c[1])],
        ["outer"] = c => [c[0].Outer(c[1])],
        ["bmm"] = c => [c[0].Bmm(c[1])],
        ["addmm"] = c => [c[0].Addmm(c[1], c[2], c.Double("beta"), c.Double("alpha"))],
        ["baddbmm"] = c => [c[0].Baddbmm(c[1], c[2], c.Double("beta"), c.Double("alpha"))],
        ["cross"] = c => [c[0].Cross(c[1], c.Int("dim"))],
        ["kron"] = c => [c[0].Kron(c[1])],
        ["tensordot"] = c => [c[0].Tensordot(c[1], c.Int("dims"))],
        ["tensordot_axes"] = c => [c[0].Tensordot(c[1], Axes(c, 0), Axes(c, 1))],
        ["einsum"] = c => [Tensor.Einsum(c.Text("equation"), c.All)],
        ["trace"] = c => [c[0].Trace()],
    };

    private static int[] Axes(GoldenCall c, int operand) =>
        [.. c.Case.Argument("dims")[operand].EnumerateArray().Select(i => i.GetInt32())];
}
