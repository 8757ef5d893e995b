using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Amounts that cannot be are refused by name before a gradient or a rate is changed.</summary>
public class GradientArgumentTests
{
    public static TheoryData<string> Amounts => new(s_amounts.Keys);

    // What takes an amount of 0 or more, with that amount, and its name.
    private static readonly Dictionary<string, (string Name, Action<Tensor[], double> Run)> s_amounts = new()
    {
        ["ClipNorm"] = ("maxNorm", static (p, v) => Gradients.ClipNorm(p, v)),
        ["ClipValue"] = ("bound", Gradients.ClipValue),
        ["ClipWithNorm, most"] = ("maxNorm", static (p, v) => Gradients.ClipWithNorm(p, v, 1)),
        ["ClipWithNorm, norm"] = ("totalNorm", static (p, v) => Gradients.ClipWithNorm(p, 1, v)),
        ["ClipNormEach"] = ("maxNorm", static (p, v) => Gradients.ClipNormEach(p, v)),
        ["ClipNormPerGroup"] = ("maxNorm", static (p, v) => Gradients.ClipNormPerGroup(new SGD(p, 0.1), v)),
        ["ClipAdaptive, clipping"] = ("clipping", static (p, v) => Gradients.ClipAdaptive(p, v)),
        ["ClipAdaptive, eps"] = ("eps", static (p, v) => Gradients.ClipAdaptive(p, 0.1, v)),
        ["AddNoise"] = ("deviation", static (p, v) => Gradients.AddNoise(p, v, new Generator(1))),
        ["NoiseDeviation, eta"] = ("eta", static (_, v) => Gradients.NoiseDeviation(1, v)),
        ["NoiseDeviation, gamma"] = ("gamma", static (_, v) => Gradients.NoiseDeviation(1, 0.3, v)),
    };

    [Theory]
    [MemberData(nameof(Amounts))]
    public void An_amount_may_be_nothing_but_not_less(string name)
    {
        (string argument, Action<Tensor[], double> run) = s_amounts[name];
        Parameter p = new(Tensor.From([3f, 4])) { Grad = Tensor.From([3f, 4]) };
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => run([p], -double.Epsilon));
        Assert.Equal(argument, error.ParamName);
        Assert.Equal([3f, 4], p.Grad!.ToArray<float>());
        run([p], 0);
    }

    [Fact]
    public void Periods_shares_and_steps_have_their_bounds()
    {
        SGD optimizer = new([new Parameter(Tensor.Zeros(1))], 0.1);
        Refused("period", () => new Lookahead(optimizer, 0));
        Refused("alpha", () => new Lookahead(optimizer, alpha: 0));
        Refused("alpha", () => new Lookahead(optimizer, alpha: Math.BitIncrement(1.0)));
        Refused("alpha", () => new Lookahead(optimizer, alpha: double.NaN));
        Assert.Equal((1, 1), (new Lookahead(optimizer, 1).Period, new Lookahead(optimizer, alpha: 1).Alpha));
        Refused("decay", static () => AveragedModel.Exponential(-double.Epsilon));
        Refused("decay", static () => AveragedModel.Exponential(Math.BitIncrement(1.0)));
        Refused("decay", static () => AveragedModel.Exponential(double.NaN));
        Refused("value", () => optimizer.LearningRate = double.NaN);
        Refused("value", () => optimizer.LearningRate = -double.Epsilon);
        Refused("step", static () => Gradients.NoiseDeviation(-1));
        Assert.Equal(Math.Sqrt(0.3), Gradients.NoiseDeviation(0), 1e-15);
        Assert.Equal(Math.Sqrt(2 / Math.Pow(8, 0.5)), Gradients.NoiseDeviation(7, 2, 0.5), 1e-15);
    }

    [Fact]
    public void Schedules_refuse_numbers_out_of_their_range()
    {
        Refused("start", static () => new SwaSchedule(new ConstantSchedule(), -1, 1));
        Refused("annealSteps", static () => new SwaSchedule(new ConstantSchedule(), 1, 1, -1));
        Refused("factor", static () => new SwaSchedule(new ConstantSchedule(), 1, -1));
        Refused("growth", static () => new CosineRestartsSchedule(3, 0));
        Refused("period", static () => new CosineRestartsSchedule(0));
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
        Refused("modelSize", static () => new NoamSchedule(0));
        Refused("warmUpSteps", static () => new NoamSchedule(1, 0));
        Refused("totalSteps", static () => new OneCycleSchedule(0));
        Refused("pctStart", static () => new OneCycleSchedule(9, 1.5));
        Refused("baseMomentum", static () => new OneCycleSchedule(9, baseMomentum: -0.1));
        Refused("maxMomentum", static () => new OneCycleSchedule(9, maxMomentum: 1.1));
        Refused("divFactor", static () => new OneCycleSchedule(9, divFactor: 0));
        Refused("finalDivFactor", static () => new OneCycleSchedule(9, finalDivFactor: double.PositiveInfinity));
        Refused("annealing", static () => new OneCycleSchedule(9, annealing: (Annealing)9));
        Refused("low", static () => new CyclicSchedule(-1, 1));
        Refused("high", static () => new CyclicSchedule(0, -1));
        Refused("stepsUp", static () => new CyclicSchedule(0, 1, 0));
        Refused("stepsDown", static () => new CyclicSchedule(0, 1, 1, 0));
        Refused("mode", static () => new CyclicSchedule(0, 1, mode: (CycleMode)9));
        Refused("baseMomentum", static () => new CyclicSchedule(0, 1, baseMomentum: double.NaN));
        Refused("maxMomentum", static () => new CyclicSchedule(0, 1, maxMomentum: 2));
    }

    private static void Refused(string name, Func<object> make) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
}
