using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Schedules;

/// <summary>Each schedule against its formula, before, at and after its end.</summary>
public class ScheduleFormulaTests
{
    public static TheoryData<string> Names => new(s_schedules.Keys);

    private static readonly Dictionary<string, (Schedule Schedule, Func<int, double> Formula)> s_schedules = new()
    {
        ["constant"] = (new ConstantSchedule(0.3), static _ => 0.3),
        ["cosine"] = (new CosineSchedule(8, 0.2), static s => 0.2 + (0.8 * (1 + Math.Cos(Math.PI * Math.Min(s, 8) / 8)) / 2)),
        ["exponential"] = (new ExponentialSchedule(0.7), static s => Math.Pow(0.7, s)),
        ["inverse time"] = (new InverseTimeSchedule(0.5), static s => 1 / (1 + (0.5 * s))),
        ["linear"] = (new LinearSchedule(4, 0.2, 0.9), static s => 0.2 + (0.7 * Math.Min(s, 4) / 4)),
        ["polynomial"] = (new PolynomialSchedule(6, 2), static s => Math.Pow(1 - (Math.Min(s, 6) / 6.0), 2)),
        ["step"] = (new StepSchedule(3, 0.5), static s => Math.Pow(0.5, Math.Floor(s / 3.0))),
        ["milestones"] = (new MultiStepSchedule([7, 2, 4], 0.5), static s => s < 2 ? 1 : s < 4 ? 0.5 : s < 7 ? 0.25 : 0.125),
        ["no milestones"] = (new MultiStepSchedule([], 0.5), static _ => 1),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_factor_is_what_the_formula_says(string name)
    {
        (Schedule schedule, Func<int, double> formula) = s_schedules[name];
        for (int step = 0; step < 14; step++)
        {
            Assert.Equal(formula(step), schedule.Factor(step), 1e-12);
        }
    }

    [Fact]
    public void Numbers_of_steps_are_not_negative()
    {
        Schedule schedule = new ConstantSchedule(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Then(-1, schedule));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.AfterWarmUp(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultiStepSchedule([3, -1]));
    }

    [Fact]
    public void Factors_and_lengths_out_of_their_range_are_refused_by_name()
    {
        Refused("annealSteps", static () => new SwaSchedule(new ConstantSchedule(), 1, 1, -1));
        Refused("minimum", static () => new CosineRestartsSchedule(3, 1, -1));
        Refused("period", static () => new StepSchedule(0));
        Refused("steps", static () => new LinearSchedule(0));
        Refused("start", static () => new LinearSchedule(1, -1));
        Refused("end", static () => new LinearSchedule(1, 1, double.NaN));
        Refused("steps", static () => new PolynomialSchedule(0));
        Refused("power", static () => new PolynomialSchedule(1, -1));
        Refused("gamma", static () => new ExponentialSchedule(double.PositiveInfinity));
        Refused("gamma", static () => new MultiStepSchedule([1], -1));
        Refused("decay", static () => new InverseTimeSchedule(-1));
        Refused("maxMomentum", static () => new OneCycleSchedule(9, maxMomentum: 1.1));
        Refused("high", static () => new CyclicSchedule(0, -1));
        Refused("baseMomentum", static () => new CyclicSchedule(0, 1, baseMomentum: double.NaN));

        static void Refused(string name, Func<Schedule> make) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
    }

    [Fact]
    public void Rates_of_a_state_may_be_0_and_not_less()
    {
        SGD optimizer = new(
            new ParameterGroup<SGDOptions>([new Parameter(Tensor.Ones(1))], new SGDOptions { LearningRate = 0 }),
            new ParameterGroup<SGDOptions>([new Parameter(Tensor.Ones(1))], new SGDOptions { LearningRate = 2 }));
        LearningRateScheduler scheduler = new(optimizer, new ConstantSchedule(0.5));
        OrderedDictionary<string, Tensor> state = scheduler.StateDict();
        scheduler.LoadStateDict(state);
        Assert.Equal([0.0, 1], optimizer.ParameterGroups.Select(static g => g.Options.LearningRate));
        state["base_rates"] = Tensor.From([1.0, -1]);
        Assert.Throws<ArgumentException>(() => scheduler.LoadStateDict(state));
        state["base_rates"] = Tensor.From([double.NaN, 1]);
        Assert.Throws<ArgumentException>(() => scheduler.LoadStateDict(state));
    }
}
