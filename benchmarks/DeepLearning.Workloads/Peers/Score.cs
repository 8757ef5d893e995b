namespace DeepLearning.Workloads;

/// <summary>What the rounds of a workload gave: medians over the processes, and the ratios of those that ran one after the other.</summary>
internal sealed class Score
{
    private readonly double[] _pairs;

    public Score(Result[] theirs, Result[] ours)
    {
        First = ours[0];
        Theirs = Race.Median(theirs.Select(static r => r.Value));
        Ours = Race.Median(ours.Select(static r => r.Value));
        Ratio = First.RatioTo(Ours, Theirs);
        _pairs = [.. ours.Zip(theirs, static (own, other) => own.RatioTo(own.Value, other.Value))];
    }

    public Result First { get; }

    public string Name => First.Workload;

    public double Theirs { get; }

    public double Ours { get; }

    /// <summary>Above 1: this side is faster, or takes less.</summary>
    public double Ratio { get; }

    /// <summary>The lowest and the highest ratio of a pair.</summary>
    public string Spread => FormattableString.Invariant($"{_pairs.Min():0.00}–{_pairs.Max():0.00}");
}
