using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Layers;

/// <summary>Parameters computed from others, as users meet them: training, files, moves, printing, removal, their own.</summary>
public sealed class ParametrizationTests
{
    [Fact]
    public void A_refused_input_leaves_the_power_iteration_where_it_was()
    {
        Linear layer = new Linear(3, 2).SpectralNorm();
        layer.Forward(Tensor.Ones(1, 3));
        byte[] before = DeepLearning.Serialization.Safetensors.ToBytes(layer.StateDict());
        Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones(1, 4)));
        Assert.Equal(before, DeepLearning.Serialization.Safetensors.ToBytes(layer.StateDict()));
        layer.Forward(Tensor.Ones(1, 3));
        byte[] after = DeepLearning.Serialization.Safetensors.ToBytes(layer.StateDict());
        Assert.NotEqual(before, after);
        layer.Eval();
        Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Ones(1, 4)));
        Assert.Equal(after, DeepLearning.Serialization.Safetensors.ToBytes(layer.StateDict()));
    }

    [Fact]
    public void The_keys_are_those_of_PyTorch()
    {
        Assert.Equal(
            ["bias", "parametrizations.weight.original0", "parametrizations.weight.original1"],
            new Linear(3, 4).WeightNorm().StateDict().Keys);
        Assert.Equal(
            ["bias", "parametrizations.weight.original", "parametrizations.weight.0._u", "parametrizations.weight.0._v"],
            new Linear(3, 4).SpectralNorm().StateDict().Keys);
        Assert.Equal(
            ["bias", "parametrizations.weight.original", "parametrizations.weight.0.base"],
            new Linear(4, 4).Orthogonal().StateDict().Keys);
        Assert.Equal(
            ["0.bias", "0.parametrizations.weight.original", "1.weight"],
            new Sequential(new Linear(4, 4).Orthogonal(useTrivialization: false), new PReLU()).StateDict().Keys);
    }

    [Fact]
    public void A_layer_computes_at_first_what_it_computed_before()
    {
        Tensor x = Tensor.Randn([2, 3]);
        Linear layer = new(3, 4);
        Tensor before = layer.Forward(x).Detach();
        layer.WeightNorm();
        Assert.True(before.AllClose(layer.Forward(x), 1e-5, 1e-6));
    }

    [Theory]
    [InlineData("weight norm")]
    [InlineData("spectral norm")]
    [InlineData("orthogonal")]
    [InlineData("own")]
    public void Originals_are_trained_through_the_parameter(string kind)
    {
        Linear layer = new(4, 4, dtype: DType.Float64, generator: new Generator(1));
        Parametrized(layer, kind);
        Tensor x = Tensor.Randn([16, 4], DType.Float64), wanted = kind == "orthogonal" ? x.Flip(1) : x.Tril();
        SGD optimizer = new(layer.Parameters(), 0.05);
        double first = double.NaN, last = double.NaN;
        for (int step = 0; step < 60; step++)
        {
            optimizer.ZeroGrad();
            Tensor loss = (layer.Forward(x) - wanted).Square().Mean();
            loss.Backward();
            Assert.All(layer.Parameters(), static p => Assert.NotNull(p.Grad));
            optimizer.Step();
            last = loss.Item<double>();
            first = step == 0 ? last : first;
        }

        Assert.True(last < 0.8 * first, $"{first} to {last}");
        if (kind == "orthogonal")
        {
            layer.Forward(x);
            Assert.True(layer.Weight.MatMul(layer.Weight.T).AllClose(Tensor.Eye(4, dtype: DType.Float64), 1e-10, 1e-10));
        }
    }

    [Theory]
    [InlineData("weight norm")]
    [InlineData("spectral norm")]
    [InlineData("orthogonal")]
    [InlineData("own")]
    public void A_file_brings_the_same_outputs_back(string kind)
    {
        using TemporaryFolder folder = new();
        Linear layer = Parametrized(new Linear(4, 4), kind), other = Parametrized(new Linear(4, 4), kind);
        Tensor x = Tensor.Randn([3, 4]);
        layer.Forward(x);
        Tensor expected = layer.Eval().Forward(x);
        layer.Save(folder["layer.safetensors"]);
        other.Load(folder["layer.safetensors"]);
        Assert.True(layer.Weight.AllClose(other.Weight, 0, 0), "the parameter is computed anew where its originals are loaded");
        Assert.True(expected.Equal(other.Eval().Forward(x)));
        Assert.Throws<StateDictException>(() => new Linear(4, 4).LoadStateDict(layer.StateDict()));
    }

    [Fact]
    public void A_model_is_converted_with_its_originals()
    {
        Sequential model = new(new Linear(4, 4).SpectralNorm(), new Linear(4, 4).Orthogonal(), new Linear(4, 2).WeightNorm());
        model.To(DType.Float64);
        Assert.All(model.StateDict().Values, static v => Assert.Equal(DType.Float64, v.DType));
        Assert.Equal(DType.Float64, ((Linear)model[0]).Weight.DType);
        Assert.Equal(DType.Float64, model.Forward(Tensor.Randn([2, 4], DType.Float64)).DType);
        model.To(DType.Float16);
        Assert.Equal(DType.Float16, model.Forward(Tensor.Randn([2, 4], DType.Float16)).DType);
    }

    [Fact]
    public void It_shows_in_print_and_in_the_summary()
    {
        Linear layer = new Linear(3, 4).WeightNorm();
        Assert.Contains("(weight): ParametrizationList(", layer.ToString(), StringComparison.Ordinal);
        Assert.Contains("(0): WeightNorm(axis 0)", layer.ToString(), StringComparison.Ordinal);
        ModuleSummary summary = layer.Summary(2, 3);
        Assert.Equal(4 + 4 + 12, summary.Parameters);
        Assert.Equal(24, summary.MultiplyAdds);
    }

    [Fact]
    public void Two_forward_passes_before_one_backward_pass_keep_apart()
    {
        Linear layer = new Linear(3, 2, dtype: DType.Float64).SpectralNorm();
        Tensor x = Tensor.Randn([2, 3], DType.Float64), y = Tensor.Randn([2, 3], DType.Float64);
        (layer.Forward(x).Sum() - layer.Forward(y).Square().Sum()).Backward();
        Assert.NotNull(layer.Parameters()[1].Grad);
        layer.Forward(x).Sum().Backward();
    }

    [Fact]
    public void A_spectral_norm_is_one_after_some_steps_and_iterates_in_training_alone()
    {
        Linear layer = new Linear(6, 5, dtype: DType.Float64).SpectralNorm(nPowerIterations: 3);
        Tensor x = Tensor.Randn([1, 6], DType.Float64);
        for (int i = 0; i < 50; i++)
        {
            layer.Forward(x);
        }

        Assert.Equal(1, Linalg.Svd(layer.Weight.Detach()).S.Max().Item<double>(), 1e-6);
        Tensor[] before = [.. layer.Buffers().Select(static b => b.Clone())];
        layer.Eval().Forward(x);
        layer.To(DType.Float64).LoadStateDict(layer.StateDict());
        Assert.All(before.Zip(layer.Buffers()), static pair => Assert.True(pair.First.Equal(pair.Second)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_parameter_that_is_no_longer_computed_is_the_last_value_or_the_original(bool leaveParametrized)
    {
        Linear layer = new(3, 4);
        Parameter weight = layer.Weight;
        Parametrizations.Register(layer, "weight", new Doubled());
        Assert.NotSame(weight, layer.Weight);
        Assert.Same(weight, layer.Parameters()[1]);
        Tensor value = leaveParametrized ? layer.Weight.Detach().Clone() : weight.Detach().Clone();
        Parametrizations.Remove(layer, "weight", leaveParametrized);
        Assert.Same(weight, layer.Weight);
        Assert.True(value.Equal(layer.Weight));
        Assert.False(Parametrizations.IsParametrized(layer));
        Assert.Equal(["weight", "bias"], layer.StateDict().Keys);
        layer.Forward(Tensor.Ones(1, 3)).Sum().Backward();
        Assert.NotNull(weight.Grad);
    }

    [Fact]
    public void Several_originals_become_one_parameter_again()
    {
        Linear layer = new Linear(3, 4).WeightNorm();
        Assert.Throws<ArgumentException>(() => Parametrizations.Remove(layer, "weight", leaveParametrized: false));
        Tensor value = layer.Weight.Detach().Clone();
        Parametrizations.Remove(layer, "weight");
        Assert.True(value.Equal(layer.Weight));
        Assert.True(layer.Weight is { IsLeaf: true, RequiresGrad: true });
    }

    [Fact]
    public void Parametrizations_stand_one_behind_the_other()
    {
        Linear layer = new(3, 3);
        Tensor weight = layer.Weight.Detach().Clone();
        Parametrizations.Register(layer, "weight", new Symmetric());
        Parametrizations.Register(layer, "weight", new Doubled());
        Assert.Equal(["bias", "parametrizations.weight.original", "parametrizations.weight.1.factor"], layer.StateDict().Keys);
        Assert.True(layer.Weight.Equal((weight.Triu() + weight.Triu(1).T) * 2));
        Assert.True(Parametrizations.IsParametrized(layer, "weight"));
        Assert.False(Parametrizations.IsParametrized(layer, "bias"));
    }

    [Fact]
    public void A_value_is_assigned_through_the_right_inverse()
    {
        Linear layer = new Linear(3, 4).WeightNorm(), own = new(3, 3);
        Tensor value = Tensor.Randn([4, 3]);
        Parametrizations.Assign(layer, "weight", value);
        Assert.True(value.AllClose(layer.Weight, 1e-6, 1e-6));
        Assert.Throws<ShapeException>(() => Parametrizations.Assign(layer, "weight", Tensor.Ones(3, 4)));
        Parametrizations.Register(own, "weight", new Symmetric());
        Assert.Throws<InvalidOperationException>(() => Parametrizations.Assign(own, "weight", Tensor.Ones(3, 3)));
        Assert.Throws<ArgumentException>(() => Parametrizations.Assign(new Linear(3, 3), "weight", Tensor.Ones(3, 3)));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        Linear layer = new(3, 4);
        Parameter weight = layer.Weight;
        Assert.Contains("Cut", Assert.Throws<ShapeException>(() => Parametrizations.Register(layer, "weight", new Cut())).Message,
            StringComparison.Ordinal);
        Assert.Contains("weight, bias", Assert.Throws<ArgumentException>(() => layer.WeightNorm("kernel")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => layer.WeightNorm(dim: 2));
        Assert.Throws<ShapeException>(() => layer.Orthogonal("bias"));
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.SpectralNorm(nPowerIterations: 0));
        Assert.Throws<InvalidOperationException>(() => Parametrizations.Register(new Unaware(), "weight", new Doubled()));
        Assert.Throws<ArgumentException>(() => Parametrizations.Remove(layer, "weight"));
        Assert.Same(weight, layer.Weight);
        Assert.Equal(["weight", "bias"], layer.StateDict().Keys);
    }

    [Fact]
    public void Modules_that_are_no_layers_and_lists_of_named_parameters_can_have_them()
    {
        Stacked module = new();
        module.WeightNorm("weight_l1");
        Assert.Equal(
            ["weight_l0", "parametrizations.weight_l1.original0", "parametrizations.weight_l1.original1"], module.StateDict().Keys);
        Tensor x = Tensor.Randn([2, 3]);
        module.Forward(x, x).Sum().Backward();
        Assert.All(module.Parameters(), static p => Assert.NotNull(p.Grad));
        Tensor expected = module.Forward(x, x).Detach();
        Parametrizations.Remove(module, "weight_l1");
        Assert.Equal(["weight_l0", "weight_l1"], module.StateDict().Keys);
        Assert.True(expected.Equal(module.Forward(x, x)));
    }

    [Theory]
    [InlineData("weight norm")]
    [InlineData("orthogonal")]
    [InlineData("cayley")]
    [InlineData("reflections")]
    [InlineData("own")]
    public void Derivatives_of_first_and_second_order_are_right(string kind)
    {
        Linear layer = Parametrized(new Linear(3, 3, dtype: DType.Float64, generator: new Generator(2)), kind);
        Tensor x = Tensor.Randn([2, 3], DType.Float64);
        x.RequiresGrad = true;
        using (GradMode.NoGrad())
        {
            foreach (Parameter p in layer.Parameters().Where(p => kind is "orthogonal" or "cayley" && p.Rank == 2))
            {
                p.NormalInPlace();
            }
        }

        if (kind == "reflections")
        {
            // The signs on the diagonal are cut off to whole numbers: away from where that jumps.
            layer.Parameters()[1].Detach().Diagonal().MultiplyInPlace(1.5);
        }

        GradCheck.First(layer, x);
        GradCheck.Second(layer, x, relative: 1e-4);
    }

    [Fact]
    public void A_frozen_parameter_stays_frozen()
    {
        Linear layer = new(3, 4);
        layer.Weight.RequiresGrad = false;
        layer.WeightNorm();
        Assert.Equal([true, false, false], layer.Parameters().Select(static p => p.RequiresGrad));
    }

    [Fact]
    public void The_parameter_outlives_the_scope_of_a_step()
    {
        Linear layer = new Linear(3, 4).WeightNorm();
        using (new TensorScope())
        {
            layer.Forward(Tensor.Ones(2, 3)).Sum().Backward();
        }

        Assert.Equal(12, layer.Weight.ToArray<float>().Length);
        layer.Forward(Tensor.Ones(2, 3));
    }

    private static Linear Parametrized(Linear layer, string kind)
    {
        switch (kind)
        {
            case "weight norm": layer.WeightNorm(); break;
            case "spectral norm": layer.SpectralNorm(); break;
            case "orthogonal": layer.Orthogonal(); break;
            case "cayley": layer.Orthogonal(orthogonalMap: OrthogonalMap.Cayley); break;
            case "reflections": layer.Orthogonal(orthogonalMap: OrthogonalMap.Householder, useTrivialization: false); break;
            default: Parametrizations.Register(layer, "weight", new Symmetric()); break;
        }

        return layer;
    }

    private sealed class Symmetric : Parametrization
    {
        protected internal override Tensor Compute(IReadOnlyList<Tensor> originals) => originals[0].Triu() + originals[0].Triu(1).T;
    }

    private sealed class Doubled : Parametrization
    {
        private readonly Parameter _factor = new(Tensor.FromScalar(2f));

        protected internal override Tensor Compute(IReadOnlyList<Tensor> originals) => originals[0] * _factor;
    }

    private sealed class Cut : Parametrization
    {
        protected internal override Tensor Compute(IReadOnlyList<Tensor> originals) => originals[0].Narrow(0, 0, 1);
    }

    private sealed class Unaware : Module<Tensor, Tensor>
    {
        private readonly Parameter _weight = new(Tensor.Ones(2, 2));

        public override Tensor Forward(Tensor input) => input.MatMul(_weight);
    }

    private sealed class Stacked : Module<Tensor, Tensor, Tensor>
    {
        private readonly List<Parameter> _weights = [];

        public Stacked()
        {
            for (int i = 0; i < 2; i++)
            {
                _weights.Add(Register($"weight_l{i}", new Parameter(Tensor.Randn([3, 3]))));
            }
        }

        protected internal override bool ComputesParameters => true;

        public override Tensor Forward(Tensor first, Tensor second)
        {
            ComputeParameters();
            return first.MatMul(_weights[0]) + second.MatMul(_weights[1]);
        }
    }
}
