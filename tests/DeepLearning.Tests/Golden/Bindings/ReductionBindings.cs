namespace DeepLearning.Tests.Golden;

internal static class ReductionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["sum"] = c => [c.Has("dim") ? c[0].Sum(c.Ints("dim"), Keep(c)) : c[0].Sum()],
        ["sum_dtype"] = c => [c[0].Sum(dtype: c.DType("dtype"))],
    };

    private static bool Keep(GoldenCall c) => c.Bool("keepdim", false);
}
