using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

public sealed class ModuleGraphTests
{
    [Fact]
    public void Operations_are_in_the_scope_of_their_layer_and_linked_to_what_they_read()
    {
        Sequential model = new(new Linear(3, 4), new ReLU(), new Linear(4, 2));
        ModuleGraph graph = ModuleGraph.Of(model, Tensor.Rand(5, 3));
        Dictionary<string, ModuleGraph.Vertex> byName = graph.Vertices.ToDictionary(static v => v.Name);
        Assert.Equal("Input", byName["Sequential/input"].Kind);
        Assert.Equal(new Shape(5, 3), byName["Sequential/input"].Shape);
        Assert.Equal(new Shape(4, 3), byName["Sequential/0/weight"].Shape);
        Assert.Equal(4, graph.Vertices.Count(static v => v.Kind == "Parameter"));
        ModuleGraph.Vertex relu = Assert.Single(graph.Vertices, static v => v.Name.StartsWith("Sequential/1/", StringComparison.Ordinal));
        Assert.Equal(new Shape(5, 4), relu.Shape);
        Assert.StartsWith("Sequential/0/", Assert.Single(relu.Inputs), StringComparison.Ordinal);
        ModuleGraph.Vertex output = graph.Vertices[^1];
        Assert.Equal(("Output", new Shape(5, 2)), (output.Kind, output.Shape));
        CheckOrder(graph);
        Assert.Contains("Sequential/input", Reached(graph, output.Name));
    }

    [Fact]
    public void Operations_of_the_models_own_are_in_its_scope_and_uses_of_one_layer_are_told_apart()
    {
        ModuleGraph graph = ModuleGraph.Of(new Twice(), Tensor.Rand(5, 3));
        CheckOrder(graph);
        Assert.Equal(1, graph.Vertices.Count(static v => v.Name == "Twice/inner/weight"));
        Assert.Contains(graph.Vertices, static v => v.Name == "Twice/Tanh");
        Assert.Contains(graph.Vertices, static v => v.Name == "Twice/Add");
        ModuleGraph.Vertex[] inner = [.. graph.Vertices.Where(static v => v.Kind is not "Parameter" && v.Name.Contains("/inner/"))];
        Assert.Equal(0, inner.Length % 2);
        Assert.NotEmpty(inner);
    }

    [Fact]
    public void An_input_of_whole_numbers_is_linked_to_its_layer()
    {
        ModuleGraph graph = ModuleGraph.Of(new Sequential(new Embedding(10, 4), new Linear(4, 2)), Tensor.From([1L, 2L]));
        Assert.Contains("Sequential/input", Reached(graph, graph.Vertices[^1].Name));
    }

    [Fact]
    public void The_model_stays_as_it_was()
    {
        Sequential model = new(new Linear(3, 4), new BatchNorm1d(4), new Dropout());
        float[] mean = ((BatchNorm1d)model[1]).Buffers()[0].ToArray<float>();
        ModuleGraph graph = ModuleGraph.Of(model, Tensor.Rand(5, 3));
        Assert.True(model.Training && model[1].Training);
        Assert.Equal(mean, ((BatchNorm1d)model[1]).Buffers()[0].ToArray<float>());
        Assert.All(model.Parameters(), static p => Assert.Null(p.Grad));
        CheckOrder(graph);
    }

    [Fact]
    public void A_long_chain_of_one_operation_is_numbered()
    {
        ModuleGraph graph = ModuleGraph.Of(new Chain(4000), Tensor.Rand(2));
        CheckOrder(graph);
        Assert.Equal(4002, graph.Vertices.DistinctBy(static v => v.Name).Count());
        Assert.Equal("Chain/Tanh", graph.Vertices[1].Name);
        Assert.Equal("Chain/Tanh_3999", graph.Vertices[^2].Name);
    }

    private static void CheckOrder(ModuleGraph graph)
    {
        HashSet<string> before = [];
        foreach (ModuleGraph.Vertex vertex in graph.Vertices)
        {
            Assert.All(vertex.Inputs, input => Assert.Contains(input, before));
            Assert.True(before.Add(vertex.Name), vertex.Name);
        }
    }

    private static HashSet<string> Reached(ModuleGraph graph, string from)
    {
        HashSet<string> reached = [from];
        foreach (ModuleGraph.Vertex vertex in graph.Vertices.Reverse().Where(v => reached.Contains(v.Name)))
        {
            reached.UnionWith(vertex.Inputs);
        }

        return reached;
    }

    private sealed class Twice : Module<Tensor, Tensor>
    {
        private readonly Linear _inner = new(3, 3);

        public override Tensor Forward(Tensor input) => _inner.Forward(_inner.Forward(input).Tanh()) + input;
    }

    private sealed class Chain(int length) : Module<Tensor, Tensor>
    {
        public override Tensor Forward(Tensor x)
        {
            for (int i = 0; i < length; i++)
            {
                x = x.Tanh();
            }

            return x;
        }
    }
}
