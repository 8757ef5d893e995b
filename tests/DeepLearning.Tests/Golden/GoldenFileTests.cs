namespace DeepLearning.Tests.Golden;

[Trait("Rerun", "Culture")]
public class GoldenFileTests
{
    [Fact]
    public void Every_group_has_cases_with_unique_names()
    {
        foreach (var group in GoldenFile.Groups)
        {
            var cases = GoldenFile.Of(group).Cases;
            Assert.NotEmpty(cases);
            Assert.Equal(cases.Count, cases.Select(c => c.Name).Distinct().Count());
        }
    }

    [Fact]
    public void Every_case_names_what_computed_it()
    {
        Assert.All(GoldenFile.Groups.SelectMany(static group => GoldenFile.Of(group).Cases), static c => Assert.NotEqual("", c.Oracle));
    }

    [Fact]
    public void A_case_reads_back_special_values_and_arguments()
    {
        var clamp = GoldenFile.Of("elementwise").Cases.First(c => c.Op == "clamp" && c.Inputs[0].Values.Any(double.IsNaN));
        Assert.Contains(double.PositiveInfinity, clamp.Inputs[0].Values);
        Assert.Contains(clamp.Inputs[0].Values, v => v == 0 && double.IsNegative(v));
        Assert.Equal(-0.5, GoldenTensor.Number(clamp.Argument("min")));
    }
}
