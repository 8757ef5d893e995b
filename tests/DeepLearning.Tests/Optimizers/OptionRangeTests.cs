using System.Reflection;
using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Each option of each optimizer: the least and the greatest value it may have, and the values just outside.</summary>
public sealed class OptionRangeTests
{
    private const double Never = double.PositiveInfinity;

    // By the option's name, or by that of the optimizer, too, where it differs. An infinite bound stands for none.
    private static readonly Dictionary<string, Range> s_ranges = new()
    {
        ["LearningRate"] = new(0, Never),
        ["WeightDecay"] = new(0, Never),
        ["Beta1"] = new(0, 1, IsBelow: true),
        ["Beta2"] = new(0, 1, IsBelow: true),
        ["Eps"] = new(0, Never),
        ["Momentum"] = new(0, Never),
        ["Alpha"] = new(0, Never),
        ["SGD.Dampening"] = new(-Never, Never),
        ["AdaDelta.Rho"] = new(0, 1),
        ["AdaGrad.LearningRateDecay"] = new(0, Never),
        ["AdaGrad.InitialAccumulator"] = new(0, Never),
        ["Adafactor.Beta2Decay"] = new(-Never, 0),
        ["Adafactor.Eps1"] = new(0, Never, MayBeNaN: true),
        ["Adafactor.Eps2"] = new(0, Never),
        ["Adafactor.D"] = new(1, Never),
        ["ASGD.Lambda"] = new(0, Never),
        ["ASGD.T0"] = new(0, Never),
        ["LARS.TrustCoefficient"] = new(0, Never),
        ["LBFGS.WeightDecay"] = new(0, 0),
        ["LBFGS.MaxIter"] = new(1, Never),
        ["LBFGS.MaxEval"] = new(0, Never),
        ["LBFGS.ToleranceGrad"] = new(0, Never),
        ["LBFGS.ToleranceChange"] = new(0, Never),
        ["LBFGS.HistorySize"] = new(1, Never),
        ["Muon.Momentum"] = new(0, 1, IsBelow: true),
        ["Muon.NewtonSchulzSteps"] = new(1, Never),
        ["NAdam.MomentumDecay"] = new(0, Never),
        ["Rprop.WeightDecay"] = new(0, 0),
        ["Rprop.EtaMinus"] = new(0, 1, IsBelow: true, IsAbove: true),
        ["Rprop.EtaPlus"] = new(1, Never, IsAbove: true),
        ["Rprop.StepSizeMin"] = new(0, Never),
        ["Rprop.StepSizeMax"] = new(new RpropOptions().StepSizeMin, Never),
        ["ScheduleFreeAdamW.WarmUpSteps"] = new(0, Never),
        ["SparseAdam.WeightDecay"] = new(0, 0),
    };

    public static TheoryData<Type> Types => new(typeof(OptimizerOptions).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(OptimizerOptions)) && !type.IsAbstract));

    [Theory]
    [MemberData(nameof(Types))]
    public void An_option_may_have_its_bounds_and_nothing_outside(Type type)
    {
        foreach (PropertyInfo option in type.GetProperties().Where(static p => p.CanWrite && p.PropertyType != typeof(bool)))
        {
            string name = $"{type.Name.Replace("Options", "", StringComparison.Ordinal)}.{option.Name}";
            Range range = s_ranges.TryGetValue(name, out Range? own) ? own : s_ranges[option.Name];
            bool isWhole = option.PropertyType == typeof(int);
            double below = isWhole ? range.Least - 1 : Math.BitDecrement(range.Least);
            double above = isWhole ? range.Greatest + 1 : Math.BitIncrement(range.Greatest);
            if (double.IsFinite(range.Least))
            {
                Allowed(range.IsAbove ? Math.BitIncrement(range.Least) : range.Least);
                Refused(range.IsAbove ? range.Least : below);
            }

            if (double.IsFinite(range.Greatest))
            {
                Allowed(range.IsBelow ? Math.BitDecrement(range.Greatest) : range.Greatest);
                Refused(range.IsBelow ? range.Greatest : above);
            }

            if (!isWhole && range.MayBeNaN)
            {
                Allowed(double.NaN);
            }
            else if (!isWhole)
            {
                Refused(double.NaN);
            }

            OptimizerOptions With(double value)
            {
                OptimizerOptions options = (OptimizerOptions)Activator.CreateInstance(type)!;
                option.SetValue(options, isWhole ? (object)(int)value : value);
                return options;
            }

            void Allowed(double value) =>
                Assert.True(Record.Exception(With(value).Validate) is null, FormattableString.Invariant($"{name} = {value} is refused"));

            void Refused(double value)
            {
                Exception? error = Record.Exception(With(value).Validate);
                Assert.True(error is ArgumentOutOfRangeException, FormattableString.Invariant($"{name} = {value}: {error?.Message}"));
                Assert.Equal(option.Name, ((ArgumentOutOfRangeException)error!).ParamName);
            }
        }
    }

    [Fact]
    public void What_cannot_climb_says_so()
    {
        Assert.Throws<ArgumentException>(() => new LBFGSOptions { Maximize = true }.Validate());
        new SparseAdamOptions { Maximize = true }.Validate();
        new RpropOptions { Maximize = true }.Validate();
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

    private sealed record Range(double Least, double Greatest, bool IsBelow = false, bool IsAbove = false, bool MayBeNaN = false);
}
