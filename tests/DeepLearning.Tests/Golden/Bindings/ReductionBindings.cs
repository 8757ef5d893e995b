namespace DeepLearning.Tests.Golden;

internal static class ReductionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["sum"] = c => [c[0].Sum(Axes(c), Keep(c))],
        ["sum_dtype"] = c => [c[0].Sum(dtype: c.DType("dtype"))],
        ["nansum"] = c => [c[0].NanSum(Axes(c), Keep(c))],
        ["mean"] = c => [c[0].Mean(Axes(c), Keep(c))],
        ["mean_dtype"] = c => [c[0].Mean(dtype: c.DType("dtype"))],
        ["var"] = c => [c[0].Var(Axes(c), Keep(c), c.Bool("unbiased") ? 1 : 0)],
        ["std"] = c => [c[0].Std(Axes(c), Keep(c), c.Bool("unbiased") ? 1 : 0)],
        ["var_mean"] = c => c[0].VarMean(Axes(c), Keep(c), c.Bool("unbiased") ? 1 : 0) is var (variance, mean) ? [variance, mean] : [],
        ["prod"] = c => [c[0].Prod(Axes(c), Keep(c))],
        ["prod_dtype"] = c => [c[0].Prod(dtype: c.DType("dtype"))],
        ["amax"] = c => [c[0].Amax(Axes(c), Keep(c))],
        ["amin"] = c => [c[0].Amin(Axes(c), Keep(c))],
        ["max"] = c => [c[0].Max()],
        ["min"] = c => [c[0].Min()],
        ["max_dim"] = c => Pair(c[0].Max(c.Int("dim"), Keep(c))),
        ["min_dim"] = c => Pair(c[0].Min(c.Int("dim"), Keep(c))),
        ["argmax"] = c => [c.Has("dim") ? c[0].ArgMax(c.Int("dim"), Keep(c)) : c[0].ArgMax()],
        ["argmin"] = c => [c.Has("dim") ? c[0].ArgMin(c.Int("dim"), Keep(c)) : c[0].ArgMin()],
        ["any"] = c => [c[0].Any(Axes(c), Keep(c))],
        ["all"] = c => [c[0].All(Axes(c), Keep(c))],
        ["count_nonzero"] = c => [c[0].CountNonZero(Axes(c))],
        ["norm"] = c => [c[0].Norm(c.Double("p"), Axes(c), Keep(c))],
        ["logsumexp"] = c => [c[0].LogSumExp(Axes(c), Keep(c))],
        ["softmax"] = c => [c[0].Softmax(c.Int("dim"))],
        ["log_softmax"] = c => [c[0].LogSoftmax(c.Int("dim"))],
        ["cumsum"] = c => [c[0].CumSum(c.Int("dim"))],
        ["cumsum_dtype"] = c => [c[0].CumSum(c.Int("dim"), c.DType("dtype"))],
        ["cumprod"] = c => [c[0].CumProd(c.Int("dim"))],
        ["cummax"] = c => Pair(c[0].CumMax(c.Int("dim"))),
        ["cummin"] = c => Pair(c[0].CumMin(c.Int("dim"))),
        ["logcumsumexp"] = c => [c[0].LogCumSumExp(c.Int("dim"))],
    };

    public static Tensor[] Pair(ValuesAndIndices result) => [result.Values, result.Indices];

    public static bool Keep(GoldenCall c) => c.Bool("keepdim", false);

    private static int[] Axes(GoldenCall c) => c.Has("dim") ? c.Ints("dim") : [];
}
