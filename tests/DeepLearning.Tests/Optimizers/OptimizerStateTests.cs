using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Climbing, weight decay, and what an optimizer that has gone on for a while takes over from a dictionary.</summary>
[Trait("Rerun", "Simd")]
public class OptimizerStateTests
{
    // Options of a whole optimizer, as different from the defaults as can be, so that each of them shows.
    private static readonly Dictionary<string, Func<Tensor[], bool, double, Optimizer>> s_optimizers = new()
    {
        ["SGD"] = static (p, up, decay) => new SGD(p, 0.05, weightDecay: decay, maximize: up),
        ["SGD momentum"] = static (p, up, decay) => new SGD(p, 0.05, momentum: 0.9, dampening: 0.1, weightDecay: decay, maximize: up),
        ["SGD Nesterov"] = static (p, up, decay) => new SGD(p, 0.05, momentum: 0.9, weightDecay: decay, nesterov: true, maximize: up),
        ["AdaGrad"] = static (p, up, decay) => new AdaGrad(p, 0.1, 0.01, decay, 0.2, maximize: up),
        ["RMSprop"] = static (p, up, decay) => new RMSprop(p, 0.01, weightDecay: decay, maximize: up),
        ["RMSprop momentum"] = static (p, up, decay) => new RMSprop(p, 0.01, momentum: 0.5, weightDecay: decay, maximize: up),
        ["RMSprop centered"] = static (p, up, decay) =>
            new RMSprop(p, 0.01, momentum: 0.5, centered: true, eps: 1e-3, weightDecay: decay, maximize: up),
        ["AdaDelta"] = static (p, up, decay) => new AdaDelta(p, weightDecay: decay, maximize: up),
        ["Adam"] = static (p, up, decay) => new Adam(p, 0.02, weightDecay: decay, maximize: up),
        ["Adam AMSGrad"] = static (p, up, decay) => new Adam(p, 0.02, weightDecay: decay, amsgrad: true, maximize: up),
        ["SparseAdam"] = static (p, up, _) => new SparseAdam(p, 0.02, maximize: up),
        ["AdamW"] = static (p, up, decay) => new AdamW(p, 0.02, weightDecay: decay, maximize: up),
        ["SGD decoupled"] = static (p, up, decay) =>
            new SGD(p, 0.05, momentum: 0.9, weightDecay: decay, maximize: up, decoupledWeightDecay: true),
        ["Adam decoupled"] = static (p, up, decay) => new Adam(p, 0.02, weightDecay: decay, maximize: up, decoupledWeightDecay: true),
        ["NAdam"] = static (p, up, decay) => new NAdam(p, 0.02, weightDecay: decay, maximize: up),
        ["RAdam"] = static (p, up, decay) => new RAdam(p, 0.02, weightDecay: decay, maximize: up),
        ["Adamax"] = static (p, up, decay) => new Adamax(p, 0.02, weightDecay: decay, maximize: up),
        ["Rprop"] = static (p, up, _) => new Rprop(p, 0.02, maximize: up),
        ["ASGD"] = static (p, up, decay) => new ASGD(p, 0.02, lambda: 0.01, t0: 2, weightDecay: decay, maximize: up),
        ["Adafactor"] = static (p, up, decay) => new Adafactor(p, 0.02, weightDecay: decay, maximize: up),
        ["Lion"] = static (p, up, decay) => new Lion(p, 0.02, weightDecay: decay, maximize: up),
        ["LAMB"] = static (p, up, decay) => new LAMB(p, 0.02, weightDecay: decay, maximize: up),
        ["LARS"] = static (p, up, decay) => new LARS(p, weightDecay: decay, maximize: up),
        ["Muon"] = static (p, up, decay) => new Muon(p, 0.02, weightDecay: decay, maximize: up),
        ["ScheduleFreeAdamW"] = static (p, up, decay) => new ScheduleFreeAdamW(p, 0.02, weightDecay: decay, warmUpSteps: 3, maximize: up),
        ["AdamW AMSGrad"] = static (p, up, decay) => new AdamW(p, 0.02, weightDecay: decay, amsgrad: true, maximize: up),
    };

    public static TheoryData<string> Names => new(s_optimizers.Keys);

    public static TheoryData<string> NamesOfThoseThatDecay =>
        new(s_optimizers.Keys.Where(static name => name is not (nameof(Rprop) or nameof(SparseAdam))));

    /// <summary>Those that wrap another one or need the loss again, with tests of their own.</summary>
    private static readonly string[] s_others = [nameof(LBFGS), nameof(Lookahead)];

