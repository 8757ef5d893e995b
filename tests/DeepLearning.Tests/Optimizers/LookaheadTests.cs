using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;

namespace DeepLearning.Tests.Optimizers;

public sealed class LookaheadTests
{
    [Fact]
    public void Slow_weights_follow_after_every_period_and_begin_where_the_parameters_were()
    {
        Parameter p = new(Tensor.From([1.0]));
        Lookahead optimizer = new(new SGD([p], 0.1), period: 2, alpha: 0.25);
        double[] seen = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            p.Grad = Tensor.From([1.0]);
            optimizer.Step();
            return p.Item<double>();
        })];
        double[] expected = [0.9, 0.95, 0.85, 0.9];
        Assert.All(seen.Zip(expected), static x => Assert.Equal(x.Second, x.First, 1e-12));
    }

    [Fact]
    public void It_shares_the_groups_of_the_inner_optimizer_with_schedules_and_gradients()
    {
        Parameter p = new(Tensor.From([1.0]));
        Lookahead optimizer = new(new SGD([p], 0.1));
        LearningRateScheduler scheduler = new(optimizer, new ExponentialSchedule(0.5));
        scheduler.Step();
        Assert.Equal((0.05, 0.05), (optimizer.LearningRate, optimizer.Inner.LearningRate));
        p.Grad = Tensor.From([1.0]);
        optimizer.ZeroGrad();
        Assert.Null(p.Grad);
        Assert.Equal("Lookahead(5 steps, 0.5) of " + optimizer.Inner, optimizer.ToString());
    }

    [Fact]
    public void An_inner_optimizer_that_asks_for_the_loss_is_wrapped_as_well()
    {
        Parameter p = new(Tensor.From([1.0, 2]));
        Lookahead optimizer = new(new LBFGS([p], strongWolfe: true), period: 1, alpha: 0.5);
        optimizer.Step(() =>
        {
            optimizer.ZeroGrad();
            Tensor loss = p.Square().Sum();
            loss.Backward();
            return loss;
        });
        Assert.All(p.ToArray<double>().Zip([0.5, 1.0]), static x => Assert.Equal(x.Second, x.First, 1e-9));
    }

    [Fact]
    public void Slow_weights_of_16_bit_parameters_are_float32_and_do_not_stand_still()
    {
        Parameter p = new(Tensor.Ones([4], DType.BFloat16));
        Lookahead optimizer = new(new SGD([p], 0.01), period: 1, alpha: 0.1);
        for (int step = 0; step < 200; step++)
        {
            p.Grad = Tensor.Ones([4], DType.BFloat16);
            optimizer.Step();
        }

        Assert.Equal(DType.Float32, optimizer.StateDict()["lookahead.slow.0"].DType);
        Assert.All(p.ToArray<double>(), static x => Assert.InRange(x, 0.5, 0.95));
    }

    [Fact]
    public void A_dictionary_that_does_not_fit_changes_nothing()
    {
        Parameter p = new(Tensor.Ones(2));
        Lookahead optimizer = new(new SGD([p], 0.1, momentum: 0.9), 2);
        Train(optimizer, p, 3);
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        state["groups.0.learning_rate"] = Tensor.FromScalar(7.0, DType.Float64);
        state["lookahead.slow.0"] = Tensor.Ones(3);
        state["lookahead.slow.1"] = Tensor.Ones(2);
        state.Remove("lookahead.step");
        string message = Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(state)).Message;
        Assert.Contains("lookahead.step is missing", message, StringComparison.Ordinal);
        Assert.Contains("lookahead.slow.0 is [3], the parameter [2]", message, StringComparison.Ordinal);
        Assert.Contains("lookahead.slow.1 is not expected", message, StringComparison.Ordinal);
        Assert.Equal(0.1, optimizer.LearningRate);
        Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(new Dictionary<string, Tensor>()));
    }

    [Fact]
    public void Numbers_out_of_their_range_are_refused()
    {
        SGD inner = new([new Parameter(Tensor.Ones(1))], 0.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lookahead(inner, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lookahead(inner, 5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lookahead(inner, 5, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lookahead(inner, 5, double.NaN));
        Assert.Throws<ArgumentNullException>(() => new Lookahead(null!));
    }

    private static void Train(Optimizer optimizer, Parameter p, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            p.Grad = Tensor.OnesLike(p);
            optimizer.Step();
        }
    }
}
