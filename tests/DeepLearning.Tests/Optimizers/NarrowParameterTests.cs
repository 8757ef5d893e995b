using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Parameters of 16-bit types: every optimizer computes, and remembers, in float32, and rounds the parameter once.</summary>
[Trait("Rerun", "Simd")]
public class NarrowParameterTests
{
    private static readonly Dictionary<string, Func<Tensor[], Optimizer>> s_makers = new()
    {
        ["SGD"] = static p => new SGD(p, 0.05, weightDecay: 0.01),
        ["SGD:momentum"] = static p => new SGD(p, 1e-4, momentum: 0.9, dampening: 0.1),
        ["SGD:Nesterov"] = static p => new SGD(p, 1e-4, momentum: 0.9, nesterov: true),
        ["AdaGrad"] = static p => new AdaGrad(p, 0.1, learningRateDecay: 0.01),
        ["RMSprop"] = static p => new RMSprop(p, 0.01),
        ["RMSprop:momentum"] = static p => new RMSprop(p, 0.01, momentum: 0.5),
        ["RMSprop:centered"] = static p => new RMSprop(p, 0.01, centered: true, eps: 1e-3),
        ["RMSprop:both"] = static p => new RMSprop(p, 0.01, momentum: 0.5, centered: true, eps: 1e-3),
        ["AdaDelta"] = static p => new AdaDelta(p, eps: 1e-3),
        ["Adam"] = static p => new Adam(p, 0.02, weightDecay: 0.1),
        ["Adam:AMSGrad"] = static p => new Adam(p, 0.02, amsgrad: true),
        ["SparseAdam"] = static p => new SparseAdam(p, 0.02),
        ["AdamW"] = static p => new AdamW(p, 0.02),
        ["NAdam"] = static p => new NAdam(p, 0.02, weightDecay: 0.1),
        ["RAdam"] = static p => new RAdam(p, 0.02, weightDecay: 0.1, decoupledWeightDecay: true),
        ["Adamax"] = static p => new Adamax(p, 0.02),
        ["Rprop"] = static p => new Rprop(p, 0.02),
        ["ASGD"] = static p => new ASGD(p, 1e-4, t0: 2),
        ["Adafactor"] = static p => new Adafactor(p, 0.05, eps1: 1e-3),
        ["Lion"] = static p => new Lion(p, 0.02, weightDecay: 0.1),
        ["LAMB"] = static p => new LAMB(p, 0.02, weightDecay: 0.1),
        ["LARS"] = static p => new LARS(p, 20, weightDecay: 0.1),
        ["ScheduleFreeAdamW"] = static p => new ScheduleFreeAdamW(p, 0.05, weightDecay: 0.1),
    };

    /// <summary>Optimizers whose step is another one here, with tests of their own.</summary>
    private static readonly string[] s_others =
    [
        nameof(LBFGS), // needs the loss again
        nameof(Lookahead), // another optimizer rounds first
        nameof(Muon), // takes no vectors
    ];

    public static TheoryData<string, DType> Cases()
    {
        TheoryData<string, DType> cases = [];
        foreach (string name in s_makers.Keys)
        {
            cases.Add(name, DType.Float16);
            cases.Add(name, DType.BFloat16);
        }

        return cases;
    }

