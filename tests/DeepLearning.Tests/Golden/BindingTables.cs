namespace DeepLearning.Tests.Golden;

/// <summary>Finds the tables of bindings.</summary>
internal static class BindingTables
{
    /// <summary>The tables of all classes of a namespace whose names end in <c>Bindings</c>, as one.</summary>
    public static Dictionary<string, GoldenBinding> Of(string name) => typeof(BindingTables).Assembly.GetTypes()
        .Where(t => t.Namespace == name && t.Name.EndsWith("Bindings", StringComparison.Ordinal))
        .SelectMany(t => (Dictionary<string, GoldenBinding>)t.GetField("Table")!.GetValue(null)!)
        .ToDictionary();
}
