using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Schedules;

/// <summary>The rates themselves are compared with PyTorch in Golden.</summary>
public sealed class LearningRateSchedulerTests
{
    [Fact]
    public void Every_group_keeps_its_own_rate()
    {
        SGD optimizer = Optimizer(0.1, 0.4);
        LearningRateScheduler scheduler = new(optimizer, new StepSchedule(1, 0.5));
        Assert.Equal([0.1, 0.4], Rates(optimizer));
        scheduler.Step();
        Assert.Equal([0.05, 0.2], Rates(optimizer));
        optimizer.AddParameterGroup(Group(8));
        scheduler.Step();
        Assert.Equal([0.025, 0.1, 2], Rates(optimizer));
    }

    [Fact]
    public void A_resumed_scheduler_goes_on_with_the_same_rates()
    {
        SGD first = Optimizer(0.1, 0.4), second = Optimizer(9, 9);
        Schedule schedule = new CosineSchedule(10).AfterWarmUp(3);
        LearningRateScheduler a = new(first, schedule), b = new(second, schedule);
        a.Step();
        a.Step();
        second.LoadStateDict(first.StateDict());
        b.LoadStateDict(a.StateDict());
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(Rates(first), Rates(second));
            a.Step();
            b.Step();
        }
    }

    [Fact]
    public void Schedules_stay_at_their_end()
    {
        Assert.Equal(0.1, new CosineSchedule(10, 0.1).Factor(1000), 1e-15);
        Assert.Equal(0, new LinearSchedule(10).Factor(11));
        Assert.Equal(0, new PolynomialSchedule(10, 2).Factor(11));
        Assert.Equal(0.25, new ConstantSchedule(0.25).Factor(5));
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(static t => new ConstantSchedule().AfterWarmUp(3).Factor(t)));
        Assert.Equal([0, 0.5, 1, 0.9], Enumerable.Range(0, 4).Select(static t => new ExponentialSchedule(0.9).AfterWarmUp(2, 0).Factor(t)));
        Assert.Equal(4, new LambdaSchedule(static t => t * t).Factor(2));
    }

    [Fact]
    [Trait("Rerun", "Culture")]
    public void Schedules_say_what_they_do()
    {
        Assert.Equal(
            "a line from 0.3333 to 1 over 2 steps, then a cosine to 0.5 over 10 steps",
            new CosineSchedule(10, 0.5).AfterWarmUp(2).ToString());
        Assert.Equal(
            "1 of the rate for 5 steps, then times 0.9 a step",
            new ConstantSchedule().Then(5, new ExponentialSchedule(0.9)).ToString());
        Assert.Equal("times 0.1 every 30 steps", new StepSchedule(30).ToString());
        Assert.Equal("LambdaSchedule", new LambdaSchedule(static _ => 1).ToString());
    }

    [Fact]
    public void Mistakes_are_named_and_change_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new CosineSchedule(0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new StepSchedule(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ExponentialSchedule(-1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new MultiStepSchedule([-3]));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ConstantSchedule().AfterWarmUp(-1));
        Assert.Contains("step 0 is -1", Assert.Throws<InvalidOperationException>(
            static () => new LearningRateScheduler(Optimizer(1), new LambdaSchedule(static _ => -1))).Message, StringComparison.Ordinal);

        LearningRateScheduler scheduler = new(Optimizer(1), new ConstantSchedule());
        OrderedDictionary<string, Tensor> two = new LearningRateScheduler(Optimizer(1, 2), new ConstantSchedule()).StateDict();
        Assert.Contains("1, 2", Assert.Throws<ArgumentException>(() => scheduler.LoadStateDict(two)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => scheduler.LoadStateDict(new Dictionary<string, Tensor>()));
        Assert.Equal(0, scheduler.StepCount);

        SGD optimizer = Optimizer(1);
        LearningRateScheduler falling = new(optimizer, new LambdaSchedule(static t => 1 - t));
        falling.Step();
        Assert.Contains("step 2 is -1", Assert.Throws<InvalidOperationException>(falling.Step).Message, StringComparison.Ordinal);
        scheduler.Step();
        scheduler.Step();
        Assert.Throws<InvalidOperationException>(() => falling.LoadStateDict(scheduler.StateDict()));
        Assert.Equal((1, 0), (falling.StepCount, optimizer.LearningRate));
    }

    private static SGD Optimizer(params double[] rates) => new(rates.Select(Group));

    private static ParameterGroup<SGDOptions> Group(double rate) =>
        new([new Parameter(Tensor.Zeros(1))], new SGDOptions { LearningRate = rate });

    private static IEnumerable<double> Rates(Optimizer optimizer) => optimizer.ParameterGroups.Select(static g => g.Options.LearningRate);
}
