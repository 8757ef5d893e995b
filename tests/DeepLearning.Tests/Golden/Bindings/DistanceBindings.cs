namespace DeepLearning.Tests.Golden;

internal static class DistanceBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["pdist"] = static c => [c[0].Pdist(c.Double("p"))],
    };
}
