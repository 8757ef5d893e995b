using DeepLearning.Reporting;
using FsCheck;
using FsCheck.Fluent;

namespace DeepLearning.Tests.Reporting;

[Trait("Rerun", "Culture")]
public sealed class AxisTests
{
    [Fact]
    public void Ticks_are_round_and_labelled_alike()
    {
        Assert.Equal(["0", "0.2", "0.4", "0.6", "0.8", "1.0"], Labels(Axis.Linear(0.01, 0.93, 5)));
        Assert.Equal(["20 %", "40 %", "60 %", "80 %", "100 %"], Labels(Axis.Linear(0.3, 1, 5, isPercent: true)));
        Assert.Equal(["0.01", "0.1", "1", "10"], Labels(Axis.Logarithmic(0.005, 20)));
        Assert.Equal(["1", "5", "10", "15", "20", "25"], Labels(Axis.Steps(1, 25, true, 5)));
        Assert.Equal(["1", "20k", "40k"], Labels(Axis.Steps(1, 50_000, true, 3)));
    }

    [Fact]
    public void A_flat_curve_is_in_the_middle_of_labels_that_differ()
    {
        foreach (double value in (double[])[2.302585, 0.1, 1e-12, 1e12, -7])
        {
            Axis axis = Axis.Linear(value, value * (1 + 1e-9), 5);
            Assert.InRange(axis.Position(value), 0.2, 0.8);
            CheckTicks(axis);
            Assert.All(axis.Ticks, static tick => Assert.InRange(tick.Label.Length, 1, 8));
        }

        Axis log = Axis.Logarithmic(2.302585, 2.302585);
        Assert.Equal(0.5, log.Position(2.302585), 6);
        Assert.InRange(log.Ticks.Count, 2, 6);
        CheckTicks(log);
        CheckTicks(Axis.Linear(0, 0, 5));
    }

    [Fact]
    public void Any_range_gives_few_ascending_ticks_whose_labels_differ()
    {
        double[] extremes = [0, -0.0, double.Epsilon, double.MaxValue, double.MinValue, 1e-300, 1e300, 1, -1, 1e17, 1e17 + 64];
        foreach (double a in extremes)
        {
            foreach (double b in extremes)
            {
                CheckAll(Math.Min(a, b), Math.Max(a, b));
            }
        }

        Gen<double> numbers = ArbMap.Default.GeneratorFor<NormalFloat>().Select(static n => n.Get);
        Prop.ForAll(Arb.From(numbers.Two()), static pair => CheckAll(
            Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2))).QuickCheckThrowOnFailure();
    }

    private static void CheckAll(double least, double most)
    {
        CheckTicks(Axis.Linear(least, most, 5));
        CheckTicks(Axis.Linear(least, most, 5, isPercent: true));
        CheckTicks(Axis.Steps(least, most, false, 10), leastCount: 0);
        CheckTicks(Axis.Steps(Math.Floor(least), Math.Floor(most), true, 10), leastCount: 0);
        if (least > 0)
        {
            CheckTicks(Axis.Logarithmic(least, most), leastCount: 1);
        }
    }

    private static void CheckTicks(Axis axis, int leastCount = 2)
    {
        Assert.InRange(axis.Ticks.Count, leastCount, 14);
        Assert.Distinct(axis.Ticks.Select(static t => t.Label));
        Assert.All(axis.Ticks, tick => Assert.InRange(axis.Position(tick.Value), 0, 1));
        Assert.Equal(axis.Ticks.Select(static t => t.Value).Order(), axis.Ticks.Select(static t => t.Value));
    }

    private static string[] Labels(Axis axis) => [.. axis.Ticks.Select(static t => t.Label)];
}
