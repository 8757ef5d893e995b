using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Schedules;

/// <summary>Momentum beside the rate, joined schedules, and what is refused; the figures are compared with PyTorch in Golden.</summary>
public sealed class CycleScheduleTests
{
    [Fact]
    public void Momentum_is_set_where_a_group_has_one_and_comes_back_after_a_resume()
    {
        Schedule schedule = new OneCycleSchedule(10);
        Adam first = new([new Parameter(Tensor.Zeros(1))], 0.1), second = new([new Parameter(Tensor.Zeros(1))], 9);
        LearningRateScheduler a = new(first, schedule), b = new(second, schedule);
        Assert.Equal(0.95, first.ParameterGroups[0].Options.Beta1, 1e-12);
        for (int step = 0; step < 3; step++)
        {
            a.Step();
        }

        b.LoadStateDict(a.StateDict());
        Assert.Equal(first.ParameterGroups[0].Options, second.ParameterGroups[0].Options);
        Assert.InRange(second.ParameterGroups[0].Options.Beta1, 0.85, 0.87);
    }

    [Fact]
    public void A_group_without_momentum_is_refused_before_anything_changes()
    {
        AdaGrad optimizer = new([new Parameter(Tensor.Zeros(1))], 0.5);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new LearningRateScheduler(optimizer, new OneCycleSchedule(10)));
        Assert.Contains("AdaGrad has none", error.Message, StringComparison.Ordinal);
        Assert.Equal(0.5, optimizer.LearningRate);
        _ = new LearningRateScheduler(optimizer, new OneCycleSchedule(10, cycleMomentum: false));
        Assert.Equal(0.5 / 25, optimizer.LearningRate, 1e-12);
        Adam adam = new([new Parameter(Tensor.Zeros(1))], 0.5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearningRateScheduler(adam, new OneCycleSchedule(10, maxMomentum: 1)));
        Assert.Equal((0.5, 0.9), (adam.LearningRate, adam.ParameterGroups[0].Options.Beta1));
    }

    [Fact]
    public void Each_group_can_have_a_schedule_of_its_own()
    {
        SGD optimizer = new(Group(1), Group(2));
        Schedule[] schedules = [new StepSchedule(1, 0.5), new ConstantSchedule(0.25)];
        LearningRateScheduler scheduler = new(optimizer, schedules);
        Assert.Equal(schedules, scheduler.Schedules);
        scheduler.Step();
        Assert.Equal([0.5, 0.5], optimizer.ParameterGroups.Select(static g => g.Options.LearningRate));
        Assert.Contains("1 schedules and 2 parameter groups", Assert.Throws<ArgumentException>(
            () => new LearningRateScheduler(optimizer, [new ConstantSchedule()])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new LearningRateScheduler(optimizer, (IEnumerable<Schedule>)null!));
        optimizer.AddParameterGroup(Group(3));
        Assert.Throws<InvalidOperationException>(scheduler.Step);
        Assert.Equal((1, 0.5), (scheduler.StepCount, optimizer.LearningRate));
    }

    [Fact]
    public void Sequences_and_chains_have_the_momentum_of_their_parts()
    {
        Schedule cycle = new CyclicSchedule(0, 1, 2, baseMomentum: 0.5, maxMomentum: 0.7), plain = new ConstantSchedule();
        Schedule sequence = plain.Then(3, cycle), chain = cycle.With(plain);
        Assert.Equal([null, null, null, 0.7, 0.6, 0.5], Enumerable.Range(0, 6).Select(t => Rounded(sequence.Momentum(t))));
        Assert.Equal([0.7, 0.6, 0.5], Enumerable.Range(0, 3).Select(t => Rounded(chain.Momentum(t))));
        Assert.Equal(0.6, Rounded(new SwaSchedule(cycle, 1, 1).Momentum(9)));
        Assert.Null(new CyclicSchedule(0, 1, 2, cycleMomentum: false).Momentum(1));

        static double? Rounded(double? value) => value is { } number ? Math.Round(number, 12) : null;
    }

    [Fact]
    public void Products_are_the_same_in_whatever_order_they_are_asked_for()
    {
        MultiplicativeSchedule asked = new(static t => 1 - (0.5 / t));
        double[] forward = [.. Enumerable.Range(0, 9).Select(t => new MultiplicativeSchedule(static t => 1 - (0.5 / t)).Factor(t))];
        Assert.Equal(1, forward[0]);
        foreach (int step in (int[])[8, 3, 3, 0, 5, 8])
        {
            Assert.Equal(forward[step], asked.Factor(step));
        }
    }

    [Fact]
    public void Schedules_stay_at_their_end_or_begin_again()
    {
        OneCycleSchedule cycle = new(10);
        Assert.Equal(1.0 / 25 / 1e4, cycle.Factor(9), 1e-15);
        Assert.Equal((cycle.Factor(9), cycle.Momentum(9)), (cycle.Factor(1000), cycle.Momentum(1000)));
        Assert.Equal(1, new OneCycleSchedule(1).Factor(0) * 25 * 1e4, 1e-9);
        Assert.Equal(1, new CosineRestartsSchedule(7, 2).Factor(7 + 14 + 28), 1e-15);
        Assert.InRange(new CosineRestartsSchedule(1, 3).Factor(long.MaxValue - 5), 0, 1);
        Assert.Equal(1, new CosineSchedule(4, 0.2, risesAgain: true).Factor(8), 1e-15);
        Assert.Equal(0.3, new SwaSchedule(new ConstantSchedule(), 3, 0.3, 0).Factor(4), 1e-15);
        Assert.Equal((10L, (long?)null, 20L), (cycle.Length!.Value, new CosineSchedule(4, risesAgain: true).Length,
            new LinearSchedule(20).With(new CosineSchedule(5)).Length!.Value));
        Assert.Null(new ConstantSchedule().With(cycle).Length);
    }

    [Fact]
    [Trait("Rerun", "Culture")]
    public void Schedules_say_what_they_do()
    {
        Assert.Equal("cosines to 0.1 over 10 steps, each 2 times longer than the one before",
            new CosineRestartsSchedule(10, 2, 0.1).ToString());
        Assert.Equal("(1 of the rate) times (times 0.9 a step)", new ConstantSchedule().With(new ExponentialSchedule(0.9)).ToString());
        Assert.Equal("cycles (Triangular2) between 0.1 and 1, 5 steps up and 7 down",
            new CyclicSchedule(0.1, 1, 5, 7, CycleMode.Triangular2).ToString());
        Assert.Equal("one cycle over 10 steps from 0.04, the whole rate after 30 % of them", new OneCycleSchedule(10).ToString());
        Assert.Equal("a rise over 4000 steps, then a fall with the root of the steps, for width 512", new NoamSchedule(512).ToString());
        Assert.Equal("a cosine to 0 over 5 steps and up again", new CosineSchedule(5, 0, true).ToString());
        Assert.Equal("times 0.9 a step for 5 steps, then to 0.5 over 10 steps",
            new SwaSchedule(new ExponentialSchedule(0.9), 5, 0.5).ToString());
    }

    [Fact]
    public void Numbers_out_of_their_range_are_refused_by_name()
    {
        Refused("totalSteps", static () => new OneCycleSchedule(0));
        Refused("pctStart", static () => new OneCycleSchedule(5, 1.1));
        Refused("baseMomentum", static () => new OneCycleSchedule(5, baseMomentum: -0.1));
        Refused("divFactor", static () => new OneCycleSchedule(5, divFactor: 0));
        Refused("finalDivFactor", static () => new OneCycleSchedule(5, finalDivFactor: double.NaN));
        Refused("annealing", static () => new OneCycleSchedule(5, annealing: (Annealing)7));
        Refused("low", static () => new CyclicSchedule(-1, 1));
        Refused("stepsUp", static () => new CyclicSchedule(0, 1, 0));
        Refused("stepsDown", static () => new CyclicSchedule(0, 1, 1, 0));
        Refused("mode", static () => new CyclicSchedule(0, 1, mode: (CycleMode)9));
        Refused("maxMomentum", static () => new CyclicSchedule(0, 1, maxMomentum: 2));
        Refused("period", static () => new CosineRestartsSchedule(0));
        Refused("growth", static () => new CosineRestartsSchedule(1, 0));
        Refused("modelSize", static () => new NoamSchedule(0));
        Refused("warmUpSteps", static () => new NoamSchedule(1, 0));
        Refused("start", static () => new SwaSchedule(new ConstantSchedule(), -1, 1));
        Refused("factor", static () => new SwaSchedule(new ConstantSchedule(), 1, -1));
        Assert.Throws<ArgumentException>(static () => new ChainedSchedule());
        Assert.Throws<ArgumentNullException>(static () => new ChainedSchedule([null!]));
        Assert.Throws<ArgumentNullException>(static () => new MultiplicativeSchedule(null!));

        static void Refused(string name, Func<Schedule> make) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
    }

    private static ParameterGroup<SGDOptions> Group(double rate) =>
        new([new Parameter(Tensor.Zeros(1))], new SGDOptions { LearningRate = rate });
}
