namespace DeepLearning.Tests.Golden;

internal static class OrderingBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["sort"] = c => ReductionBindings.Pair(c[0].Sort(c.Int("dim", -1), c.Bool("descending", false))),
        ["argsort"] = c => [c[0].ArgSort(c.Int("dim"), c.Bool("descending"))],
        ["topk"] = c => ReductionBindings.Pair(c[0].TopK(c.Int("k"), c.Int("dim"), c.Bool("largest"))),
        ["topk_values"] = c => [c[0].TopK(c.Int("k"), c.Int("dim"), c.Bool("largest")).Values],
        ["kthvalue"] = c => ReductionBindings.Pair(c[0].KthValue(c.Int("k"), c.Int("dim"), ReductionBindings.Keep(c))),
        ["median"] = c => [c[0].Median()],
        ["median_dim"] = c => ReductionBindings.Pair(c[0].Median(c.Int("dim"), ReductionBindings.Keep(c))),
        ["nanmedian"] = c => [c[0].NanMedian()],
        ["quantile"] = c => [c[0].Quantile(c.Double("q"), Axis(c), ReductionBindings.Keep(c), Interpolation(c))],
        ["quantiles"] = c => [c[0].Quantile(c[1], Axis(c), ReductionBindings.Keep(c), Interpolation(c))],
        ["unique"] = c => c[0].Unique() is var (values, inverse, counts) ? [values, inverse, counts] : [],
        ["unique_dim"] = c => c[0].Unique(c.Int("dim")) is var (values, inverse, counts) ? [values, inverse, counts] : [],
        ["unique_consecutive"] = c => c[0].UniqueConsecutive() is var (values, inverse, counts) ? [values, inverse, counts] : [],
        ["searchsorted"] = c => [c[0].SearchSorted(c[1], c.Bool("right"))],
        ["bucketize"] = c => [c[0].Bucketize(c[1], c.Bool("right"))],
        ["histc"] = c => [c[0].HistC(c.Int("bins"), c.Double("min"), c.Double("max"))],
        ["histogram"] = c => c[0].Histogram(c.Int("bins"), Range(c)) is var (counts, edges) ? [counts, edges] : [],
        ["bincount"] = c => [c[0].BinCount(minLength: c.Int("minlength", 0))],
        ["bincount_weights"] = c => [c[0].BinCount(c[1], c.Int("minlength"))],
    };

    private static int? Axis(GoldenCall c) => c.Has("dim") ? c.Int("dim") : null;

    private static (double, double)? Range(GoldenCall c) => c.Has("range")
        ? (c.Case.Argument("range")[0].GetDouble(), c.Case.Argument("range")[1].GetDouble())
        : null;

    private static QuantileInterpolation Interpolation(GoldenCall c) =>
        Enum.Parse<QuantileInterpolation>(c.Text("interpolation", "linear"), ignoreCase: true);
}
