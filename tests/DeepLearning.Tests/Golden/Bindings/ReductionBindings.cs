namespace DeepLearning.Tests.Golden;

internal static class ReductionBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["sum"] = c => [c.Has("dim") ? c[0].Sum(c.Ints("dim"), Keep(c)) : c[0].Sum()],
    };

    private static bool Keep(GoldenCall c) => c.Bool("keepdim", false);
}
