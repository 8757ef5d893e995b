namespace DeepLearning;

/// <summary>
/// The name of a formula as messages and traces give it: <c>AddOp</c> is Add, as are <c>AddNumberOp</c> and <c>AddIntegersOp</c>.
/// </summary>
internal static class OpName<TOp>
{
    public static readonly string Value = Without(Without(Without(Written(typeof(TOp).Name), "Op"), "Number"), "Integers");

    private static string Without(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) && name.Length > ending.Length ? name[..^ending.Length] : name;

    /// <summary>
    /// A type's name as its source has it: the compiler puts the file in front of that of a file type, and two underlines.
    /// </summary>
    private static string Written(string name) =>
        name.StartsWith('<') && name.IndexOf("__", StringComparison.Ordinal) is var at and > 0 ? name[(at + 2)..] : name;
}