    [Fact]
    public void Every_optimizer_takes_part()
    {
        IEnumerable<string> all = typeof(Optimizer).Assembly.GetExportedTypes()
            .Where(static t => t.IsSubclassOf(typeof(Optimizer)) && !t.IsAbstract).Select(static t => t.Name);
        Assert.Empty(all.Except(s_optimizers.Keys.Select(static name => name.Split(' ')[0])).Except(s_others));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Climbing_a_function_is_descending_its_negative_with_the_same_decay(string name)
    {
        foreach (bool turned in (bool[])[false, true])
        {
            foreach (double decay in (double[])[0, 0.3])
            {
                Tensor up = Start(turned), down = Start(turned);
                Optimizer climbing = s_optimizers[name]([up], true, decay), descending = s_optimizers[name]([down], false, decay);
                for (int step = 0; step < 6; step++)
                {
                    Tensor gradient = Gradient(step, turned);
                    (up.Grad, down.Grad) = (gradient, -gradient);
                    climbing.Step();
                    descending.Step();
                }

                Assert.Equal(down.ToArray<double>(), up.ToArray<double>());
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesOfThoseThatDecay))]
    public void Decay_pulls_a_weight_without_a_slope_towards_zero_whichever_way_the_rest_goes(string name)
    {
        foreach (bool maximize in (bool[])[false, true])
        {
            Tensor p = Tensor.From([2.0, -2], 2, 1);
            p.RequiresGrad = true;
            Optimizer optimizer = s_optimizers[name]([p], maximize, 0.3);
            for (int step = 0; step < 3; step++)
            {
                p.Grad = Tensor.Zeros([2, 1], DType.Float64);
                optimizer.Step();
            }

            double[] after = p.ToArray<double>();
            Assert.InRange(after[0], 0, 2 - 1e-6);
            Assert.Equal(-after[0], after[1]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void State_that_a_dictionary_lacks_is_as_if_there_had_been_no_step(string name)
    {
        Tensor[] used = Two(), fresh = Two();
        Optimizer old = s_optimizers[name](used, false, 0.1), young = s_optimizers[name](fresh, false, 0.1);
        Run(old, used, 0, 4);
        old.LoadStateDict(young.StateDict());
        Assert.Equal(young.StateDict().Keys, old.StateDict().Keys);
        Reset(used, fresh);
        Run(old, used, 2, 3);
        Run(young, fresh, 2, 3);
        Assert.Equal(Values(fresh), Values(used));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_dictionary_that_lacks_one_parameter_resets_that_one_alone(string name)
    {
        Tensor[] whole = Two(), used = Two(), alone = [Start(false)];
        Optimizer first = s_optimizers[name](whole, false, 0.1), other = s_optimizers[name](used, false, 0.1);
        Optimizer young = s_optimizers[name](alone, false, 0.1);
        Run(first, whole, 0, 4);
        Run(other, used, 0, 7);
        OrderedDictionary<string, Tensor> state = first.StateDict();
        foreach (string key in state.Keys.Where(static key => key.StartsWith("state.1.", StringComparison.Ordinal)).ToArray())
        {
            state.Remove(key);
        }

        other.LoadStateDict(state);
        Assert.Equal(state.Keys.Order(), other.StateDict().Keys.Order());
        Reset(used, whole);
        alone[0].Detach().CopyFrom(whole[1].Detach());
        Run(first, whole, 4, 3);
        Run(other, used, 4, 3);
        Run(young, alone, 4, 3);
        Assert.Equal(whole[0].ToArray<double>(), used[0].ToArray<double>());
        Assert.Equal(alone[0].ToArray<double>(), used[1].ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_buffer_that_a_dictionary_lacks_begins_anew(string name)
    {
        Tensor[] p = [Start(false)];
        Optimizer source = s_optimizers[name](p, false, 0.1);
        Run(source, p, 0, 4);
        OrderedDictionary<string, Tensor> all = source.StateDict();
        foreach (string left in all.Keys.Where(static key => key.StartsWith("state.", StringComparison.Ordinal)).ToArray())
        {
            OrderedDictionary<string, Tensor> part = new(all);
            part.Remove(left);
            Tensor[] used = [Start(false)], fresh = [Start(false)];
            Optimizer old = s_optimizers[name](used, false, 0.1), young = s_optimizers[name](fresh, false, 0.1);
            Run(old, used, 0, 2);
            old.LoadStateDict(part);
            young.LoadStateDict(part);
            Reset(used, fresh);
            Run(old, used, 4, 2);
            Run(young, fresh, 4, 2);
            Assert.Equal(Values(fresh), Values(used));
        }
    }

    private static void Run(Optimizer optimizer, Tensor[] parameters, int from, int steps)
    {
        for (int step = from; step < from + steps; step++)
        {
            foreach (Tensor parameter in parameters)
            {
                parameter.Grad = Gradient(step, false) * parameter.Detach();
            }

            optimizer.Step();
        }
    }

    private static void Reset(Tensor[] to, Tensor[] from)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i].Detach().CopyFrom(from[i].Detach());
        }
    }

    private static double[] Values(Tensor[] parameters) => [.. parameters.SelectMany(static p => p.ToArray<double>())];

    private static Tensor Start(bool turned)
    {
        Tensor p = Tensor.From([.. Enumerable.Range(0, 21).Select(static i => Math.Sin(i) + 0.1)], 7, 3);
        p = turned ? p.T.Contiguous().T.Detach() : p;
        p.RequiresGrad = true;
        return p;
    }

    // Different, so that neither can be taken for the other.
    private static Tensor[] Two()
    {
        Tensor[] two = [Start(false), Start(false)];
        two[1].Detach().MultiplyInPlace(3);
        return two;
    }

    private static Tensor Gradient(int step, bool turned)
    {
        Tensor g = Tensor.From([.. Enumerable.Range(0, 21).Select(i => Math.Cos(i + (step * 0.7)))], 7, 3);
        return turned ? g.T.Contiguous().T : g;
    }
}
