using DeepLearning.Workloads;

namespace DeepLearning.Tests.Benchmarks;

/// <summary>What the race counts and derives from times.</summary>
public class FiguresTests
{
    [Fact]
    public void The_work_of_a_training_is_three_products_a_layer_but_two_for_the_first()
    {
        const double Rows = 128, First = 784 * 512, Rest = (512 * 256) + (256 * 10), Biases = 512 + 256 + 10;
        Work work = Catalog.Trainings["mlp"]().Work;
        Assert.Equal(2 * Rows * ((2 * First) + (3 * Rest)), work.Operations);

        // Parameters, gradients and two states of Adam: three bytes' passes in forward and backward, seven in the update.
        double parameters = 4 * (First + Rest + Biases);
        Assert.InRange(work.Bytes, 10 * parameters, 20 * parameters);
    }

    [Fact]
    public void Attention_counts_its_products_under_a_causal_mask_by_half()
    {
        const int Batch = 12, Steps = 64, Width = 128, Vocabulary = 65;
        const double Tokens = Batch * Steps, Linear = 12.0 * Width * Width, Pairs = Tokens * (Steps + 1) / 2;
        Work work = Catalog.Trainings["gpt_nano"]().Work;
        Assert.Equal(3 * 2 * ((4 * ((Tokens * Linear) + (Pairs * 2 * Width))) + (Tokens * Width * Vocabulary)), work.Operations);
    }

    [Fact]
    public void A_table_with_sparse_gradients_counts_by_the_rows_that_are_used()
    {
        const double Rows = 1024 * 7, RowBytes = 4 * 128;
        Assert.InRange(Catalog.Trainings["embedding"]().Work.Bytes, 5 * Rows * RowBytes, 20 * Rows * RowBytes);
    }

    [Fact]
    public void Every_workload_has_a_name_of_its_own_and_work()
    {
        Assert.Equal(Catalog.Names.Count(), Catalog.Names.Distinct().Count());
        foreach (string name in (string[])["xor", "conv_depthwise", "mlp_infer_b1", "gemm_tn_64_1t", "gemm_127x129x131_1t"])
        {
            Work work = Catalog.Create(name).Work;
            Assert.True(work is { Operations: > 0, Bytes: > 0 }, name);
        }
    }

    [Fact]
    public void Steps_are_steady_once_they_stay_fast()
    {
        // A first step of 200 ms, 20 of 10, then 1 each, one of which something else holds up.
        double[] steps = [200, .. Enumerable.Repeat(10.0, 20), .. Enumerable.Repeat(1.0, 500), 90, .. Enumerable.Repeat(1.0, 500)];
        double end = 0;
        double[] ends = [.. steps.Select(step => end += step)];
        Assert.InRange(FirstSteps.UntilSteady(ends), 400, 420);
    }

    [Fact]
    public void Steps_that_are_all_alike_are_steady_from_the_start() =>
        Assert.Equal(0, FirstSteps.UntilSteady([.. Enumerable.Range(1, 60).Select(static i => i * 7.0)]));

    [Theory]
    [InlineData("gflops", 2, 3, 1.5)]
    [InlineData("ms_per_step", 2, 3, 0.6666666666666666)]
    [InlineData("mb_over_start", 2, 3, 0.6666666666666666)]
    public void A_ratio_above_one_means_that_this_side_is_better(string metric, double theirs, double ours, double ratio)
    {
        Result Of(double value) => new("a", metric, value, value, 2, "cpu", "someone");
        Score score = new([Of(theirs), Of(theirs), Of(theirs * 9)], [Of(ours), Of(ours / 9), Of(ours)]);
        Assert.Equal(ratio, score.Ratio, 12);
    }

    [Fact]
    public void A_result_survives_its_line()
    {
        Result result = new("xor", "ms_per_step", 0.00312, 0.003, 2, "cpu", "DeepLearning 0.1.0");
        Assert.Equal(result, Result.Parse(result.ToJson()));
    }
}
