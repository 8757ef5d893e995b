using DeepLearning.Workloads;

namespace DeepLearning.Tests.Benchmarks;

/// <summary>
/// The workloads of the race do PyTorch's work: from numbers that both sides compute, the losses of five steps and the norms of all first
/// gradients are those in <c>benchmarks/peers/recorded</c>.
/// </summary>
public class RecordedWorkloadsTests
{
    private static readonly string[] s_quick = ["xor", "mlp", "lenet", "gpt_nano", "vae", "embedding"];

    public static TheoryData<string> Quick => [.. s_quick];

    public static TheoryData<string> Long => [.. Catalog.Trainings.Keys.Except(s_quick)];

    [Theory]
    [MemberData(nameof(Quick))]
    public void A_workload_does_the_work_that_PyTorch_recorded(string name) => Compare(name);

    [Theory]
    [MemberData(nameof(Long))]
    [Trait("Category", "Slow")]
    public void A_larger_workload_does_the_work_that_PyTorch_recorded(string name) => Compare(name);

    [Fact]
    public void Other_losses_and_missing_gradients_are_other_work()
    {
        StartOfFormula start = StartOfFormula.Recorded("mlp");
        CheckResult result = Check.Run("mlp", start);
        double[] losses = result.Loss;
        Assert.False((result with { Loss = [losses[0], losses[1] * 1.001, .. losses[2..]] }).From(start.Reference).IsSameWork);
        Assert.False((result with { Loss = [.. losses[..4], losses[4] * 1.001] }).From(start.Reference).IsSameWork);
        Assert.False((result with { Loss = [double.NaN, .. losses[1..]] }).From(start.Reference).IsSameWork);
        Dictionary<string, double> norms = new(result.GradientNorms);
        norms.Remove("m.2.weight");
        Assert.False((result with { GradientNorms = norms }).From(start.Reference).IsSameWork);
    }

    private static void Compare(string name)
    {
        StartOfFormula start = StartOfFormula.Recorded(name);
        Deviation deviation = Check.Run(name, start).From(start.Reference);
        Assert.True(deviation.IsSameWork, $"{name}: {deviation} (losses of steps 1 to 3, of step 5, norms of gradients)");
    }
}
