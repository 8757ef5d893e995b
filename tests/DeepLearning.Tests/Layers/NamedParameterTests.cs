using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Layers;

/// <summary>Names in the state dictionary that a module gives itself: by attribute, or by registering what it makes in a loop.</summary>
public sealed class NamedParameterTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void A_list_whose_length_is_known_at_run_time_has_the_keys_of_PyTorch(int layers, bool bidirectional)
    {
        Recurrent module = new(layers, bidirectional);
        List<string> expected = [];
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string end in bidirectional ? (string[])["", "_reverse"] : [""])
            {
                expected.AddRange([$"weight_ih_l{layer}{end}", $"weight_hh_l{layer}{end}"]);
            }
        }

        Assert.Equal(["start", .. expected, "projection.weight", "projection.bias"], module.StateDict().Keys);
        Assert.Equal(["rnn.start", "rnn.weight_ih_l0"], new Holder(module).NamedParameters().Take(2).Select(static p => p.Name));
    }

    [Fact]
    public void What_is_registered_is_saved_loaded_trained_and_converted_as_every_parameter()
    {
        Recurrent module = new(2, true), other = new(2, true);
        other.LoadStateDict(module.StateDict());
        Assert.All(
            module.NamedParameters().Zip(other.NamedParameters()),
            static pair => Assert.Equal(pair.First.Parameter.ToArray<float>(), pair.Second.Parameter.ToArray<float>()));
        Parameter last = other.NamedParameters().Single(static p => p.Name == "weight_hh_l1_reverse").Parameter;
        last.Grad = Tensor.OnesLike(last);
        float before = last.ToArray<float>()[0];
        new SGD(other.Parameters(), learningRate: 0.5).Step();
        Assert.Equal(before - 0.5f, last.ToArray<float>()[0]);
        Assert.All(other.To(DType.Float64).Parameters(), static p => Assert.Equal(DType.Float64, p.DType));
    }

    [Fact]
    public void A_registered_parameter_that_no_field_holds_comes_after_the_others()
    {
        OnlyRegistered module = new();
        Assert.Equal(["weight", "late"], module.StateDict().Keys);
    }

    [Fact]
    public void An_attribute_names_a_field_a_property_a_buffer_and_a_list()
    {
        Attributed module = new();
        Assert.Equal(["A_log", "gamma", "stages.0.weight", "stages.0.bias"], module.NamedParameters().Select(static p => p.Name));
        Assert.Equal("mask", Assert.Single(module.NamedBuffers()).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    public void A_name_that_could_not_be_part_of_a_path_is_refused(string name) => Assert.Contains(
        "is not a name", Assert.Throws<ArgumentException>(() => new Registering([name])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_or_a_parameter_is_registered_once()
    {
        Assert.Throws<ArgumentException>(() => new Registering(["a", "a"]));
        Assert.Throws<ArgumentException>(() => new Registering(["a", "b"], sameParameter: true));
        Assert.Equal(["a", "b"], new Registering(["a", "b"]).StateDict().Keys);
    }

    [Fact]
    public void An_attribute_that_is_no_name_is_refused() => Assert.Contains(
        "[Name(\"a.b\")] on _weight", Assert.Throws<InvalidOperationException>(() => new Dotted().Parameters()).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Two_members_of_one_name_are_refused_before_one_is_lost_in_a_file()
    {
        foreach (Module module in (Module[])[new SameField(), new Registering(["held"])])
        {
            Assert.Contains("'held'", Assert.Throws<InvalidOperationException>(() => module.StateDict()).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => module.LoadStateDict(new Dictionary<string, Tensor>(), strict: false));
        }
    }

    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly Parameter _start = new(Tensor.Zeros(2));
        private readonly List<Parameter> _weights = [];
        private readonly Linear _projection = new(2, 1);

        public Recurrent(int layers, bool bidirectional)
        {
            for (int layer = 0; layer < layers; layer++)
            {
                foreach (string end in bidirectional ? (string[])["", "_reverse"] : [""])
                {
                    _weights.Add(Register($"weight_ih_l{layer}{end}", new Parameter(Tensor.Randn(2, 2))));
                    _weights.Add(Register($"weight_hh_l{layer}{end}", new Parameter(Tensor.Randn(2, 2))));
                }
            }
        }

        public override Tensor Forward(Tensor input)
        {
            Tensor x = input + _start;
            foreach (Parameter weight in _weights)
            {
                x = x.MatMul(weight).Tanh();
            }

            return _projection.Forward(x);
        }
    }

    private sealed class Holder(Recurrent rnn) : Module<Tensor, Tensor>
    {
        private readonly Recurrent _rnn = rnn;

        public override Tensor Forward(Tensor input) => _rnn.Forward(input);
    }

    private sealed class OnlyRegistered : Module<Tensor, Tensor>
    {
        private readonly Parameter _weight = new(Tensor.Ones(1));

        public OnlyRegistered() => Register("late", new Parameter(Tensor.Ones(1)));

        public override Tensor Forward(Tensor input) => input * _weight;
    }

    private sealed class Attributed : Module<Tensor, Tensor>
    {
        [Name("A_log")]
        private readonly Parameter _aLogarithm = new(Tensor.Ones(1));

        [Buffer]
        [Name("mask")]
        private readonly Tensor _hidden = Tensor.Ones(1);

        [Name("stages")]
        private readonly List<Linear> _parts = [new(1, 1)];

        [field: Name("gamma")]
        public Parameter Scale { get; } = new(Tensor.Ones(1));

        public override Tensor Forward(Tensor input) => _parts[0].Forward(input) * Scale * _aLogarithm * _hidden;
    }

    private sealed class Registering : Module<Tensor, Tensor>
    {
        private readonly Parameter? _held;

        public Registering(string[] names, bool sameParameter = false)
        {
            Parameter shared = new(Tensor.Ones(1));
            foreach (string name in names)
            {
                Register(name, sameParameter ? shared : new Parameter(Tensor.Ones(1)));
            }

            _held = names.Contains("held") ? shared : null;
        }

        public override Tensor Forward(Tensor input) => _held is null ? input : input * _held;
    }

    private sealed class Dotted : Module<Tensor, Tensor>
    {
        [Name("a.b")]
        private readonly Parameter _weight = new(Tensor.Ones(1));

        public override Tensor Forward(Tensor input) => input * _weight;
    }

    private class FirstField : Module<Tensor, Tensor>
    {
        private readonly Parameter _held = new(Tensor.Ones(1));

        public override Tensor Forward(Tensor input) => input * _held;
    }

    private sealed class SameField : FirstField
    {
        private readonly Parameter _held = new(Tensor.Ones(2));

        public override Tensor Forward(Tensor input) => base.Forward(input) * _held;
    }
}
