using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Options that concern two of them at once, what an optimizer has not, and what steps with a closure do.</summary>
public sealed class OptimizerOptionTests
{
    [Fact]
    public void Options_that_make_no_sense_together_are_refused_by_name()
    {
        Tensor[] p = [new Parameter(Tensor.Ones(2))];
        Refused("EtaMinus", () => new Rprop(p, etaMinus: 0));
        Refused("EtaMinus", () => new Rprop(p, etaMinus: 1));
        Refused("EtaPlus", () => new Rprop(p, etaPlus: 1));
        Refused("StepSizeMax", () => new Rprop(p, stepSizeMin: 1, stepSizeMax: 0.5));
        Refused("WeightDecay", () => new Rprop(p, new RpropOptions { WeightDecay = 0.1 }));
        Refused("Eps1", () => new Adafactor(p, eps1: -1));
        Refused("Beta2Decay", () => new Adafactor(p, beta2Decay: 0.1));
        Refused("D", () => new Adafactor(p, d: 0.9));
        _ = new Rprop(p, stepSizeMin: 0.5, stepSizeMax: 0.5);
        _ = new Adafactor(p, beta2Decay: 0, eps1: 0, d: 1);

        static void Refused(string name, Func<Optimizer> make) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
    }

    [Fact]
    public void The_defaults_of_the_options_are_those_of_the_constructor()
    {
        Tensor[] p = [new Parameter(Tensor.Ones(2, 2))];
        Assert.Equal(new SGDOptions(), new SGD(p).ParameterGroups[0].Options);
        Assert.Equal(new NAdamOptions(), new NAdam(p).ParameterGroups[0].Options);
        Assert.Equal(new RAdamOptions(), new RAdam(p).ParameterGroups[0].Options);
        Assert.Equal(new AdamaxOptions(), new Adamax(p).ParameterGroups[0].Options);
        Assert.Equal(new RpropOptions(), new Rprop(p).ParameterGroups[0].Options);
        Assert.Equal(new ASGDOptions(), new ASGD(p).ParameterGroups[0].Options);
        Assert.Equal(new AdafactorOptions(), new Adafactor(p).ParameterGroups[0].Options);
        Assert.Equal(new LionOptions(), new Lion(p).ParameterGroups[0].Options);
        Assert.Equal(new LAMBOptions(), new LAMB(p).ParameterGroups[0].Options);
        Assert.Equal(new LARSOptions(), new LARS(p).ParameterGroups[0].Options);
        Assert.Equal(new MuonOptions(), new Muon(p).ParameterGroups[0].Options);
        Assert.Equal(new LBFGSOptions(), new LBFGS(p).ParameterGroups[0].Options);
        Assert.Equal(new ScheduleFreeAdamWOptions(), new ScheduleFreeAdamW(p).ParameterGroups[0].Options);
    }

    [Fact]
    public void A_step_with_a_closure_is_the_closure_and_a_step_with_gradients_recorded_even_where_they_are_off()
    {
        Parameter p = new(Tensor.From([2.0])), q = new(Tensor.From([2.0]));
        Adam a = new([p], 0.1), b = new([q], 0.1);
        using (GradMode.NoGrad())
        {
            Tensor loss = a.Step(() =>
            {
                a.ZeroGrad();
                Tensor loss = p.Square().Sum();
                loss.Backward();
                return loss;
            });
            Assert.Equal(4, loss.Item<double>());
        }

        q.Square().Sum().Backward();
        b.Step();
        Assert.Equal(q.ToArray<double>(), p.ToArray<double>());
        Assert.Throws<ArgumentNullException>(() => a.Step(null!));
    }

    [Fact]
    public void The_mean_of_averaged_descent_can_be_taken_over()
    {
        Parameter p = new(Tensor.From([1.0])), idle = new(Tensor.From([1.0]));
        ASGD optimizer = new([p, idle], 0.1, lambda: 0, t0: 0);
        List<double> path = [];
        for (int step = 0; step < 4; step++)
        {
            p.Grad = Tensor.From([1.0]);
            optimizer.Step();
            path.Add(p.Item<double>());
        }

        (Tensor parameter, Tensor average) = Assert.Single(optimizer.Averages());
        Assert.Same(p, parameter);
        // The share of a step is set by the one before, so that the first two points are the mean each.
        Assert.Equal(path[1..].Average(), average.Item<double>(), 1e-6);
    }

    [Fact]
    public void Factors_of_the_mean_of_squares_have_a_number_for_each_row_and_each_column()
    {
        Parameter p = new(Tensor.Ones(2, 3, 4)), v = new(Tensor.Ones(5));
        Adafactor optimizer = new([p, v]);
        p.Grad = Tensor.OnesLike(p);
        v.Grad = Tensor.OnesLike(v);
        optimizer.Step();
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        Assert.Equal(new Shape(2, 3, 1), state["state.0.row_var"].Shape);
        Assert.Equal(new Shape(2, 1, 4), state["state.0.col_var"].Shape);
        Assert.Equal(new Shape(5), state["state.1.variance"].Shape);
        Assert.DoesNotContain("state.0.variance", state.Keys);
    }
}
