namespace DeepLearning.Tests.Golden;

internal static class MovementBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["reshape"] = c => [c[0].Reshape(c.Ints("shape"))],
        ["reshape_transposed"] = c => [c[0].Transpose(0, 1).Reshape(c.Ints("shape"))],
        ["view"] = c => [c[0].View(c.Ints("shape"))],
        ["permute"] = c => [c[0].Permute(c.Ints("dims"))],
        ["transpose"] = c => [c[0].Transpose(c.Int("dim0"), c.Int("dim1"))],
        ["t"] = c => [c[0].T],
        ["expand"] = c => [c[0].Expand(c.Ints("size"))],
        ["clone"] = c => [c[0].Clone()],
        ["contiguous"] = c => [c[0].T.Contiguous()],
        ["full"] = c => [Tensor.Full(c.Ints("size"), c.Scalar("fill_value"))],
        ["full_like"] = c => [Tensor.FullLike(c[0], c.Scalar("fill_value"))],
        ["zeros"] = c => [Tensor.Zeros(c.Ints("size"), c.DType("dtype"))],
        ["ones"] = c => [Tensor.Ones(c.Ints("size"), c.DType("dtype"))],
        ["zeros_like"] = c => [Tensor.ZerosLike(c[0])],
        ["ones_like"] = c => [Tensor.OnesLike(c[0])],
    };
}