    [Fact]
    public void Every_optimizer_is_tried()
    {
        IEnumerable<string> all = typeof(Optimizer).Assembly.GetExportedTypes()
            .Where(static t => t.IsSubclassOf(typeof(Optimizer)) && !t.IsAbstract).Select(static t => t.Name);
        Assert.Equal(all.Order(), s_makers.Keys.Select(static n => n.Split(':')[0]).Distinct().Concat(s_others).Order());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_is_that_of_a_float32_parameter_rounded_once(string name, DType dtype)
    {
        // More than a chunk and no multiple of a vector; gradients whose squares no 16-bit type holds, and tiny ones.
        const int Count = 17_003;
        float[] values = [.. Enumerable.Range(0, Count).Select(static i => 2 + MathF.Sin(i))];
        Tensor narrow = Leaf(Tensor.From(values).To(dtype)), wide = Leaf(narrow.Detach().To(DType.Float32));
        Optimizer a = s_makers[name]([narrow]), b = s_makers[name]([wide]);
        foreach (float size in (float[])[1000, 3e-5f, 30_000, 1, 300])
        {
            wide.Detach().CopyFrom(narrow.Detach());
            Tensor gradient = Tensor.From([.. values.Select(v => (v - 1.9f) * size)]).To(dtype);
            narrow.Grad = gradient;
            wide.Grad = gradient.To(DType.Float32);
            a.Step();
            b.Step();
            Assert.Equal(wide.Detach().To(dtype).ToArray<double>(), narrow.ToArray<double>());
        }

        Assert.All(a.StateDict().Where(static s => s.Key.StartsWith("state.", StringComparison.Ordinal) && s.Value.Count > 1),
            static s => Assert.Equal(DType.Float32, s.Value.DType));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_parameter_in_another_order_of_memory_takes_the_same_steps(string name, DType dtype)
    {
        float[] values = [.. Enumerable.Range(0, 37 * 3).Select(static i => 2 + MathF.Sin(i))];
        Tensor plain = Leaf(Tensor.From(values, 37, 3).To(dtype)), turned = Leaf(Tensor.From(values, 37, 3).To(dtype).T.Contiguous().T);
        Optimizer a = s_makers[name]([plain]), b = s_makers[name]([turned]);
        foreach (float size in (float[])[1000, 1, 300])
        {
            plain.Grad = (plain.Detach() - 1.9) * size;
            turned.Grad = (turned.Detach() - 1.9) * size;
            a.Step();
            b.Step();
        }

        double unit = dtype == DType.Float16 ? 1e-3 : 1e-2;
        Assert.All(plain.ToArray<double>().Zip(turned.ToArray<double>()), p =>
            Assert.True(Math.Abs(p.First - p.Second) <= 2 * unit * (1 + Math.Abs(p.First)), $"{p.First} and {p.Second}"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_large_gradient_does_not_stop_a_parameter_for_good(string name, DType dtype)
    {
        Tensor p = Leaf(Tensor.Ones([4], dtype));
        Optimizer optimizer = s_makers[name]([p]);
        p.Grad = Tensor.Full([4], 257, dtype);
        optimizer.Step();
        double[] before = p.ToArray<double>();
        for (int step = 0; step < 30; step++)
        {
            p.Grad = Tensor.Full([4], -200, dtype);
            optimizer.Step();
        }

        Assert.All(p.ToArray<double>().Zip(before), static x => Assert.True(double.IsFinite(x.First) && x.First > x.Second));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_goes_on_from_its_state_and_from_state_that_was_saved_in_16_bits(string name, DType dtype)
    {
        Tensor whole = Leaf(Tensor.From([0.5, -1, 2, 0.25]).To(dtype)), part = Leaf(whole.Detach().Clone());
        Optimizer a = s_makers[name]([whole]), b = s_makers[name]([part]);
        Train(a, whole, 6);
        Train(b, part, 3);
        OrderedDictionary<string, Tensor> state = b.StateDict();
        Dictionary<string, Tensor> older = state.ToDictionary(
            static s => s.Key, s => s.Value.Count > 1 ? s.Value.To(dtype) : s.Value);
        Tensor other = Leaf(part.Detach().Clone());
        Optimizer c = s_makers[name]([part]), d = s_makers[name]([other]);
        c.LoadStateDict(state);
        d.LoadStateDict(older);
        Train(c, part, 3);
        Train(d, other, 3);
        Assert.Equal(whole.ToArray<double>(), part.ToArray<double>());
        double unit = dtype == DType.Float16 ? 1e-2 : 1e-1;
        Assert.All(other.ToArray<double>().Zip(part.ToArray<double>()), p => Assert.Equal(p.Second, p.First, unit));
        Assert.All(d.StateDict().Values.Where(static s => s.Count > 1), static s => Assert.Equal(DType.Float32, s.DType));
    }

    [Theory]
    [InlineData(DType.Float16, 8)]
    [InlineData(DType.BFloat16, 60)]
    public void A_16_bit_model_learns_from_errors_whose_squares_overflow(DType dtype, double tolerance)
    {
        Generator generator = new(4);
        Linear model = new(3, 1, dtype: dtype, generator: generator);
        Tensor x = Tensor.Randn([64, 3], dtype, generator);
        Tensor y = x.MatMul(Tensor.From([400.0, -300, 200], 3, 1).To(dtype));
        Adam optimizer = new(model.Parameters(), 4);
        for (int step = 0; step < 400; step++)
        {
            optimizer.LearningRate = step < 300 ? 4 : 0.5;
            optimizer.ZeroGrad();
            Loss.MSE(model.Forward(x), y).Backward();
            Gradients.ClipNorm(model.Parameters(), 20_000);
            optimizer.Step();
        }

        Assert.All(model.Weight.ToArray<double>().Zip([400, -300, 200]), p => Assert.Equal(p.Second, p.First, tolerance));
    }

    private static void Train(Optimizer optimizer, Tensor p, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            optimizer.ZeroGrad();
            (p * p * p * p).Sum().Backward();
            optimizer.Step();
        }
    }

    private static Tensor Leaf(Tensor x)
    {
        Tensor leaf = x.Detach();
        leaf.RequiresGrad = true;
        return leaf;
    }
}
