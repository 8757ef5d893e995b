using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Schedules;

/// <summary>The rates are compared with PyTorch's in Golden.</summary>
public sealed class ReduceOnPlateauTests
{
    [Fact]
    public void A_run_resumed_from_its_state_reduces_at_the_same_epochs()
    {
        double[] figures = [1, 0.9, 0.95, 0.94, 0.93, 0.92, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6];
        for (int stop = 0; stop < figures.Length; stop++)
        {
            SGD whole = Optimizer(), part = Optimizer();
            ReduceOnPlateau a = Make(whole), b = Make(part), c = Make(part);
            double[] expected = [.. figures.Select(figure => Rate(whole, a, figure))];
            double[] first = [.. figures[..stop].Select(figure => Rate(part, b, figure))];
            c.LoadStateDict(b.StateDict());
            double[] second = [.. figures[stop..].Select(figure => Rate(part, c, figure))];
            Assert.Equal(expected, first.Concat(second));
            Assert.Contains(expected, static rate => rate < 1);
        }
    }

    [Fact]
    public void It_says_whether_it_reduced_and_a_figure_that_is_no_number_is_no_improvement()
    {
        SGD optimizer = Optimizer();
        ReduceOnPlateau plateau = new(optimizer, factor: 0.5, patience: 1);
        Assert.Equal([false, false, true], new[] { 1, double.NaN, double.NaN }.Select(plateau.Step));
        Assert.Equal((0.5, 1), (optimizer.LearningRate, plateau.Best));
        plateau.Reset();
        Assert.Equal(double.PositiveInfinity, plateau.Best);
        Assert.False(plateau.Step(5));
    }

    [Fact]
    public void A_state_of_something_else_changes_nothing()
    {
        ReduceOnPlateau plateau = Make(Optimizer());
        plateau.Step(0.25);
        OrderedDictionary<string, Tensor> state = plateau.StateDict();
        state["counts"] = Tensor.From([1L, -1, 0]);
        Assert.Throws<ArgumentException>(() => plateau.LoadStateDict(state));
        Assert.Throws<ArgumentException>(() => plateau.LoadStateDict(new Dictionary<string, Tensor>()));
        Assert.Equal(0.25, plateau.Best);
    }

    [Fact]
    public void Numbers_out_of_their_range_are_refused_by_name()
    {
        SGD optimizer = Optimizer();
        Refused("factor", () => new ReduceOnPlateau(optimizer, factor: 1));
        Refused("factor", () => new ReduceOnPlateau(optimizer, factor: double.NaN));
        Refused("patience", () => new ReduceOnPlateau(optimizer, patience: -1));
        Refused("threshold", () => new ReduceOnPlateau(optimizer, threshold: -1));
        Refused("thresholdMode", () => new ReduceOnPlateau(optimizer, thresholdMode: (ThresholdMode)5));
        Refused("cooldown", () => new ReduceOnPlateau(optimizer, cooldown: -1));
        Refused("minLearningRate", () => new ReduceOnPlateau(optimizer, minLearningRate: -1));
        Refused("eps", () => new ReduceOnPlateau(optimizer, eps: -1));
        Assert.Throws<ArgumentException>(() => new ReduceOnPlateau(optimizer, [0.1, 0.2]));
        ReduceOnPlateau plateau = new(optimizer, [0.1]);
        optimizer.AddParameterGroup(new([new Parameter(Tensor.Zeros(1))], new SGDOptions()));
        Assert.Throws<InvalidOperationException>(() => plateau.Step(1));

        static void Refused(string name, Func<ReduceOnPlateau> make) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
    }

    private static ReduceOnPlateau Make(Optimizer optimizer) => new(optimizer, factor: 0.5, patience: 1, cooldown: 2);

    private static double Rate(Optimizer optimizer, ReduceOnPlateau plateau, double figure)
    {
        plateau.Step(figure);
        return optimizer.LearningRate;
    }

    private static SGD Optimizer() => new([new Parameter(Tensor.Zeros(1))], 1);
}
