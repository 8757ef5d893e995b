using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public class OptimizerTests
{
    public static readonly TheoryData<string> Names = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Centered", "AdaDelta", "Adam",
        "AMSGrad", "AdamW", "NAdam", "RAdam", "Adamax", "Rprop", "ASGD", "Adafactor", "Lion", "LAMB", "LARS",
        "ScheduleFreeAdamW", "Lookahead"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_fused_pass_equals_the_composition_it_stands_for(string name)
    {
        // A transposed leaf takes the composed way, a contiguous one the kernel.
        float[] values = [.. Enumerable.Range(0, 37 * 3).Select(i => MathF.Sin(i))];
        Tensor plain = Tensor.From(values, 37, 3).Detach(), turned = Tensor.From(values, 37, 3).T.Contiguous().T.Detach();
        plain.RequiresGrad = turned.RequiresGrad = true;
        Optimizer a = Make(name, [plain]), b = Make(name, [turned]);
        for (int step = 0; step < 5; step++)
        {
            plain.Grad = (plain.Detach() * plain.Detach()) - 0.3;
            turned.Grad = (turned.Detach() * turned.Detach()) - 0.3;
            a.Step();
            b.Step();
        }

        Assert.All(plain.ToArray<float>().Zip(turned.ToArray<float>()), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_resumed_from_its_state_goes_on_bit_for_bit(string name)
    {
        Parameter whole = Start(), part = Start();
        Optimizer a = Make(name, [whole]);
        Train(a, whole, 6);
        Optimizer first = Make(name, [part]);
        Train(first, part, 3);
        Optimizer second = Make(name, [part]);
        second.LearningRate = 123;
        second.LoadStateDict(first.StateDict());
        Train(second, part, 3);
        Assert.Equal(whole.ToArray<double>(), part.ToArray<double>());
    }

    [Fact]
    public void A_dictionary_with_options_that_are_missing_or_make_no_sense_changes_nothing()
    {
        Parameter p = new(Tensor.Ones(2));
        Adam optimizer = new([p], learningRate: 0.25);
        p.Grad = Tensor.Ones(2);
        optimizer.Step();
        StateDictException empty = Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(new Dictionary<string, Tensor>()));
        Assert.Contains("groups.0.beta1 is missing", empty.Message, StringComparison.Ordinal);
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        state["groups.0.learning_rate"] = Tensor.FromScalar(double.NaN);
        state["state.0.step"] = Tensor.Zeros(2);
        string message = Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(state)).Message;
        Assert.Contains("LearningRate must be 0 or more", message, StringComparison.Ordinal);
        Assert.Contains("state.0.step is [2], not a number", message, StringComparison.Ordinal);
        Assert.Equal(0.25, optimizer.LearningRate);
        Assert.Equal(1, optimizer.StateDict()["state.0.step"].Item<long>());
    }

    [Fact]
    public void A_state_of_other_parameters_is_refused_as_a_whole()
    {
        Parameter small = Start();
        Optimizer from = Make("Adam", [small]);
        Train(from, small, 1);
        Optimizer to = Make("Adam", [new Parameter(Tensor.Zeros(7))]);
        StateDictException error = Assert.Throws<StateDictException>(() => to.LoadStateDict(from.StateDict()));
        Assert.Contains("state.0.exp_avg is [5], the parameter [7]", error.Message, StringComparison.Ordinal);
        Assert.Contains("state.0.exp_avg_sq", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_made_inside_a_scope_outlives_it_and_the_step_is_seen_by_pending_gradients()
    {
        Parameter p = Start();
        Optimizer optimizer = Make("Adam", [p]);
        for (int step = 0; step < 3; step++)
        {
            using TensorScope scope = new();
            (p * p).Sum().Backward();
            optimizer.Step();
            optimizer.ZeroGrad();
        }

        Tensor pending = (p * p).Sum();
        p.Grad = Tensor.OnesLike(p);
        optimizer.Step();
        Assert.Throws<AutogradException>(() => pending.Backward());
    }

    [Fact]
    public void Groups_have_options_of_their_own()
    {
        Parameter a = new(Tensor.Zeros(1)), b = new(Tensor.Zeros(1));
        SGDOptions shared = new() { LearningRate = 1 };
        SGD optimizer = new(new ParameterGroup<SGDOptions>([a], shared), new ParameterGroup<SGDOptions>([b], shared));
        optimizer.ParameterGroups[1].Options.LearningRate = 10;
        a.Grad = b.Grad = Tensor.Ones(1);
        optimizer.Step();
        Assert.Equal((-1f, -10f), (a.Item<float>(), b.Item<float>()));
        optimizer.LearningRate = 2;
        Assert.All(optimizer.ParameterGroups, g => Assert.Equal(2, g.Options.LearningRate));
    }

    [Fact]
    public void Parameters_without_a_gradient_stay()
    {
        Parameter p = Start();
        double[] before = p.ToArray<double>();
        Make("Adam", [p]).Step();
        Assert.Equal(before, p.ToArray<double>());
    }

    [Fact]
    public void Options_and_parameters_that_make_no_sense_are_refused()
    {
        Parameter p = Start();
        Assert.Throws<ArgumentOutOfRangeException>(() => new SGD([p], -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], beta1: 1));
        Assert.Throws<ArgumentException>(() => new SGD([p], 0.1, nesterov: true));
        Assert.Throws<ArgumentException>(() => new SGD([p, p], 0.1));
        Assert.Throws<ArgumentException>(() => new SGD([p * 2], 0.1));
        Assert.Throws<ArgumentException>(() => new SGD([], 0.1));
    }

    private static Parameter Start() => new(Tensor.From([0.5, -1, 2, 0.1, -0.3]));

    private static void Train(Optimizer optimizer, Parameter p, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            optimizer.ZeroGrad();
            (p * p * p * p).Sum().Backward();
            optimizer.Step();
        }
    }

    private static Optimizer Make(string name, Tensor[] p) => name switch
    {
        "SGD" => new SGD(p, 0.05, weightDecay: 0.01),
        "Momentum" => new SGD(p, 0.05, momentum: 0.9, dampening: 0.1),
        "Nesterov" => new SGD(p, 0.05, momentum: 0.9, nesterov: true, maximize: true),
        "AdaGrad" => new AdaGrad(p, 0.1, learningRateDecay: 0.01),
        "RMSprop" => new RMSprop(p, 0.01, momentum: 0.5),
        "Centered" => new RMSprop(p, 0.01, momentum: 0.5, centered: true, eps: 1e-3),
        "AdaDelta" => new AdaDelta(p),
        "Adam" => new Adam(p, 0.02, weightDecay: 0.1),
        "AMSGrad" => new Adam(p, 0.02, amsgrad: true),
        "NAdam" => new NAdam(p, 0.02, weightDecay: 0.1, decoupledWeightDecay: true),
        "RAdam" => new RAdam(p, 0.02, beta2: 0.7),
        "Adamax" => new Adamax(p, 0.02),
        "Rprop" => new Rprop(p, 0.02),
        "ASGD" => new ASGD(p, 0.02, t0: 2),
        "Adafactor" => new Adafactor(p, 0.02, eps2: 0.1),
        "Lion" => new Lion(p, 0.02, weightDecay: 0.1),
        "LAMB" => new LAMB(p, 0.02),
        "LARS" => new LARS(p, 2, weightDecay: 0.1),
        "ScheduleFreeAdamW" => new ScheduleFreeAdamW(p, 0.02, warmUpSteps: 4),
        "Lookahead" => new Lookahead(new SGD(p, 0.02, momentum: 0.9), 2, 0.3),
        _ => new AdamW(p, 0.02),
    };
}
