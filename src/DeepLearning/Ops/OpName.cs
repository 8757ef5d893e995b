namespace DeepLearning;

/// <summary>The name of a formula as messages give it: <c>AddOp</c> is Add, as is <c>AddNumberOp</c>.</summary>
internal static class OpName<TOp>
{
    public static readonly string Value = Without(Without(typeof(TOp).Name, "Op"), "Number");

    private static string Without(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) ? name[..^ending.Length] : name;
}
