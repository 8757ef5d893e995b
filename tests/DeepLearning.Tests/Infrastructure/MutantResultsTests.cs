using DeepLearning.Tests.Infrastructure.Mutants;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>The record of a mutation run, which outlives the processes that mutants kill.</summary>
public sealed class MutantResultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string RecordFile => _folder["results.tsv"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_mutant_that_was_begun_and_not_judged_killed_its_process()
    {
        MutantResults first = new(RecordFile);
        first.Begin(1);
        first.Write(1, "Survived", "");
        first.Begin(2);

        MutantResults next = new(RecordFile);

        Assert.Equal(("Survived", ""), next.Results[1]);
        Assert.Equal("RuntimeError", next.Results[2].Status);
        Assert.Equal(next.Results, new MutantResults(RecordFile).Results);
    }

    [Fact]
    public void A_mutant_left_to_a_fresh_process_is_still_open()
    {
        MutantResults first = new(RecordFile);
        first.Begin(7);
        first.Write(7, MutantResults.Again, "a test\nof two lines");

        Assert.Empty(first.Results);
        Assert.Empty(new MutantResults(RecordFile).Results);
    }
}
