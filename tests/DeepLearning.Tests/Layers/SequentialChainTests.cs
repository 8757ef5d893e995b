using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Layers;

/// <summary>Modules with several inputs and outputs in a chain, in a summary and in the trainer.</summary>
public sealed class SequentialChainTests
{
    [Fact]
    public void A_chain_passes_tuples_on_and_numbers_its_modules()
    {
        Sequential<Tensor, Tensor> chain = Chain();
        Assert.Equal(4, chain.Count);
        Assert.Equal(
            ["0.left.weight", "0.left.bias", "0.right.weight", "0.right.bias", "1.gate", "3.weight", "3.bias"], chain.StateDict().Keys);
        Split split = (Split)chain[0];
        Gate gate = (Gate)chain[1];
        Linear last = (Linear)chain[^1];
        Tensor x = Tensor.Randn(5, 3);
        (Tensor left, Tensor right) = split.Forward(x);
        Assert.Equal(last.Forward(gate.Forward(left, right).Tanh()).ToArray<float>(), chain.Forward(x).ToArray<float>());
    }

    [Fact]
    public void Gradients_reach_every_module_of_a_chain()
    {
        Sequential<Tensor, Tensor> chain = Chain();
        chain.Forward(Tensor.Randn(5, 3)).Sum().Backward();
        Assert.All(chain.NamedParameters(), static p => Assert.True(p.Parameter.Grad is not null, p.Name));
    }

    [Fact]
    public void A_chain_that_goes_on_is_one_chain_and_leaves_the_shorter_one_as_it_was()
    {
        Sequential<Tensor, (Tensor, Tensor)> two = new Linear(3, 3).Then(new Split());
        Sequential<Tensor, Tensor> three = two.Then(static both => both.Item1);
        Sequential<Tensor, Tensor> other = two.Then(static both => both.Item2);
        Assert.Equal((2, 3, 3), (two.Count, three.Count, other.Count));
        Assert.Same(two[1], three[1]);
        Tensor x = Tensor.Randn(2, 3);
        Assert.Equal(two.Forward(x).Item1.ToArray<float>(), three.Forward(x).ToArray<float>());
        Assert.Equal(two.Forward(x).Item2.ToArray<float>(), other.Forward(x).ToArray<float>());
    }

    [Fact]
    public void A_chain_goes_where_a_layer_goes_and_its_mode_and_errors_reach_inside()
    {
        Sequential model = new(Chain(), new ReLU());
        Assert.Equal("0.0.left.weight", model.NamedParameters()[0].Name);
        model.Eval();
        Assert.All(model.Modules(), static module => Assert.False(module.Training));
        Assert.Contains("0.3 (Linear 2→1)", Assert.Throws<ShapeException>(() => new Sequential(
            new Linear(3, 3).Then(static x => (x, x)).Then(new Pair()).Then(new Linear(2, 1))).Forward(Tensor.Ones(1, 3))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Three_outputs_become_three_inputs()
    {
        Sequential<Tensor, Tensor> chain = new Lambda<Tensor, (Tensor, Tensor, Tensor)>(static x => (x, x * 2, x * 3)).Then(new Sum3());
        Assert.Equal([6f, 12], chain.Forward(Tensor.From([1f, 2])).ToArray<float>());
    }

    [Fact]
    public void The_summary_shows_the_shapes_of_several_outputs()
    {
        ModuleSummary summary = Chain().Summary(Tensor.Zeros(5, 3));
        Assert.Equal(
            ["[5, 1]", "[5, 2], [5, 2]", "[5, 2]", "[5, 2]", "[5, 2]", "[5, 2]", "[5, 1]"], summary.Rows.Select(static row => row.Output));
        Assert.Equal(21, summary.Parameters);
    }

    [Fact]
    public void A_model_of_two_or_three_inputs_or_a_tuple_has_a_summary()
    {
        Assert.Equal("[4, 2]", new Gate().Summary(Tensor.Zeros(4, 2), Tensor.Zeros(4, 2)).Rows[0].Output);
        Assert.Equal("[4, 2]", new Sum3().Summary(Tensor.Zeros(4, 2), Tensor.Zeros(4, 2), Tensor.Zeros(4, 2)).Rows[0].Output);
        Assert.Equal("[4, 2], [4, 2]", new Split().Summary(Tensor.Zeros(4, 3)).Rows[0].Output);
    }

    [Fact]
    public void A_model_of_two_inputs_and_two_outputs_trains()
    {
        Generator generator = new(3);
        Tensor x = Tensor.Randn([64, 3], generator: generator), y = x.Sum(1, keepDim: true);
        TwoHeads model = new();
        Trainer<Example> trainer = new(model, new Adam(model.Parameters(), 0.02), batch =>
        {
            (Tensor sum, Tensor difference) = model.Forward(batch.Input, batch.Input * -1);
            return new BatchOutput(Loss.MSE(sum, batch.Target) + difference.Square().Mean(), sum, batch.Target);
        });
        IReadOnlyList<double> losses = trainer.Fit(DataLoader.Create(new TensorDataset(x, y), 16, seed: 1), 60)["loss"];
        Assert.True(losses[^1] < 0.1 * losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
    }

    private static Sequential<Tensor, Tensor> Chain() =>
        new Split().Then(new Gate()).Then(static x => x.Tanh()).Then(new Linear(2, 1));

    private sealed class Split : Module<Tensor, (Tensor Left, Tensor Right)>
    {
        private readonly Linear _left = new(3, 2), _right = new(3, 2);

        public override (Tensor Left, Tensor Right) Forward(Tensor input) => (_left.Forward(input), _right.Forward(input));
    }

    private sealed class Gate : Module<Tensor, Tensor, Tensor>
    {
        private readonly Parameter _gate = new(Tensor.Ones(2));

        public override Tensor Forward(Tensor first, Tensor second) => first * (second * _gate).Sigmoid();
    }

    private sealed class Pair : Module<Tensor, Tensor, Tensor>
    {
        public override Tensor Forward(Tensor first, Tensor second) => first + second;
    }

    private sealed class Sum3 : Module<Tensor, Tensor, Tensor, Tensor>
    {
        public override Tensor Forward(Tensor first, Tensor second, Tensor third) => first + second + third;
    }

    private sealed class TwoHeads : Module<Tensor, Tensor, (Tensor Sum, Tensor Difference)>
    {
        private readonly Linear _first = new(3, 1), _second = new(3, 1);

        public override (Tensor Sum, Tensor Difference) Forward(Tensor first, Tensor second)
        {
            Tensor a = _first.Forward(first), b = _second.Forward(second);
            return (a - b, a + b);
        }
    }
}
