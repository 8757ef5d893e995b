using DeepLearning.Layers;
using DeepLearning.Optimizers;

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

    private static void Refused(string name, Func<object> make) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
}
