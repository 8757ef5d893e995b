using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Layers;

/// <summary>Copies of models: what is copied, what stays shared.</summary>
public class DeepCopyTests
{
    [Fact]
    public void A_copy_computes_the_same_and_is_trained_alone()
    {
        Everything model = new();
        Tensor x = Tensor.Randn(4, 3);
        Everything copy = model.DeepCopy();
        Assert.Equal(model.StateDict().Keys, copy.StateDict().Keys);
        model.Eval();
        copy.Eval();
        Assert.True(model.Forward(x).Equal(copy.Forward(x)));

        Tensor before = model.Forward(x);
        SGD optimizer = new(copy.Parameters(), 0.5);
        copy.Forward(x).Sum().Backward();
        optimizer.Step();
        Assert.All(model.Parameters(), static parameter => Assert.Null(parameter.Grad));
        Assert.True(model.Forward(x).Equal(before));
        Assert.False(copy.Forward(x).Equal(before));
        Assert.Empty(copy.Parameters().Intersect(model.Parameters()));
        Assert.Empty(copy.Buffers().Intersect(model.Buffers()));
        Assert.Empty(copy.Modules().Intersect(model.Modules()));
    }

    [Fact]
    public void What_is_shared_within_a_model_is_shared_within_its_copy()
    {
        Tied model = new();
        Tied copy = model.DeepCopy();
        Assert.Single(copy.Parameters());
        Assert.Same(copy.Encoder.Weight, copy.Decoder.Weight);
        Assert.NotSame(model.Encoder.Weight, copy.Encoder.Weight);
    }

    [Fact]
    public void What_a_module_refers_to_is_the_copy_inside_and_the_same_outside()
    {
        Linear teacher = new(2, 2);
        Child inner = new(teacher);
        Parent parent = new(inner);
        Parent copy = parent.DeepCopy();
        Assert.Same(copy, copy.Inner.Parent);
        Assert.Same(teacher, copy.Inner.Teacher);
    }

    [Fact]
    public void Modes_gradients_frozen_parameters_and_names_are_copied()
    {
        Linear model = new(2, 3);
        model.Forward(Tensor.Ones(1, 2)).Sum().Backward();
        model.Freeze("bias");
        model.Eval();
        Linear copy = model.DeepCopy();
        Assert.False(copy.Training);
        Assert.True(copy.Weight.Grad!.Equal(model.Weight.Grad!));
        Assert.NotSame(model.Weight.Grad, copy.Weight.Grad);
        Assert.False(copy.Bias!.RequiresGrad);

        Numbered numbered = new(3);
        Assert.Equal(["weight_l0", "weight_l1", "weight_l2"], numbered.DeepCopy().StateDict().Keys);
        Assert.Empty(numbered.Parameters().Intersect(numbered.DeepCopy().Parameters()));
    }

    [Fact]
    public void A_chain_of_modules_of_any_kind_calls_the_copies()
    {
        Sequential<Tensor, Tensor> chain = new Linear(2, 3).Then(static x => x.Tanh()).Then(new Linear(3, 1));
        Sequential<Tensor, Tensor> copy = chain.DeepCopy();
        Tensor x = Tensor.Randn(4, 2);
        Assert.True(chain.Forward(x).Equal(copy.Forward(x)));
        foreach (Parameter parameter in copy.Parameters())
        {
            parameter.Detach().ZeroInPlace();
        }

        Assert.True(copy.Forward(x).Equal(Tensor.Zeros(4, 1)));
        Assert.False(chain.Forward(x).Equal(Tensor.Zeros(4, 1)));
    }

    [Fact]
    public void A_parametrized_layer_is_copied_with_what_its_parameter_is_computed_from()
    {
        Linear model = new(3, 2);
        model.WeightNorm();
        Linear copy = model.DeepCopy();
        Tensor x = Tensor.Randn(4, 3), before = model.Forward(x);
        Assert.Equal(model.StateDict().Keys, copy.StateDict().Keys);
        Assert.True(copy.Forward(x).Equal(before));
        Assert.Empty(copy.Parameters().Intersect(model.Parameters()));
        SGD optimizer = new(copy.Parameters(), 0.5);
        copy.Forward(x).Square().Sum().Backward();
        optimizer.Step();
        Assert.False(copy.Forward(x).Equal(before));
        Assert.True(model.Forward(x).Equal(before));
    }

