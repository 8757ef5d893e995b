using DeepLearning.Layers;
using DeepLearning.Losses;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>The check of derivatives that users run on layers of their own.</summary>
public sealed class GradCheckTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wrong_gradient_of_a_parameter_is_found_also_if_the_function_only_uses_it(bool second)
    {
        Scale wrong = new(second ? Fault.Second : Fault.First);
        Tensor x = Input(3);
        GradCheckException ofModule = Assert.Throws<GradCheckException>(() => Check(second, wrong, x));
        Assert.Contains("with respect to the parameter weight [3]", ofModule.Message, StringComparison.Ordinal);
        Assert.Throws<GradCheckException>(() => Check(second, inputs => wrong.Forward(inputs[0]), x));

        Scale right = new(Fault.None);
        Check(second, right, x);
        Check(second, inputs => right.Forward(inputs[0]), x);
    }

    [Fact]
    public void Modules_of_the_library_pass_with_their_parameters_and_are_left_as_they_were()
    {
        Sequential model = new Sequential(new Linear(3, 4), new BatchNorm1d(4), new Lambda(static x => x.Tanh()), new Linear(4, 2))
            .To(DType.Float64);
        OrderedDictionary<string, Tensor> before = [];
        foreach ((string key, Tensor tensor) in model.StateDict())
        {
            before[key] = tensor.Clone();
        }

        Tensor x = Tensor.Randn([5, 3], DType.Float64, generator: new Generator(3));
        GradCheck.First(model, x);
        GradCheck.Second(model, x);
        x.RequiresGrad = true;
        GradCheck.First(model, x);
        Assert.All(model.StateDict(), entry => Assert.True(entry.Value.Equal(before[entry.Key]), entry.Key));
    }

    [Fact]
    public void A_loss_is_checked_like_any_module_of_two_inputs()
    {
        Tensor x = Input(4), y = Tensor.Zeros([4], DType.Float64);
        GradCheck.First(new MSELoss(), x, y);
        GradCheck.Second(new HuberLoss(), x, y);
    }

    [Fact]
    public void What_is_used_beside_the_inputs_must_be_float64_too()
    {
        Linear model = new(3, 2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => GradCheck.First(inputs => model.Forward(inputs[0].To(DType.Float32)).To(DType.Float64), [Input(3)]));
        Assert.Contains("beside its inputs is float32[", error.Message, StringComparison.Ordinal);
        Assert.Contains("the parameter ", Assert.Throws<ArgumentException>(
            () => GradCheck.First(model, Tensor.Zeros(1, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_check_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => GradCheck.First(static inputs => inputs[0].Sum(), [Tensor.Zeros([2], DType.Float64)]));
        Assert.Throws<ArgumentException>(() => GradCheck.First(new ReLU(), Tensor.Zeros([2], DType.Float64)));
    }

    private static Tensor Input(int count)
    {
        Tensor x = Tensor.Linspace(0.5, 1.5, count, DType.Float64);
        x.RequiresGrad = true;
        return x;
    }

    private static void Check(bool second, Module<Tensor, Tensor> module, Tensor x)
    {
        if (second)
        {
            GradCheck.Second(module, x);
        }
        else
        {
            GradCheck.First(module, x);
        }
    }

    private static void Check(bool second, Func<Tensor[], Tensor> function, Tensor x)
    {
        if (second)
        {
            GradCheck.Second(function, [x]);
        }
        else
        {
            GradCheck.First(function, [x]);
        }
    }

    private enum Fault
    {
        None,
        First,
        Second,
    }

    /// <summary>x² · w; a wrong one forgets a factor in the gradient of w, or that the gradient of x depends on w.</summary>
    private sealed class Scale(Fault fault) : Module<Tensor, Tensor>
    {
        private readonly Parameter _weight = new(Tensor.From([0.5, -1.5, 2.0]));

        public override Tensor Forward(Tensor input) => new Product { Fault = fault }.Apply(input * input, _weight);
    }

    private sealed class Product : Function
    {
        public Fault Fault { get; init; }

        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs)
        {
            Save(inputs[0], inputs[1]);
            return inputs[0] * inputs[1];
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            gradients[0] = gradient * (Fault == Fault.Second ? Saved(1).Detach() : Saved(1));
            gradients[1] = gradient * Saved(0) * (Fault == Fault.First ? 0.5 : 1);
        }
    }
}
