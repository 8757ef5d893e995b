namespace DeepLearning;

/// <summary>The name of a formula as messages give it: <c>AddOp</c> is Add.</summary>
internal static class OpName<TOp>
{
    public static readonly string Value = typeof(TOp).Name is var name && name.EndsWith("Op", StringComparison.Ordinal) ? name[..^2] : name;
}