    [Fact]
    public void A_module_whose_method_a_layer_calls_is_the_copys()
    {
        TransformerEncoderLayer model = new(4, 2, 5, dropout: 0, activation: new PReLU(initial: 0.3).Forward);
        TransformerEncoderLayer copy = model.DeepCopy();
        Tensor x = Tensor.Randn(3, 2, 4), before = model.Forward(x);
        Assert.True(copy.Forward(x).Equal(before));
        ((PReLU)copy.Activation!).Weight.Detach().FillInPlace(7);
        Assert.False(copy.Forward(x).Equal(before));
        Assert.True(model.Forward(x).Equal(before));
    }

    [Fact]
    public void Errors_of_a_copy_name_its_own_place()
    {
        Sequential model = new(new ReLU(), new Linear(2, 3));
        Assert.Equal("1", model.Modules()[^1].Path);
        Sequential other = new(((Linear)model[1]).DeepCopy());
        Assert.Equal("0", other.Modules()[^1].Path);
        Assert.Equal("1", model[1].Path);
    }

    [Fact]
    public void Hooks_of_a_copy_are_its_own()
    {
        Linear model = new(2, 2);
        int calls = 0;
        model.RegisterForwardHook((_, _, _) =>
        {
            calls++;
            return null;
        });
        Linear copy = model.DeepCopy();
        copy.RegisterForwardHook((_, _, _) =>
        {
            calls += 100;
            return null;
        });
        model.Forward(Tensor.Ones(1, 2));
        Assert.Equal(1, calls);
        copy.Forward(Tensor.Ones(1, 2));
        Assert.Equal(102, calls);
    }

    private sealed class Everything : Layer
    {
        private readonly Linear _first = new(3, 3);
        private readonly Linear[] _array = [new(3, 3), new(3, 3)];
        private readonly List<Linear> _list = [new(3, 3)];
        private readonly Dictionary<string, Linear> _named = new() { ["a"] = new(3, 3) };
        private readonly (Linear One, BatchNorm1d Two) _pair = (new(3, 3), new(3));
        private readonly ModuleList<Linear> _modules = new(new Linear(3, 3));
        private readonly ModuleDict<Linear> _dict = [];
        private readonly Sequential _chain = new(new Linear(3, 3), new ReLU());
        private readonly ParameterList _parameters = new(new Parameter(Tensor.Ones(3)));
        private readonly ParameterDict _byName = [];
        private readonly Branches _parallel = new(BranchJoin.Sum, new Linear(3, 3), new Residual(new Linear(3, 3)));

        [Buffer]
        private readonly Tensor _buffer = Tensor.FromScalar(2.0);

        public Everything()
        {
            _dict.Add("b", new Linear(3, 3));
            _byName.Add("p", new Parameter(Tensor.Ones(3)));
        }

        protected override Tensor Compute(Tensor input)
        {
            Tensor x = _first.Forward(input);
            foreach (Linear linear in (IEnumerable<Linear>)[.. _array, .. _list, .. _named.Values, _pair.One, .. _modules, .. _dict.Values])
            {
                x = linear.Forward(x).Tanh();
            }

            return _parallel.Forward(_chain.Forward(_pair.Two.Forward(x))) * _parameters[0] * _byName["p"] * _buffer;
        }
    }

    private sealed class Tied : Layer
    {
        public Tied() => Decoder.Weight = Encoder.Weight;

        public Embedding Encoder { get; } = new(5, 2);

        public Linear Decoder { get; } = new(2, 5, bias: false);

        protected override Tensor Compute(Tensor input) => Decoder.Forward(Encoder.Forward(input));
    }

    private sealed class Parent : Layer
    {
        public Parent(Child inner) => (Inner, inner.Parent) = (inner, this);

        public Child Inner { get; }

        protected override Tensor Compute(Tensor input) => Inner.Forward(input);
    }

    private sealed class Child(Linear teacher) : Layer
    {
        [Unregistered]
        public Parent? Parent;

        [field: Unregistered]
        public Linear Teacher { get; } = teacher;

        protected override Tensor Compute(Tensor input) => input;
    }

    private sealed class Numbered : Layer
    {
        private readonly List<Parameter> _weights = [];

        public Numbered(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _weights.Add(Register($"weight_l{i}", new Parameter(Tensor.Ones(i + 1))));
            }
        }

        protected override Tensor Compute(Tensor input) => input;
    }
}
