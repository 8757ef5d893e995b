using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Culture")]
public class ModuleTests
{
    [Fact]
    public void Parameters_and_children_are_found_from_the_fields_base_class_first()
    {
        string[] names = [.. new Derived().NamedParameters().Select(p => p.Name)];
        Assert.Equal(["own_weight", "first.weight", "first.bias", "my_head.weight", "blocks.0.weight", "blocks.1.weight"], names);
    }

    [Theory]
    [InlineData("_fc1", "fc1")]
    [InlineData("Fc1", "fc1")]
    [InlineData("<RunningMean>k__BackingField", "running_mean")]
    [InlineData("<head>P", "head")]
    [InlineData("_inProjWeight", "in_proj_weight")]
    [InlineData("SelfAttn", "self_attn")]
    [InlineData("WeightIhL0", "weight_ih_l0")]
    [InlineData("MLPHead", "mlp_head")]
    [InlineData("running_var", "running_var")]
    [InlineData("Conv2dBlock", "conv2d_block")]
    public void Keys_are_snake_case(string field, string key) => Assert.Equal(key, ModuleFields.KeyOf(field));

    [Fact]
    public void Buffers_are_marked_and_may_stay_out_of_the_state_dictionary()
    {
        Buffered module = new();
        Assert.Equal(["table", "running"], module.NamedBuffers().Select(b => b.Name));
        Assert.Equal(["running"], module.StateDict().Keys);
        Assert.Empty(module.Parameters());
    }

    [Fact]
    public void A_shared_parameter_is_listed_once_and_saved_under_both_names()
    {
        Tied module = new();
        Assert.Single(module.Parameters());
        Assert.Equal(["a.weight", "b.weight"], module.StateDict().Keys);
    }

    [Fact]
    public void An_unregistered_module_does_not_belong()
    {
        Student student = new(new Linear(2, 2));
        Assert.Equal(["fc.weight", "fc.bias"], student.NamedParameters().Select(p => p.Name));
    }

    [Fact]
    public void Mode_reaches_every_module_and_a_module_may_refuse_it()
    {
        Frozen frozen = new();
        Sequential model = new(new Identity(), new Sequential(frozen));
        model.Train();
        Assert.True(model[0].Training);
        Assert.False(frozen.Training);
        model.Eval();
        Assert.All(model.Modules(), m => Assert.False(m.Training));
    }

    [Fact]
    public void Conversion_keeps_the_parameter_objects_and_their_gradients()
    {
        Linear layer = new(2, 2);
        Parameter weight = layer.Weight;
        weight.Grad = Tensor.OnesLike(weight);
        float[] values = weight.ToArray<float>();
        layer.To(DType.Float64);
        Assert.Same(weight, layer.Weight);
        Assert.Equal(DType.Float64, weight.DType);
        Assert.Equal(DType.Float64, weight.Grad!.DType);
        Assert.Equal(values, weight.ToArray<float>());
        Assert.True(weight.RequiresGrad);
        Assert.Throws<DTypeException>(() => layer.To(DType.Int64));
    }

    [Fact]
    public void A_parameter_outlives_the_scope_it_was_made_in()
    {
        Linear layer;
        using (new TensorScope())
        {
            layer = new Linear(2, 2);
        }

        Assert.Equal(4, layer.Weight.ToArray<float>().Length);
    }

    [Fact]
    public void Freezing_and_applying_reach_every_module()
    {
        Sequential model = new(new Linear(2, 2), new Sequential(new Linear(2, 2)));
        List<string> visited = [];
        model.RequiresGradInPlace(false).Apply(m => visited.Add(m.Path));
        Assert.All(model.Parameters(), p => Assert.False(p.RequiresGrad));
        Assert.Equal(["1.0", "1", "0", ""], visited);
    }

    [Fact]
    public void A_wrong_input_names_the_layer_by_its_path()
    {
        Sequential model = new() { { "encoder", new Sequential(new Identity(), new Linear(4, 3)) } };
        model.Eval();
        ShapeException error = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(2, 5)));
        Assert.StartsWith("encoder.1 (Linear 4→3): ", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 5]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Print_shows_the_tree()
    {
        Sequential model = new(new Linear(784, 512), new Sequential(new Identity()));
        Assert.Equal("Sequential(\n  (0): Linear(784→512)\n  (1): Sequential(\n    (0): Identity()\n  )\n)", model.ToString());
    }

    [Fact]
    public void One_model_serves_many_threads()
    {
        Sequential model = new Sequential(new Linear(16, 32), new Lambda(x => x.Tanh()), new Linear(32, 4)).Eval();
        Tensor input = Tensor.Full([3, 16], 0.25);
        float[] expected = model.Forward(input).ToArray<float>();
        Parallel.For(0, 64, _ =>
        {
            using GradMode.Region region = GradMode.NoGrad();
            Assert.Equal(expected, model.Forward(input).ToArray<float>());
        });
    }

    private class Base : Module<Tensor, Tensor>
    {
        private readonly Parameter _ownWeight = new(Tensor.Zeros(1));

        public Linear First { get; } = new(2, 2);

        public override Tensor Forward(Tensor input) => input * _ownWeight;
    }

    private sealed class Derived : Base
    {
        public readonly Linear MyHead = new(2, 2, bias: false);
        private readonly Linear[] _blocks = [new(2, 2, bias: false), new(2, 2, bias: false)];
        private readonly Tensor _scratch = Tensor.Zeros(3);

        public override Tensor Forward(Tensor input) => _blocks[0].Forward(input) + _scratch;
    }

    private sealed class Buffered : Module<Tensor, Tensor>
    {
        [Buffer(Persistent = false)]
        private readonly Tensor _table = Tensor.Zeros(2);

        [field: Buffer]
        public Tensor Running { get; } = Tensor.Zeros(2);

        public override Tensor Forward(Tensor input) => input + _table;
    }

    private sealed class Tied : Module<Tensor, Tensor>
    {
        private readonly Linear _a = new(2, 2, bias: false), _b = new(2, 2, bias: false);

        public Tied() => _b.Weight = _a.Weight;

        public override Tensor Forward(Tensor input) => _b.Forward(_a.Forward(input));
    }

    private sealed class Student(Module<Tensor, Tensor> teacher) : Module<Tensor, Tensor>
    {
        [Unregistered]
        private readonly Module<Tensor, Tensor> _teacher = teacher;
        private readonly Linear _fc = new(2, 2);

        public override Tensor Forward(Tensor input) => _fc.Forward(input) - _teacher.Forward(input);
    }

    private sealed class Frozen : Module<Tensor, Tensor>
    {
        public override Tensor Forward(Tensor input) => input;

        protected override bool OnModeChange(bool training) => false;
    }
}
