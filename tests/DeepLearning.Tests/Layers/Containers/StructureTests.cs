using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Layers;

/// <summary>Containers, freezing by name, and weights that two places share.</summary>
public class StructureTests
{
    [Fact]
    public void Freezing_chooses_by_name_and_unfreezing_takes_it_back()
    {
        Sequential model = new(new Linear(2, 3), new BatchNorm1d(3), new Linear(3, 1));
        model.Forward(Tensor.Randn(4, 2)).Sum().Backward();
        model.Freeze("0.*", "*.bias");
        Assert.Equal(["1.weight", "2.weight"], Trained());
        Assert.Null(((Linear)model[0]).Weight.Grad);
        Assert.NotNull(((Linear)model[2]).Weight.Grad);
        model.Unfreeze("0.weight");
        Assert.Equal(["0.weight", "1.weight", "2.weight"], Trained());
        model.Freeze("*");
        Assert.Empty(Trained());

        IEnumerable<string> Trained() => model.NamedParameters().Where(static p => p.Parameter.RequiresGrad).Select(static p => p.Name);
    }

    [Fact]
    public void A_pattern_without_a_parameter_is_an_error_and_changes_nothing()
    {
        Sequential model = new(new Linear(2, 3));
        ArgumentException error = Assert.Throws<ArgumentException>(() => model.Freeze("0.*", "encoder.*"));
        Assert.Contains("\"encoder.*\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("0.weight, 0.bias", error.Message, StringComparison.Ordinal);
        Assert.All(model.Parameters(), static parameter => Assert.True(parameter.RequiresGrad));
        Assert.Throws<ArgumentException>(() => model.Unfreeze());
    }

    [Fact]
    public void A_shared_weight_stays_shared_through_files_types_and_optimizers()
    {
        Tied model = new();
        Assert.Equal(["encoder.weight", "decoder.weight"], model.StateDict().Keys);
        SGD optimizer = new(model.Parameters(), 0.1);
        model.Forward(Tensor.From([1L, 2])).Sum().Backward();
        optimizer.Step();
        Assert.Same(model.Encoder.Weight, model.Decoder.Weight);

        using TemporaryFolder folder = new();
        string path = folder["tied.safetensors"];
        model.Save(path);
        Tied other = new();
        other.Load(path);
        Assert.Same(other.Encoder.Weight, other.Decoder.Weight);
        Assert.True(other.Encoder.Weight.Equal(model.Encoder.Weight));
        other.To(DType.Float64);
        Assert.Same(other.Encoder.Weight, other.Decoder.Weight);
        Assert.Equal(DType.Float64, other.Decoder.Weight.DType);
    }

    [Fact]
    public void Branches_are_joined_as_said()
    {
        Tensor x = Tensor.Randn(2, 3);
        Lambda twice = new(static y => y * 2), plusOne = new(static y => y + 1);
        Assert.True(new Branches(BranchJoin.Cat, twice, plusOne).Forward(x).Equal(Tensor.Cat([x * 2, x + 1], 1)));
        Assert.True(new Branches(BranchJoin.Cat, 0, twice, plusOne).Forward(x).Equal(Tensor.Cat([x * 2, x + 1], 0)));
        Assert.True(new Branches(BranchJoin.Sum, twice, plusOne).Forward(x).AllClose((x * 3) + 1));
        Assert.True(new Branches(BranchJoin.Product, twice, plusOne).Forward(x).AllClose(x * 2 * (x + 1)));
        Assert.True(new Branches(BranchJoin.Mean, twice, plusOne).Forward(x).AllClose(((x * 3) + 1) / 2));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"],
            new Branches(BranchJoin.Sum, new Linear(3, 2), new Linear(3, 2)).StateDict().Keys);
        ShapeException error = Assert.Throws<ShapeException>(() =>
            new Branches(BranchJoin.Sum, new Linear(3, 2), new Linear(3, 4)).Forward(x));
        Assert.Contains("[2, 2] and [2, 4]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Branches(BranchJoin.Sum));
    }

    [Fact]
    public void A_residual_adds_its_input_or_a_shortcut_of_it()
    {
        Tensor x = Tensor.Randn(2, 3);
        Assert.True(new Residual(new Lambda(static y => y * 2)).Forward(x).AllClose(x * 3));
        Linear body = new(3, 4), shortcut = new(3, 4);
        Residual block = new(body, shortcut);
        Assert.True(block.Forward(x).AllClose(body.Forward(x) + shortcut.Forward(x)));
        Assert.Equal(["body.weight", "body.bias", "shortcut.weight", "shortcut.bias"], block.StateDict().Keys);
        Assert.Contains("shortcut", Assert.Throws<ShapeException>(() => new Residual(new Linear(3, 4)).Forward(x)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_dictionaries_of_parameters_have_PyTorchs_keys()
    {
        ParameterDict byName = [];
        byName.Add("left", new Parameter(Tensor.Ones(2)));
        byName.Add("right", new Parameter(Tensor.Ones(3)));
        Assert.Equal(["left", "right"], byName.StateDict().Keys);
        Assert.Equal("ParameterDict(left: [2], right: [3])", byName.ToString());
        Assert.Throws<ArgumentException>(() => byName.Add("left", new Parameter(Tensor.Ones(1))));
        Assert.Contains("left, right", Assert.Throws<KeyNotFoundException>(() => byName["up"]).Message, StringComparison.Ordinal);
        ParameterList list = new(new Parameter(Tensor.Ones(2)), new Parameter(Tensor.Ones(3)));
        Assert.Equal(["0", "1"], list.StateDict().Keys);
        Assert.Equal(2, list.Parameters().Count);
        Assert.Same(list[1], list[^1]);
    }

    private sealed class Tied : Layer
    {
        public Tied() => Decoder.Weight = Encoder.Weight;

        public Embedding Encoder { get; } = new(5, 2);

        public Linear Decoder { get; } = new(2, 5, bias: false);

        protected override Tensor Compute(Tensor input) => Decoder.Forward(Encoder.Forward(input));
    }
}
