namespace DeepLearning.Tests.Golden;

/// <summary>Every recorded case through its binding, a row each.</summary>
[Trait("Rerun", "Simd")]
public class GoldenTests
{
    /// <summary>The tables of all classes in Bindings/.</summary>
    private static readonly Dictionary<string, GoldenBinding> s_bindings = BindingTables.Of(typeof(GoldenTests).Namespace!);

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> rows = [];
        foreach (string group in GoldenFile.Groups)
        {
            foreach (GoldenCase golden in GoldenFile.Of(group).Cases)
            {
                rows.Add(group, golden.Name);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_its_oracle(string group, string name)
    {
        GoldenCase golden = GoldenFile.Of(group)[name];
        Assert.True(s_bindings.ContainsKey(golden.Op), $"'{golden.Op}' has no binding: add one to a class of Golden/Bindings.");
        string differences = GoldenRunner.Run(golden, s_bindings[golden.Op]);
        Assert.True(differences.Length == 0, $"{group}: {name} ({golden.Oracle})\n{differences}");
    }

    [Fact]
    public void Every_case_has_a_binding_and_every_binding_a_case()
    {
        HashSet<string> keys = [.. GoldenFile.Groups.SelectMany(g => GoldenFile.Of(g).Cases).Select(c => c.Op)];
        Assert.Empty(keys.Except(s_bindings.Keys).Order());
        Assert.Empty(s_bindings.Keys.Except(keys).Order());
    }
}
