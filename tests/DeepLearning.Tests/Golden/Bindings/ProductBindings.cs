namespace DeepLearning.Tests.Golden;

internal static class ProductBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["matmul"] = c => [c[0].MatMul(c[1])],
        ["matmul_transposed"] = c => [c[0].T.MatMul(c[1].T)],
        ["matmul_self"] = c => [c[0].MatMul(c[0].T)],
        ["mv"] = c => [c[0].MatMul(c[1])],
        ["mm"] = c => [c[0].MatMul(c[1])],
    };
}
