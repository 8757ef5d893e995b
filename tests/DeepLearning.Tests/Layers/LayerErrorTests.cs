using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>An error inside a model says which layer it was.</summary>
public sealed class LayerErrorTests
{
    public static TheoryData<string> Kinds() => [.. Cases().Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_first_call_of_a_model_names_the_layer_by_its_path_and_its_kind_once(string kind)
    {
        (Func<Layer> make, Tensor input) = Cases()[kind];
        Outer model = new(make());
        Exception error = Assert.ThrowsAny<ArgumentException>(() => model.Forward(input));
        string[] parts = error.Message.Split("): ", 2);
        Assert.StartsWith($"stack.1.layer ({kind}", parts[0], StringComparison.Ordinal);
        Assert.DoesNotContain(": ", parts[1].Split(' ')[0] + " ", StringComparison.Ordinal);
        Assert.DoesNotContain(kind, parts[1], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_model_built_around_a_part_that_had_its_paths_tells_the_whole_path()
    {
        Sequential part = new(new Linear(4, 3));
        // An error anywhere looks for the paths of all models, and so far the part is one.
        Assert.Throws<ShapeException>(static () => new Linear(4, 3).Forward(Tensor.Zeros(2, 5)));
        Sequential model = new(part);
        ShapeException error = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(2, 5)));
        Assert.StartsWith("0.0 (Linear 4→3): an input [2, 5] does not fit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_stands_alone_has_no_path()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new Linear(4, 3).Forward(Tensor.Zeros(2, 5)));
        Assert.StartsWith("Linear 4→3: an input [2, 5] does not fit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_gives_positions_too_names_itself_by_its_path()
    {
        (Layer Layer, Func<Layer, Tensor, ValuesAndIndices> Call)[] pools =
        [
            (new MaxPool2d(2), static (pool, x) => ((MaxPool)pool).ForwardWithIndices(x)),
            (new AdaptiveMaxPool2d(2), static (pool, x) => ((AdaptiveMaxPool)pool).ForwardWithIndices(x)),
            (new FractionalMaxPool2d(2, outputSize: 2), static (pool, x) => ((FractionalMaxPool)pool).ForwardWithIndices(x)),
        ];
        foreach ((Layer pool, Func<Layer, Tensor, ValuesAndIndices> call) in pools)
        {
            Outer model = new(pool);
            Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(2, 5)));
            string message = Assert.Throws<ShapeException>(() => call(pool, Tensor.Zeros(2, 5))).Message;
            Assert.StartsWith($"stack.1.layer ({pool.GetType().Name}", message, StringComparison.Ordinal);
            Assert.Equal([1, 1, 2, 2], call(pool, Tensor.Zeros(1, 1, 5, 5)).Indices.Shape.ToArray());
        }
    }

    [Fact]
    public void The_operation_of_another_name_stays_in_the_message()
    {
        Outer model = new(new Lambda(static x => x.MatMul(Tensor.Zeros(7, 7))));
        ShapeException error = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(2, 5)));
        Assert.StartsWith("stack.1.layer (Lambda): MatMul: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NaN_under_anomaly_detection_names_the_layer()
    {
        Outer model = new(new Lambda(static x => x.Sqrt()));
        Tensor x = Tensor.From([-1f]);
        x.RequiresGrad = true;
        AnomalyException? error = null;
        using (Autograd.DetectAnomaly())
        {
            try
            {
                model.Forward(x);
            }
            catch (AnomalyException e)
            {
                error = e;
            }
        }

        Assert.Equal("Sqrt", error!.Operation);
        Assert.StartsWith("stack.1.layer (Lambda): Sqrt: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_being_changed_elsewhere_does_not_hide_the_error()
    {
        Endless endless = new();
        Assert.Throws<InvalidOperationException>(() => endless.Modules());
        ShapeException error = Assert.Throws<ShapeException>(() => new Outer(new Linear(4, 3)).Forward(Tensor.Zeros(2, 5)));
        Assert.StartsWith("stack.1.layer (Linear", error.Message, StringComparison.Ordinal);
        GC.KeepAlive(endless);
    }

    private static Dictionary<string, (Func<Layer> Make, Tensor Input)> Cases() => new()
    {
        ["Linear"] = (static () => new Linear(4, 3), Tensor.Zeros(2, 5)),
        ["Conv2d"] = (static () => new Conv2d(3, 4, 3), Tensor.Zeros(1, 2, 8, 8)),
        ["BatchNorm1d"] = (static () => new BatchNorm1d(3), Tensor.Zeros(2, 4)),
        ["BatchNorm2d"] = (static () => new BatchNorm2d(3), Tensor.Zeros(2, 4, 2, 2)),
        ["LayerNorm"] = (static () => new LayerNorm(3), Tensor.Zeros(2, 4)),
        ["Embedding"] = (static () => new Embedding(5, 2), Tensor.From([9L])),
        ["MaxPool2d"] = (static () => new MaxPool2d(2), Tensor.Zeros(2)),
        ["AvgPool2d"] = (static () => new AvgPool2d(2), Tensor.Zeros(2)),
        ["AdaptiveAvgPool2d"] = (static () => new AdaptiveAvgPool2d(2), Tensor.Zeros(2)),
        ["Unflatten"] = (static () => new Unflatten(1, 3, 3), Tensor.Zeros(2, 8)),
        ["PReLU"] = (static () => new PReLU(3), Tensor.Zeros(2, 4)),
    };

    private sealed class Outer(Layer layer) : Module<Tensor, Tensor>
    {
        private readonly List<Module<Tensor, Tensor>> _stack = [new Identity(), new Inner(layer)];

        public override Tensor Forward(Tensor input) => _stack.Aggregate(input, static (x, module) => module.Forward(x));
    }

    private sealed class Inner(Layer layer) : Module<Tensor, Tensor>
    {
        private readonly Layer _layer = layer;

        public override Tensor Forward(Tensor input) => _layer.Forward(input);
    }

    /// <summary>Makes a new module whenever it is asked for those inside it.</summary>
    private sealed class Endless : Module<Tensor, Tensor>
    {
        private readonly IEnumerable<Module> _inside = Enumerable.Range(0, 1).Select(static _ => new Endless());

        public override Tensor Forward(Tensor input) => _inside.Any() ? input : input;
    }
}
