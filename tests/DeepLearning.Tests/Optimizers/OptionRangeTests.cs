using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Each option of each optimizer: the least and the greatest value it may have, and the values just outside.</summary>
public sealed class OptionRangeTests
{
    private const double Never = double.PositiveInfinity;

    public static TheoryData<string> Names => new(s_ranges.Keys);

    // The greatest value with Never stands for no bound; a fraction ends before 1.
    private static readonly Dictionary<string, (Func<double, OptimizerOptions> With, double Greatest, bool Below)> s_ranges = new()
    {
        ["SGD LearningRate"] = (static v => new SGDOptions { LearningRate = v }, Never, false),
        ["SGD WeightDecay"] = (static v => new SGDOptions { WeightDecay = v }, Never, false),
        ["SGD Momentum"] = (static v => new SGDOptions { Momentum = v }, Never, false),
        ["Adam LearningRate"] = (static v => new AdamOptions { LearningRate = v }, Never, false),
        ["Adam WeightDecay"] = (static v => new AdamOptions { WeightDecay = v }, Never, false),
        ["Adam Beta1"] = (static v => new AdamOptions { Beta1 = v }, 1, true),
        ["Adam Beta2"] = (static v => new AdamOptions { Beta2 = v }, 1, true),
        ["Adam Eps"] = (static v => new AdamOptions { Eps = v }, Never, false),
        ["RMSprop LearningRate"] = (static v => new RMSpropOptions { LearningRate = v }, Never, false),
        ["RMSprop WeightDecay"] = (static v => new RMSpropOptions { WeightDecay = v }, Never, false),
        ["RMSprop Alpha"] = (static v => new RMSpropOptions { Alpha = v }, Never, false),
        ["RMSprop Eps"] = (static v => new RMSpropOptions { Eps = v }, Never, false),
        ["RMSprop Momentum"] = (static v => new RMSpropOptions { Momentum = v }, Never, false),
        ["AdaDelta LearningRate"] = (static v => new AdaDeltaOptions { LearningRate = v }, Never, false),
        ["AdaDelta WeightDecay"] = (static v => new AdaDeltaOptions { WeightDecay = v }, Never, false),
        ["AdaDelta Rho"] = (static v => new AdaDeltaOptions { Rho = v }, 1, false),
        ["AdaDelta Eps"] = (static v => new AdaDeltaOptions { Eps = v }, Never, false),
        ["AdaGrad LearningRate"] = (static v => new AdaGradOptions { LearningRate = v }, Never, false),
        ["AdaGrad WeightDecay"] = (static v => new AdaGradOptions { WeightDecay = v }, Never, false),
        ["AdaGrad LearningRateDecay"] = (static v => new AdaGradOptions { LearningRateDecay = v }, Never, false),
        ["AdaGrad InitialAccumulator"] = (static v => new AdaGradOptions { InitialAccumulator = v }, Never, false),
        ["AdaGrad Eps"] = (static v => new AdaGradOptions { Eps = v }, Never, false),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void An_option_may_have_its_bounds_and_nothing_outside(string name)
    {
        (Func<double, OptimizerOptions> with, double greatest, bool below) = s_ranges[name];
        string option = name.Split(' ')[1];
        with(0).Validate();
        with(below ? Math.BitDecrement(greatest) : greatest).Validate();
        Refused(-double.Epsilon);
        Refused(double.NaN);
        if (greatest < Never)
        {
            Refused(below ? greatest : Math.BitIncrement(greatest));
        }

        void Refused(double value)
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => with(value).Validate());
            Assert.Equal(option, error.ParamName);
        }
    }

    [Fact]
    public void Nesterov_goes_with_a_momentum_and_without_dampening()
    {
        new SGDOptions { Nesterov = true, Momentum = 0.1 }.Validate();
        new SGDOptions { Momentum = 0.1, Dampening = 0.5 }.Validate();
        new SGDOptions { Dampening = 0.5 }.Validate();
        Assert.Throws<ArgumentException>(() => new SGDOptions { Nesterov = true }.Validate());
        Assert.Throws<ArgumentException>(() => new SGDOptions { Nesterov = true, Momentum = 0.1, Dampening = 0.5 }.Validate());
    }

    [Fact]
    public void Options_are_checked_where_an_optimizer_takes_them()
    {
        Parameter p = new(Tensor.Ones(1));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new SGD(new ParameterGroup<SGDOptions>([p], new SGDOptions { LearningRate = -1 })));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new AdaGrad(new ParameterGroup<AdaGradOptions>([p], new AdaGradOptions { Eps = -1 })));
    }
}
